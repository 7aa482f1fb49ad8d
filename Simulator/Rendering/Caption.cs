using System.Globalization;
using System.Text;

namespace Sora.Simulator.Rendering;

/// <summary>A prompt as lines that fit the picture.</summary>
internal static class Caption
{
    private const char Ellipsis = '…';

    /// <summary>Breaks at words; what exceeds the lines ends in an ellipsis.</summary>
    public static string Wrap(string prompt, int lineLength, int maxLines)
    {
        var lines = new List<StringBuilder> { new() };
        foreach (var word in Drawable(prompt).Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(Pieces))
        {
            var line = lines[^1];
            if (line.Length > 0 && line.Length + 1 + word.Length > lineLength)
            {
                if (lines.Count == maxLines)
                {
                    line.Append(Ellipsis);
                    break;
                }

                lines.Add(line = new StringBuilder());
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        return string.Join('\n', lines);

        IEnumerable<string> Pieces(string word) => word.Chunk(lineLength).Select(piece => new string(piece));
    }

    // The font has no glyphs beyond the basic plane, and control characters would be drawn as boxes.
    private static string Drawable(string prompt) => string.Concat(prompt.EnumerateRunes()
        .Where(rune => rune.IsBmp && rune != Rune.ReplacementChar)
        .Select(rune => IsBlank(rune) ? " " : rune.ToString()));

    private static bool IsBlank(Rune rune) =>
        Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format;
}
