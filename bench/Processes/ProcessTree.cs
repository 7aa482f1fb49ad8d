using System.Globalization;

namespace Sora.Bench.Processes;

/// <summary>What the kernel knows about a process and all its descendants.</summary>
internal static class ProcessTree
{
    // USER_HZ: the unit of the times in /proc, the same on every Linux that .NET runs on.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>CPU time spent so far by each tree, user and system, descendants that have ended included.</summary>
    /// <param name="roots">The processes at the trees' roots.</param>
    public static IReadOnlyDictionary<int, TimeSpan> CpuOf(IReadOnlyCollection<int> roots)
    {
        var all = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? Read(id) : null)
            .OfType<Stat>()
            .ToDictionary(stat => stat.Id);
        return roots.ToDictionary(
            root => root, root => all.Values.Where(stat => IsIn(stat, root, all)).Sum(stat => stat.Ticks) * Tick);
    }

    /// <summary>
    /// A process's proportional share of memory in bytes: its own pages, and its part of those it shares with others.
    /// </summary>
    public static long PssOf(int process)
    {
        var line = File.ReadLines($"/proc/{process}/smaps_rollup")
            .First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static bool IsIn(Stat stat, int root, Dictionary<int, Stat> all)
    {
        Stat? ancestor = stat;
        while (ancestor is not null && ancestor.Id != root)
        {
            ancestor = all.GetValueOrDefault(ancestor.Parent);
        }

        return ancestor is not null;
    }

    // Null for a process that has ended meanwhile. The name in parentheses may hold blanks; the rest is numbers.
    private static Stat? Read(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
            return new Stat(id, int.Parse(fields[1], CultureInfo.InvariantCulture), ticks);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record Stat(int Id, int Parent, long Ticks);
}
