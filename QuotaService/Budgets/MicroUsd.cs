using System.Globalization;

namespace Sora.QuotaService.Budgets;

/// <summary>Amounts are integers of micro-dollars everywhere; only sentences show dollars.</summary>
internal static class MicroUsd
{
    /// <summary>For example <c>$0.80</c>; more digits only where they are not zero.</summary>
    public static string Format(long amount) =>
        (amount / 1_000_000m).ToString("$#,0.00####", CultureInfo.InvariantCulture);
}
