using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Identity;

namespace Sora.StorageWorker.Shares;

/// <summary>Links to clips that need no key, expire, and can be revoked.</summary>
public static class SharesModule
{
    /// <summary>Adds the links, configured by section <c>Shares</c>. A wrong setting stops the start.</summary>
    public static WebApplicationBuilder AddShares(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ShareOptions>().BindConfiguration("Shares").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ShareOptions>, ShareOptionsValidator>();
        builder.Services.AddSingleton<CreateShare>();
        builder.Services.AddSingleton<OpenShare>();
        return builder;
    }

    /// <summary>Maps the owner's routes and the public one.</summary>
    public static WebApplication MapShares(this WebApplication app)
    {
        var shares = app.MapGroup("/v1/videos/{id}/shares");
        shares.MapPost("/", Create)
            .WithName("CreateShare")
            .WithSummary("Make a link to a finished video that needs no key");
        shares.MapGet("/", ListShares.HandleAsync)
            .WithName("ListShares")
            .WithSummary("List the links to a video");
        shares.MapDelete("/{share}", RevokeShare.HandleAsync)
            .WithName("RevokeShare")
            .WithSummary("Revoke a link at once");
        app.MapGet("/s", Open)
            .WithName("OpenShare")
            .WithSummary("Download by a link; the gateway serves it as /s/{token}")
            .AllowAnonymous();
        return app;
    }

    private static Task<IResult> Create(
        string id, CreateShareRequest? request, Caller caller, CreateShare create, CancellationToken cancellationToken) =>
        create.HandleAsync(id, request ?? new CreateShareRequest(null, null), caller, cancellationToken);

    private static Task<IResult> Open(HttpRequest request, OpenShare open) => open.HandleAsync(request);
}
