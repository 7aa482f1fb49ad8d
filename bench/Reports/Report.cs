using System.Globalization;
using System.Text.Json;

namespace Sora.Bench.Reports;

/// <summary>
/// What a scenario found: figures, and checks that must hold. Printed as it comes, written as JSON at the end.
/// </summary>
internal sealed class Report(string scenario, BenchOptions options)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly List<Figure> _figures = [];
    private readonly List<Check> _checks = [];

    /// <summary>Begins a group of figures or checks.</summary>
    public static void Head(string title) => Console.WriteLine($"\n{title}");

    /// <summary>Says what is going on; not part of the result.</summary>
    public static void Say(string what) => Console.WriteLine($"  .. {what}");

    /// <summary>A number with its unit.</summary>
    public void Add(string name, double value, string unit)
    {
        _figures.Add(new Figure(name, value, unit));
        var rounded = value.ToString(value is >= 100 or <= -100 ? "N0" : "0.##", CultureInfo.InvariantCulture);
        Console.WriteLine($"  {name,-44}{rounded,12} {unit}");
    }

    /// <summary>Something that must hold, with the numbers that show it.</summary>
    public void Expect(string what, bool holds, string found)
    {
        _checks.Add(new Check(what, holds, found));
        Console.WriteLine($"  {(holds ? "ok  " : "FAIL")} {what} ({found})");
    }

    /// <summary>Something that is to have one value.</summary>
    public void ExpectEqual<T>(string what, T expected, T found)
        where T : IEquatable<T> =>
        Expect(what, found.Equals(expected), found.Equals(expected) ? $"{found}" : $"{found} instead of {expected}");

    /// <summary>Writes the file that was asked for.</summary>
    /// <returns>Whether every check held.</returns>
    public async Task<bool> CloseAsync()
    {
        var failed = _checks.Count(check => !check.Holds);
        Console.WriteLine($"\n{_checks.Count - failed} checks held, {failed} failed");
        if (options.Json is { } path)
        {
            await using var file = File.Create(path);
            await JsonSerializer.SerializeAsync(
                file, new { scenario, options, passed = failed == 0, figures = _figures, checks = _checks }, Json);
        }

        return failed == 0;
    }

    private sealed record Figure(string Name, double Value, string Unit);

    private sealed record Check(string What, bool Holds, string Found);
}
