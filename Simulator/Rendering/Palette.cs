using System.Globalization;

namespace Sora.Simulator.Rendering;

/// <summary>Colours chosen by a hash: a dark ground, three lights near its hue, a light and a disc opposite.</summary>
internal sealed record Palette(string Ground, IReadOnlyList<string> Lights, string Disc)
{
    public static Palette Of(ReadOnlySpan<byte> hash)
    {
        var hue = hash[0] / 256.0;
        var spread = 0.04 + (hash[1] / 256.0 * 0.05);
        return new Palette(
            Colour(hue, 0.55, 0.12),
            [
                Colour(hue + spread, 0.70, 0.46),
                Colour(hue - (2 * spread), 0.60, 0.40),
                Colour(hue + (3 * spread), 0.65, 0.50),
                Colour(hue + 0.45, 0.70, 0.60),
            ],
            Colour(hue + 0.45, 0.9, 0.92));
    }

    /// <summary>Hue, saturation and lightness, each 0 to 1, as ffmpeg writes a colour.</summary>
    private static string Colour(double hue, double saturation, double lightness)
    {
        var chroma = saturation * Math.Min(lightness, 1 - lightness);
        int Channel(int offset)
        {
            var position = (offset + (hue - Math.Floor(hue)) * 12) % 12;
            var level = lightness - (chroma * Math.Max(-1, Math.Min(Math.Min(position - 3, 9 - position), 1)));
            return (int)Math.Round(level * 255);
        }

        return string.Create(CultureInfo.InvariantCulture, $"0x{Channel(0):x2}{Channel(8):x2}{Channel(4):x2}");
    }
}
