using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Sora.Simulator.Faults;

/// <summary>One fault as asked for: <c>name</c>, <c>name=value</c>, <c>name=value*3</c> or <c>name*</c>.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Value">How much: seconds, percent or a status, as the kind says.</param>
/// <param name="Times">How many calls or downloads it strikes; null for all of them.</param>
internal sealed partial record Fault(FaultKind Kind, double Value, int? Times)
{
    public TimeSpan Duration => TimeSpan.FromSeconds(Value);

    public int Status => (int)Value;

    /// <summary>Reads every <c>[fault:…]</c> of a prompt; an unknown word is an error.</summary>
    public static bool TryReadAll(
        string prompt,
        out IReadOnlyList<Fault> faults,
        [NotNullWhen(false)] out string? error)
    {
        var found = new List<Fault>();
        faults = found;
        error = null;
        foreach (var text in InPrompt().EnumerateMatches(prompt))
        {
            var notation = prompt.Substring(text.Index, text.Length)["[fault:".Length..^1];
            if (!TryRead(notation, out var fault, out error))
            {
                return false;
            }

            found.Add(fault);
        }

        return true;
    }

    /// <summary>Reads one fault without its brackets.</summary>
    public static bool TryRead(
        string notation,
        [NotNullWhen(true)] out Fault? fault,
        [NotNullWhen(false)] out string? error)
    {
        fault = null;
        var match = Notation().Match(notation);
        if (!match.Success || FaultCatalogue.Find(match.Groups["word"].Value) is not { } definition)
        {
            var words = string.Join(", ", FaultCatalogue.All.Select(known => known.Word));
            error = $"'{notation}' is no fault. Write name, name=value, name=value*times or name*, " +
                $"where name is one of {words}.";
            return false;
        }

        var (value, times) = (match.Groups["value"], match.Groups["times"]);
        var amount = value.Success ? double.Parse(value.Value, CultureInfo.InvariantCulture) : definition.DefaultValue;
        if (amount < definition.MinValue || amount > definition.MaxValue)
        {
            error = $"'{notation}': the value must lie between {definition.MinValue} and {definition.MaxValue}.";
            return false;
        }

        error = null;
        fault = new Fault(definition.Kind, amount, TimesIn(times));
        return true;
    }

    private static int? TimesIn(Group times) => times switch
    {
        { Success: false } => 1,
        { Length: 0 } => null,
        _ => int.Parse(times.Value, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(@"\[fault:[^\]]*\]")]
    private static partial Regex InPrompt();

    [GeneratedRegex(@"^(?<word>[a-z0-9-]+)(=(?<value>\d{1,5}(\.\d{1,3})?))?(\*(?<times>\d{0,6}))?$")]
    private static partial Regex Notation();
}

/// <summary>Looks a fault up by its kind.</summary>
internal static class FaultList
{
    public static Fault? Find(this IEnumerable<Fault> faults, FaultKind kind) =>
        faults.FirstOrDefault(fault => fault.Kind == kind);

    public static bool Has(this IEnumerable<Fault> faults, FaultKind kind) => faults.Find(kind) is not null;
}
