using Sora.VideoService.Videos;

namespace Sora.VideoService.Creates;

/// <summary>Creates that never double, however often their requests are sent.</summary>
public static class CreatesModule
{
    public static WebApplicationBuilder AddCreates(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CreateOnce>();
        builder.Services.AddHostedSingleton<ForgetCreates>();
        return builder;
    }

    /// <summary>The gateway's word on answers that carried <see cref="ServiceDefaults.DeliveryReceipt.Header"/>.</summary>
    public static WebApplication MapCreates(this WebApplication app)
    {
        app.MapPost("/internal/creates/{id}/delivered", RecordDelivery.HandleAsync)
            .WithName("recordDelivery")
            .WithSummary("Note that the answer to a create has reached its client");
        return app;
    }
}
