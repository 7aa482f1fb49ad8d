using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.StorageWorker.Uploads;

/// <summary>Section <c>Uploads</c>: the videos that users bring.</summary>
public sealed class UploadOptions
{
    /// <summary>The largest video that is taken, in bytes. 1 KiB to 1 GiB, 64 MiB unless set.</summary>
    [Range(1024L, 1024L * 1024 * 1024)]
    public long MaxBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// How long a source is kept for its submission, and a character's clip until the character is made. 1 h to 90 d,
    /// 7 days unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The longest that a look into a video may take. 100 ms to 1 min, 5 s unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ProbeTimeLimit { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The ffprobe that looks into videos: a path, or a name on the PATH.</summary>
    [Required]
    public string Ffprobe { get; set; } = "ffprobe";
}

/// <summary>The ranges that the attributes say.</summary>
[OptionsValidator]
internal sealed partial class UploadOptionsValidator : IValidateOptions<UploadOptions>;
