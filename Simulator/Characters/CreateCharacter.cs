using System.Globalization;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Errors;
using Sora.Simulator.Rendering;
using Sora.Simulator.Videos;

namespace Sora.Simulator.Characters;

/// <summary><c>POST /v1/videos/characters</c>: a short clip of somebody, and their name.</summary>
internal static class CreateCharacter
{
    private const int LongestName = 80;

    // A container rounds the length up to a whole frame of sound.
    private const double ShortestSeconds = 2;
    private const double LongestSeconds = 4.1;
    private const int SmallestSide = 720;
    private const int LargestSide = 1080;

    public static async Task<IResult> HandleAsync(
        HttpContext context,
        UploadedFiles files,
        CharacterStore characters,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (form, malformed) = await VideoForm.ReadAsync(context.Request, cancellationToken);
        if (form is null)
        {
            return malformed!;
        }

        if (form.Texts.GetValueOrDefault("name") is not { Length: > 0 and <= LongestName } name)
        {
            return ApiError.Invalid("name", $"'name' must have 1 to {LongestName} characters.");
        }

        if (!form.Files.TryGetValue("video", out var bytes))
        {
            return ApiError.Missing("video");
        }

        if (await files.KeepVideoAsync(bytes, cancellationToken) is not { } video || !IsClip(video))
        {
            return ApiError.Invalid(
                "video", "A character needs a video of 2 to 4 seconds, 16:9 or 9:16, 720p to 1080p.", "invalid_video");
        }

        var now = clock.GetUtcNow();
        var character = new Character(Ids.New("char", now), name, now, video.Sha256);
        await characters.AddAsync(character, CancellationToken.None);
        return Results.Json(CharacterResource.Of(character));
    }

    private static bool IsClip(UploadedVideo video)
    {
        var size = video.Size.Split('x').Select(side => int.Parse(side, CultureInfo.InvariantCulture)).Order().ToArray();
        return video.Seconds is >= ShortestSeconds and <= LongestSeconds
            && size is [>= SmallestSide and <= LargestSide, _]
            && size[0] * 16 == size[1] * 9;
    }
}
