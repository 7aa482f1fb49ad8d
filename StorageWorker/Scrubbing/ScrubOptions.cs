using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.StorageWorker.Scrubbing;

/// <summary>Section <c>Scrubbing</c>: how stored files are read again.</summary>
public sealed class ScrubOptions
{
    /// <summary>The longest that a file goes unread. 100 ms to 90 d, one week unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "90.00:00:00")]
    public TimeSpan Cycle { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// The most bytes that this process reads in a second. 1 KiB to 10 GiB, 20 MiB unless set: 12 TB in a week.
    /// </summary>
    [Range(1024L, 10L * 1024 * 1024 * 1024)]
    public long BytesPerSecond { get; set; } = 20 * 1024 * 1024;

    /// <summary>How often due files are looked for. 10 ms to 1 h, 10 s unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The pause before a file that was found damaged, or could not be read, is looked at again. 10 ms to 7 d, one hour
    /// unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "7.00:00:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often the store's list is compared with the rows. 10 ms to 30 d, one day unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "30.00:00:00")]
    public TimeSpan AuditInterval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How old an object without a row has to be before it is reported: its row may still be coming. 0 to 30 d, one day
    /// unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan StrayAge { get; set; } = TimeSpan.FromDays(1);
}

/// <summary>The ranges that the attributes say.</summary>
[OptionsValidator]
internal sealed partial class ScrubOptionsValidator : IValidateOptions<ScrubOptions>;
