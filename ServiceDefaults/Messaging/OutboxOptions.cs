using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.ServiceDefaults.Messaging;

/// <summary>Section <c>Outbox</c>: how the relay works.</summary>
public sealed class OutboxOptions
{
    /// <summary>Messages published and deleted together. 1 to 1000; 100 unless set.</summary>
    [Range(1, 1000)]
    public int BatchSize { get; set; } = 100;

    /// <summary>How long the relay waits for a wake-up before it looks by itself. Half a second unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a publish may wait for the broker's confirm. Five seconds unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(5);
}

[OptionsValidator]
internal sealed partial class OutboxOptionsValidator : IValidateOptions<OutboxOptions>;
