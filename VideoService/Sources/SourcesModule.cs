using Microsoft.AspNetCore.Mvc;
using Sora.VideoService.Requests;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Sources;

/// <summary>Operations that start from a video: edits and extensions.</summary>
public static class SourcesModule
{
    public static WebApplicationBuilder AddSources(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SourceDelivery>();
        builder.Services.AddSingleton<SourceVideos>();
        builder.Services.AddSingleton<SourceUploads>();
        builder.Services.AddSingleton<SourceOrders>();
        return builder;
    }

    public static WebApplication MapSources(this WebApplication app)
    {
        var videos = app.MapGroup("/v1/videos").WithTags("Videos")
            .WithMetadata(new RequestSizeLimitAttribute(RequestLimits.VideoBody));
        videos.MapPost("/edits", EditVideo.HandleAsync)
            .Produces<VideoResource>().WithName("editVideo").WithSummary("Edit a finished or uploaded video");
        videos.MapPost("/extensions", ExtendVideo.HandleAsync)
            .Produces<VideoResource>().WithName("extendVideo").WithSummary("Extend a finished or uploaded video");
        return app;
    }
}
