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

    /// <summary>Maps the owner's routes and the public one, which the gateway serves as <c>/s/{token}</c>.</summary>
    public static WebApplication MapShares(this WebApplication app)
    {
        var shares = app.MapGroup("/v1/videos/{id}/shares");
        shares.MapPost("", Create)
            .Produces<ShareResource>()
            .WithName("createShare")
            .WithSummary("Make a link to a finished video that needs no key");
        shares.MapGet("", ListShares.HandleAsync)
            .Produces<SharePage>()
            .WithName("listShares")
            .WithSummary("List the links to a video");
        shares.MapDelete("/{share}", RevokeShare.HandleAsync)
            .Produces<RevokedShare>()
            .WithName("revokeShare")
            .WithSummary("Revoke a link at once");
        app.MapGet("/s", Open)
            .WithName("openShare")
            .WithSummary("Download by a link, without a key")
            .AllowAnonymous();
        return app;
    }

    private static Task<IResult> Create(
        string id, CreateShareRequest? request, Caller caller, CreateShare create, CancellationToken cancellationToken) =>
        create.HandleAsync(id, request ?? new CreateShareRequest(null, null), caller, cancellationToken);

    private static Task<IResult> Open(HttpRequest request, OpenShare open) => open.HandleAsync(request);
}
