using Microsoft.Extensions.Options;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Streams;

/// <summary>Live streams of what happens to videos, as Server-Sent Events.</summary>
internal static class StreamsModule
{
    /// <summary>Adds the reading of the timeline for all who watch here, with section <c>Streams</c>.</summary>
    public static WebApplicationBuilder AddStreams(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<StreamOptions>().BindConfiguration("Streams").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<StreamOptions>, StreamOptionsValidator>();
        builder.Services.AddSingleton<EventFrames>();
        builder.Services.AddSingleton<MissedEvents>();
        builder.Services.AddSingleton<EventStreams>();
        builder.Services.AddHostedSingleton<EventHub>();
        return builder;
    }

    /// <summary>
    /// Events are named after the four public statuses, <c>video.queued</c> to <c>video.failed</c>; their data is the Video as
    /// a read gives it. Their ids grow, and <c>Last-Event-ID</c> or <c>?after=</c> resumes behind one.
    /// </summary>
    public static WebApplication MapStreams(this WebApplication app)
    {
        app.MapGet("/v1/videos/{id}/events", WatchVideo.HandleAsync)
            .WithTags("Videos").WithName("watchVideo").WithSummary("Watch a video");
        app.MapGet("/v1/events", WatchProject.HandleAsync)
            .WithTags("Videos").WithName("watchVideos").WithSummary("Watch the project's videos");
        return app;
    }
}
