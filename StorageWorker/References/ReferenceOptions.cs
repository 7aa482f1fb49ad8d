using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.StorageWorker.References;

/// <summary>Section <c>References</c>: the images that videos begin with.</summary>
public sealed class ReferenceOptions
{
    /// <summary>The largest image that is taken, in bytes. 1 KiB to 100 MiB, 20 MiB unless set.</summary>
    [Range(1024L, 100L * 1024 * 1024)]
    public long MaxBytes { get; set; } = 20 * 1024 * 1024;

    /// <summary>How long an image is kept for its submission. 1 h to 90 d, 7 days unless set.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How long the download of an image by URL may take in all. 100 ms to 1 min, 10 s unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan FetchTimeLimit { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often expired images are looked for. 10 ms to 1 d, 5 min unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>The ranges that the attributes say.</summary>
[OptionsValidator]
internal sealed partial class ReferenceOptionsValidator : IValidateOptions<ReferenceOptions>;
