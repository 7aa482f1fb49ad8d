using Microsoft.Extensions.Options;
using Sora.Upstreams;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tracking;

/// <summary>What drives the jobs between the requests.</summary>
public static class TrackingModule
{
    public static WebApplicationBuilder AddTracking(this WebApplicationBuilder builder)
    {
        builder.Services.AddUpstreams(builder.Configuration);
        builder.Services.AddOptions<TrackingOptions>().BindConfiguration("Tracking").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<TrackingOptions>, TrackingOptionsValidator>();
        builder.Services.AddSingleton<Submission>();
        builder.Services.AddHostedSingleton<Submitter>();
        builder.Services.AddHostedSingleton<Poller>();
        builder.Services.AddHostedSingleton<Reconciler>();
        builder.Services.AddHostedSingleton<Sweeper>();
        return builder;
    }
}
