using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Identity;

namespace Sora.StorageWorker.Clips;

/// <summary>The clips: copied from the upstreams, kept, served, deleted.</summary>
public static class ClipsModule
{
    /// <summary>
    /// Adds the copying of clips, configured by section <c>Clips</c>. A wrong setting stops the start.
    /// </summary>
    public static WebApplicationBuilder AddClips(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ClipOptions>().BindConfiguration("Clips").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ClipOptions>, ClipOptionsValidator>();
        builder.Services.AddSingleton<IValidateOptions<ClipOptions>, ClipTimesValidator>();
        builder.Services.AddSingleton<ClipMetrics>();
        builder.Services.AddSingleton<ClipClaims>();
        builder.Services.AddSingleton<ClipSetbacks>();
        builder.Services.AddSingleton<ClipCopy>();
        builder.Services.AddSingleton<FrameGrabber>();
        builder.Services.AddSingleton<ClipPictures>();
        builder.Services.AddSingleton<StoreClip>();
        builder.Services.AddSingleton<AddPictures>();
        builder.Services.AddSingleton<EraseClip>();
        builder.Services.AddSingleton<ClipJobs>();
        builder.Services.AddHostedService<ClipWorker>();
        builder.Services.AddSingleton<AbsentContent>();
        builder.Services.AddSingleton<GetContent>();
        return builder;
    }

    /// <summary>Maps the public content route and the internal command that hides it.</summary>
    public static WebApplication MapClips(this WebApplication app)
    {
        app.MapGet("/v1/videos/{id}/content", Content)
            .WithName("getVideoContent")
            .WithSummary("Download a finished video, its thumbnail or its spritesheet");
        app.MapPost("/internal/clips/{videoId}/hide", HideClip.HandleAsync)
            .WithName("HideClip")
            .WithSummary("Stop serving a clip whose video was deleted")
            .RequireAuthorization(InternalAuthentication.FromService);
        return app;
    }

    private static Task<IResult> Content(
        string id, string? variant, Caller caller, GetContent content, CancellationToken cancellationToken) =>
        content.HandleAsync(id, variant, caller, cancellationToken);
}
