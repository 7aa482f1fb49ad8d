using Microsoft.AspNetCore.Mvc;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Videos;

/// <summary>The public operations on videos: OpenAI's Videos API.</summary>
public static class VideosModule
{
    public static WebApplicationBuilder AddVideos(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<VideoCache>();
        builder.Services.AddSingleton<VideoAnswers>();
        builder.Services.AddSingleton<StorageFiles>();
        builder.Services.AddSingleton<References>();
        builder.Services.AddSingleton<Holds>();
        builder.Services.AddSingleton<CreateVideoRequests>();
        builder.Services.AddSingleton<NewVideo>();
        builder.Services.AddSingleton<AdmitVideo>();
        builder.Services.AddSingleton<OwnersWish>();
        builder.Services.AddHostedSingleton<FactWriter>();
        builder.Services.AddHostedSingleton<VideoExpectations>();
        builder.Services.AddHostedSingleton<UpstreamQueues>();
        return builder;
    }

    /// <summary>
    /// Every answer is 200 on success, the protocol's object; every mistake is OpenAI's error envelope with <c>param</c> and
    /// <c>code</c>. A video of another project is 404 everywhere.
    /// </summary>
    public static WebApplication MapVideos(this WebApplication app)
    {
        var videos = app.MapGroup("/v1/videos").WithTags("Videos")
            .WithMetadata(new RequestSizeLimitAttribute(RequestLimits.Body));
        videos.MapPost("", CreateVideo.HandleAsync)
            .Produces<VideoResource>().WithName("createVideo").WithSummary("Create a video");
        videos.MapGet("", ListVideos.HandleAsync)
            .Produces<VideoPage>().WithName("listVideos").WithSummary("List the project's videos");
        videos.MapGet("/{id}", GetVideo.HandleAsync)
            .Produces<VideoResource>().WithName("getVideo").WithSummary("Retrieve a video");
        videos.MapDelete("/{id}", DeleteVideo.HandleAsync)
            .Produces<DeletedVideo>().WithName("deleteVideo").WithSummary("Delete a video");
        videos.MapPost("/{id}/cancel", CancelVideo.HandleAsync)
            .Produces<VideoResource>().WithName("cancelVideo").WithSummary("Cancel a video");
        videos.MapPost("/{id}/remix", RemixVideo.HandleAsync)
            .Produces<VideoResource>().WithName("remixVideo").WithSummary("Remix a finished video");
        return app;
    }

    /// <summary>One object that others call and the host runs.</summary>
    internal static void AddHostedSingleton<T>(this IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
