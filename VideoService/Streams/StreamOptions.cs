using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.VideoService.Streams;

/// <summary>Section <c>Streams</c>: live streams of events.</summary>
public sealed class StreamOptions
{
    /// <summary>Streams that one process serves at once; one costs about 10 KB. 5000 unless set.</summary>
    [Range(1, 1_000_000)]
    public int MaxPerNode { get; set; } = 5_000;

    /// <summary>Streams that one process serves to one project at once. 500 unless set.</summary>
    [Range(1, 1_000_000)]
    public int MaxPerProject { get; set; } = 500;

    /// <summary>How often events are looked for that Redis announced to nobody. Half a second unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a silent stream says that it lives. 15 seconds unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// After which a stream ends and its client comes again: the longest that one goes on whose key was revoked. Ten
    /// minutes unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(10);
}

[OptionsValidator]
internal sealed partial class StreamOptionsValidator : IValidateOptions<StreamOptions>;
