namespace Sora.QuotaService.Budgets;

/// <summary>Budgets go by calendar months in UTC; a month is named by its first day.</summary>
internal static class Month
{
    public static DateOnly Of(DateTimeOffset instant) => new(instant.UtcDateTime.Year, instant.UtcDateTime.Month, 1);

    /// <summary>The instant at which it begins.</summary>
    public static DateTimeOffset Start(DateOnly month) => new(month, TimeOnly.MinValue, TimeSpan.Zero);
}
