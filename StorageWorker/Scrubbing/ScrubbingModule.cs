using Microsoft.Extensions.Options;

namespace Sora.StorageWorker.Scrubbing;

/// <summary>The standing check that what was stored is still there, bit for bit, and nothing else.</summary>
public static class ScrubbingModule
{
    /// <summary>Adds the check, configured by section <c>Scrubbing</c>. A wrong setting stops the start.</summary>
    public static WebApplicationBuilder AddScrubbing(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ScrubOptions>().BindConfiguration("Scrubbing").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ScrubOptions>, ScrubOptionsValidator>();
        builder.Services.AddSingleton<ScrubMetrics>();
        builder.Services.AddSingleton<FileClaims>();
        builder.Services.AddSingleton<FileCheck>();
        builder.Services.AddSingleton<MendFile>();
        builder.Services.AddSingleton<ObjectAudit>();
        builder.Services.AddHostedService<Scrubber>();
        return builder;
    }
}
