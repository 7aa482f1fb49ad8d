using System.Globalization;

namespace Sora.StorageWorker.Uploads;

/// <summary>What an uploaded video is for, and what it must be for that.</summary>
internal sealed record UploadUse(string Name)
{
    // A container rounds the length up to a whole frame of sound.
    private const int Tolerance = 100;

    /// <summary>A character's clip: 2 to 4 s, 16:9 or 9:16, 720p to 1080p (OpenAI Videos, create character).</summary>
    public static UploadUse Character { get; } = new("character");

    /// <summary>The source of an edit or an extension: as long as any video can get. The model decides about sizes.</summary>
    public static UploadUse Source { get; } = new("source");

    public static UploadUse? Find(string? name) =>
        new[] { Character, Source }.FirstOrDefault(use => use.Name == name);

    private (int Shortest, int Longest) Milliseconds => this == Character ? (2_000, 4_000) : (1_000, 120_000);

    /// <summary>What is wrong with a video of this shape, or null.</summary>
    public string? FindProblem(int width, int height, int milliseconds)
    {
        var (shortest, longest) = Milliseconds;
        if (milliseconds < shortest - Tolerance || milliseconds > longest + Tolerance)
        {
            return $"The video must be {shortest / 1000} to {longest / 1000} seconds long, but it is "
                + $"{(milliseconds / 1000.0).ToString("0.#", CultureInfo.InvariantCulture)}.";
        }

        return this == Character && !IsCharacterSize(Math.Min(width, height), Math.Max(width, height))
            ? $"The video must be 16:9 or 9:16 and 720p to 1080p, but it is {width}x{height}."
            : null;
    }

    // Encoders cut odd pixels off: a pixel or two more or less is the same shape.
    private static bool IsCharacterSize(int side, int length) =>
        side is >= 720 and <= 1080 && Math.Abs((length * 9) - (side * 16)) <= 32;
}
