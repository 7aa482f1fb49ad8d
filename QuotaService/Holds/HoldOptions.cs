using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.QuotaService.Holds;

/// <summary>Section <c>Holds</c>: what is done about holds that stay open.</summary>
public sealed class HoldOptions
{
    /// <summary>
    /// How long a hold may be open before VideoService is asked what became of its video, and how long before it is asked
    /// again. 15 minutes unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan AskAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often such holds are looked for. A minute unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);
}

[OptionsValidator]
internal sealed partial class HoldOptionsValidator : IValidateOptions<HoldOptions>;
