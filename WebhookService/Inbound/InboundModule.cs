using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Sora.WebhookService.Inbound;

/// <summary>Webhooks that upstreams send to us.</summary>
internal static class InboundModule
{
    private const long MaximumBody = 64 * 1024;

    /// <summary>Adds the upstreams' secrets and the clean-up of what was received long ago.</summary>
    public static WebApplicationBuilder AddInbound(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<WebhookOptions>().BindConfiguration("Webhooks").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<WebhookOptions>, WebhookOptionsValidator>();
        builder.Services.AddSingleton<UpstreamSignatures>();
        builder.Services.AddHostedService<ForgetOldWebhooks>();
        return builder;
    }

    /// <summary>Maps the one route, open to all since the signature says who sends.</summary>
    public static void MapInbound(this WebApplication app) =>
        app.MapPost("/webhooks/{upstream}", ReceiveWebhook.HandleAsync)
            .Produces(StatusCodes.Status204NoContent)
            .WithName("receiveWebhook")
            .WithSummary("Takes a signed webhook of an upstream; 204 once it is stored, the first time or again.")
            .WithMetadata(new RequestSizeLimitAttribute(MaximumBody))
            .AllowAnonymous();
}
