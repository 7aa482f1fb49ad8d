using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.StorageWorker.Clips;

/// <summary>Section <c>Clips</c>: how clips are copied from the upstreams.</summary>
public sealed class ClipOptions
{
    /// <summary>Clips that this process works on at once. 1 to 256, 8 unless set.</summary>
    [Range(1, 256)]
    public int Parallelism { get; set; } = 8;

    /// <summary>
    /// How long the worker waits for a wake-up before it looks by itself. 10 ms to 1 min, one second unless
    /// set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a clip belongs to the worker that claimed it; renewed while the worker lives, so that it is
    /// only the time until a dead worker's clips are taken over. 100 ms to 10 min, 30 s unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The pause after the first failure; it doubles with each. 1 ms to 10 min, one second unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between two attempts. 1 ms to 1 h, one minute unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often the upstream may say that it has no such clip before it is lost. 1 to 1000, 5 unless set.
    /// </summary>
    [Range(1, 1000)]
    public int MissingLimit { get; set; } = 5;

    /// <summary>
    /// How long it has to say so: content may appear a little after the video is done. 0 to 1 d, one minute
    /// unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MissingWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often the bytes may come complete and yet be no video before the clip is lost. 1 to 1000, 5 unless
    /// set.
    /// </summary>
    [Range(1, 1000)]
    public int BrokenLimit { get; set; } = 5;

    /// <summary>The largest video that is taken, in bytes; 1 GiB unless set.</summary>
    [Range(1024L, long.MaxValue)]
    public long MaxVideoBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>The largest thumbnail or spritesheet that is taken, in bytes; 20 MiB unless set.</summary>
    [Range(1024L, 1024L * 1024 * 1024)]
    public long MaxImageBytes { get; set; } = 20 * 1024 * 1024;

    /// <summary>
    /// The longest that one file may take to copy; a slower one is tried again. 1 s to 6 h, 15 min unless
    /// set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "06:00:00")]
    public TimeSpan CopyTimeLimit { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// The longest that a clip waits for its thumbnail and spritesheet before it is announced without them.
    /// 100 ms to 10 min, 30 s unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan VariantTimeLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often thumbnail and spritesheet are tried in all. 1 to 100, 6 unless set.</summary>
    [Range(1, 100)]
    public int VariantTries { get; set; } = 6;

    /// <summary>
    /// The ffmpeg that makes what the upstream does not have: a path, or a name on the PATH.
    /// </summary>
    [Required]
    public string Ffmpeg { get; set; } = "ffmpeg";
}

/// <summary>The ranges that the attributes say.</summary>
[OptionsValidator]
internal sealed partial class ClipOptionsValidator : IValidateOptions<ClipOptions>;

/// <summary>The rules across settings.</summary>
internal sealed class ClipTimesValidator : IValidateOptions<ClipOptions>
{
    public ValidateOptionsResult Validate(string? name, ClipOptions options) =>
        options.RetryDelay <= options.MaxRetryDelay
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Clips:RetryDelay ({options.RetryDelay}) is longer than Clips:MaxRetryDelay ({options.MaxRetryDelay}).");
}
