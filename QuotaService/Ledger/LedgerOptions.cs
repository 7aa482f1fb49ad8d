using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.QuotaService.Ledger;

/// <summary>Section <c>Ledger</c>: how it is checked.</summary>
public sealed class LedgerOptions
{
    /// <summary>How often all entries are summed and compared with the balances. A minute unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromMinutes(1);
}

[OptionsValidator]
internal sealed partial class LedgerOptionsValidator : IValidateOptions<LedgerOptions>;
