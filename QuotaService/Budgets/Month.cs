using System.Globalization;

namespace Sora.QuotaService.Budgets;

/// <summary>Budgets go by calendar months in UTC; a month is named by its first instant.</summary>
internal static class Month
{
    private const string Form = "yyyy-MM";

    /// <summary>The month that an instant lies in.</summary>
    public static DateTimeOffset Of(DateTimeOffset instant) =>
        new(instant.UtcDateTime.Year, instant.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>For example <c>2026-11</c>.</summary>
    public static string Format(DateTimeOffset month) => month.ToString(Form, CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="Format"/> writes; false for all else, and for months far from any use.</summary>
    public static bool TryParse(string text, out DateTimeOffset month) =>
        DateTimeOffset.TryParseExact(
            text, Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out month)
        && month.Year is > 2000 and < 9000;
}
