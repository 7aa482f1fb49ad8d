using Microsoft.AspNetCore.Mvc;

namespace Sora.Simulator.Videos;

/// <summary>The videos protocol: its routes and the life of a video.</summary>
internal static class VideosModule
{
    public static void AddVideos(this IServiceCollection services)
    {
        services.AddSingleton<VideoStore>();
        services.AddSingleton<VideoIntake>();
        services.AddSingleton<ReferenceUpload>();
        services.AddSingleton<SourceInput>();
        services.AddSingleton<VideoRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<VideoRunner>());
        services.AddHostedService<ResumeVideos>();
    }

    public static void MapVideos(this RouteGroupBuilder videos)
    {
        videos.MapPost("/", CreateVideo.HandleAsync)
            .WithName("CreateVideo").WithSummary("Accepts a video and starts to render it.");
        videos.MapGet("/", ListVideos.Handle)
            .WithName("ListVideos").WithSummary("Lists videos, newest first.");
        videos.MapGet("/{id}", GetVideo.Handle)
            .WithName("GetVideo").WithSummary("Shows a video.");
        videos.MapDelete("/{id}", DeleteVideo.Handle)
            .WithName("DeleteVideo").WithSummary("Deletes a video, or cancels it.");
        videos.MapGet("/{id}/content", GetContent.HandleAsync)
            .WithName("GetVideoContent").WithSummary("Downloads the clip, its thumbnail or its spritesheet.");
        videos.MapPost("/{id}/remix", RemixVideo.HandleAsync)
            .WithName("RemixVideo").WithSummary("Accepts a variation of a completed video.");
        var largest = new RequestSizeLimitAttribute(VideoForm.MaxVideoBody);
        videos.MapPost("/edits", EditVideo.HandleAsync).WithMetadata(largest)
            .WithName("EditVideo").WithSummary("Accepts a changed version of a completed or uploaded video.");
        videos.MapPost("/extensions", ExtendVideo.HandleAsync).WithMetadata(largest)
            .WithName("ExtendVideo").WithSummary("Accepts a completed or uploaded video and a new piece after it.");
    }
}
