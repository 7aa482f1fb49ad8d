using System.Globalization;
using Sora.TestServers.Platform;

namespace Sora.Platform.Tests.Isolation;

/// <summary>A line of <c>policy.txt</c>: one request, and what everybody gets.</summary>
/// <param name="Number">Where it stands in the file.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, with the names of the tenant's things in braces.</param>
/// <param name="Cells">What each visitor gets, by the visitor's name.</param>
/// <param name="Body">A plausible JSON body; null for none.</param>
/// <param name="Why">Why a 400 is right.</param>
internal sealed record PolicyLine(
    int Number, string Method, string Path, IReadOnlyDictionary<string, Verdict> Cells, string? Body, string? Why)
{
    public override string ToString() => $"line {Number}: {Method} {Path}";
}

/// <summary>What a visitor gets.</summary>
/// <param name="Status">The answer's status; null where the visitor may do it, and it would change the tenant's things.</param>
/// <param name="MaySeeAll">Whether the answer may hold all but secrets: the visitor's role says so.</param>
internal sealed record Verdict(int? Status, bool MaySeeAll)
{
    public static Verdict Parse(string cell) => cell == "may"
        ? new Verdict(null, true)
        : new Verdict(int.Parse(cell.TrimEnd('!'), CultureInfo.InvariantCulture), cell.EndsWith('!'));
}

/// <summary>The policy file.</summary>
/// <param name="Visitors">The names of its columns.</param>
/// <param name="Lines">Its lines.</param>
internal sealed record Policy(IReadOnlyList<string> Visitors, IReadOnlyList<PolicyLine> Lines)
{
    private const StringSplitOptions Tidy = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    public static Policy Read()
    {
        var file = Path.Combine(Repository.Root, "tests", "Platform.Tests", "Isolation", "policy.txt");
        var lines = File.ReadLines(file)
            .Select((text, index) => (Columns: text.Split(" | ", StringSplitOptions.TrimEntries), Number: index + 1, text))
            .Where(line => line.text.Length > 0 && line.text[0] != '#')
            .ToList();
        var visitors = lines[0].Columns[1].Split(' ', Tidy);
        return new Policy(visitors, [.. lines.Skip(1).Select(line => Parse(line.Columns, line.Number, visitors))]);
    }

    private static PolicyLine Parse(string[] columns, int number, string[] visitors)
    {
        var request = columns[0].Split(' ', Tidy);
        var cells = columns[1].Split(' ', Tidy);
        if (request.Length != 2 || cells.Length != visitors.Length)
        {
            throw new FormatException($"policy.txt, line {number}: one request and {visitors.Length} verdicts are expected.");
        }

        return new PolicyLine(
            number,
            request[0],
            request[1],
            visitors.Zip(cells).ToDictionary(pair => pair.First, pair => Verdict.Parse(pair.Second)),
            columns.ElementAtOrDefault(2) is { } body and not "-" ? body : null,
            columns.ElementAtOrDefault(3));
    }
}
