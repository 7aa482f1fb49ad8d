using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.StorageWorker.Lifetimes;

/// <summary>Section <c>Lifetimes</c>: when the bytes of clips go.</summary>
public sealed class LifetimeOptions
{
    /// <summary>
    /// How long the bytes of a deleted or expired clip stay, hidden from everybody, so that an operator can still undo a
    /// mistake. 0 to 30 d, one day unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often expired clips are looked for. 10 ms to 1 d, one minute unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>The ranges that the attributes say.</summary>
[OptionsValidator]
internal sealed partial class LifetimeOptionsValidator : IValidateOptions<LifetimeOptions>;
