namespace Sora.VideoService.Requests;

/// <summary>How errors speak of values.</summary>
internal static class AllowedValues
{
    private const int LongestShown = 64;

    /// <summary>As OpenAI's errors list values: <c>'4', '8', and '12'</c>.</summary>
    public static string List(IEnumerable<string> values)
    {
        var quoted = values.Select(value => $"'{value}'").ToList();
        return quoted.Count switch
        {
            0 => "none",
            1 => quoted[0],
            2 => $"{quoted[0]} and {quoted[1]}",
            _ => $"{string.Join(", ", quoted.SkipLast(1))}, and {quoted[^1]}",
        };
    }

    /// <summary>A refused value goes back to the caller: shortened and without control characters.</summary>
    public static string Shown(string value) => string.Concat(
        value.Take(LongestShown).Select(character => char.IsControl(character) ? '�' : character));
}
