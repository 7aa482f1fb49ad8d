using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.VideoService.Tracking;

/// <summary>Section <c>Tracking</c>: how jobs are driven.</summary>
public sealed class TrackingOptions
{
    /// <summary>How long a job may take from its creation. 1 minute to 7 days; two hours unless set.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Submissions on their way at once, per process. 1 to 1000; 64 unless set.</summary>
    [Range(1, 1000)]
    public int SubmitConcurrency { get; set; } = 64;

    /// <summary>Polls on their way at once, per process. 1 to 1000; 64 unless set.</summary>
    [Range(1, 1000)]
    public int PollConcurrency { get; set; } = 64;

    /// <summary>
    /// How long a submission belongs to its submitter; after that it counts as lost. Must be longer than every upstream's
    /// <c>SubmitTimeout</c>. 90 seconds unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:30:00")]
    public TimeSpan SubmitLease { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a claimed poll belongs to its poller. 30 seconds unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan PollLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often idle workers look for work that nobody woke them for. A quarter of a second unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:30")]
    public TimeSpan IdleInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How many polls in a row an upstream may not know a video before it is lost. Three unless set.</summary>
    [Range(1, 100)]
    public int MissLimit { get; set; } = 3;
}

[OptionsValidator]
internal sealed partial class TrackingOptionsValidator : IValidateOptions<TrackingOptions>;
