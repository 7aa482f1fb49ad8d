using Microsoft.Extensions.Options;

namespace Sora.StorageWorker.Lifetimes;

/// <summary>How long clips are kept: until their project's retention is over, and a grace period beyond.</summary>
public static class LifetimesModule
{
    /// <summary>Adds the sweep, configured by section <c>Lifetimes</c>. A wrong setting stops the start.</summary>
    public static WebApplicationBuilder AddLifetimes(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LifetimeOptions>().BindConfiguration("Lifetimes").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<LifetimeOptions>, LifetimeOptionsValidator>();
        builder.Services.AddHostedService<ExpiredClips>();
        return builder;
    }
}
