using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Sora.ServiceDefaults.Errors;
using Sora.Simulator.Characters;

namespace Sora.Simulator.Videos;

/// <summary>What a caller asked for, checked.</summary>
/// <param name="Model">A model of the catalogue.</param>
/// <param name="Prompt">1 to 32000 characters.</param>
/// <param name="Size">A size of the model, <c>WIDTHxHEIGHT</c>.</param>
/// <param name="Seconds">A length of the catalogue.</param>
/// <param name="RemixedFromVideoId">The video that a remix, an edit or an extension was made from, else null.</param>
/// <param name="ReferenceSha256">Names the uploaded file, a first frame or a whole video; else null.</param>
internal sealed record VideoOrder(
    string Model,
    string Prompt,
    string Size,
    int Seconds,
    string? RemixedFromVideoId = null,
    string? ReferenceSha256 = null)
{
    public const int MaxPromptLength = 32_000;

    /// <summary>What makes the video.</summary>
    public VideoOperation Operation { get; init; }

    /// <summary>
    /// What the edited or extended video was ordered as: enough to have its frames again, also when it is deleted.
    /// </summary>
    public VideoOrder? Source { get; init; }

    /// <summary>Who appears in it.</summary>
    public IReadOnlyList<CastMember> Cast { get; init; } = [];

    /// <summary>An extension costs what it adds.</summary>
    [JsonIgnore]
    public int BilledSeconds => Operation is VideoOperation.Extension ? Seconds - Source!.Seconds : Seconds;

    /// <summary>How often the video was extended, its sources' extensions included.</summary>
    [JsonIgnore]
    public int Extensions => (Operation is VideoOperation.Extension ? 1 : 0) + (Source?.Extensions ?? 0);

    /// <summary>Checks the fields of a create against the catalogue, with OpenAI's defaults and words.</summary>
    public static bool TryRead(
        IReadOnlyDictionary<string, string> fields,
        [NotNullWhen(true)] out VideoOrder? order,
        [NotNullWhen(false)] out ApiError? problem)
    {
        order = null;
        var prompt = fields.GetValueOrDefault("prompt");
        var model = fields.GetValueOrDefault("model", VideoCatalogue.DefaultModel);
        var size = fields.GetValueOrDefault("size", VideoCatalogue.DefaultSize);
        var seconds = fields.GetValueOrDefault("seconds", VideoCatalogue.DefaultSeconds);
        problem = PromptProblem(prompt) ?? ModelProblem(model)
            ?? ValueProblem("size", size, VideoCatalogue.Sizes(model))
            ?? ValueProblem("seconds", seconds, VideoCatalogue.Seconds);
        if (problem is not null)
        {
            return false;
        }

        order = new VideoOrder(model, prompt!, size, int.Parse(seconds, CultureInfo.InvariantCulture));
        return true;
    }

    public static ApiError? PromptProblem(string? prompt) => prompt switch
    {
        null or "" => ApiError.Missing("prompt"),
        { Length: > MaxPromptLength } => ApiError.Invalid(
            "prompt",
            $"Invalid 'prompt': string too long. Expected a string with maximum length {MaxPromptLength}.",
            "string_above_max_length"),
        _ => null,
    };

    /// <summary>SHA-256 of everything asked for, lowercase hex: equal for equal requests.</summary>
    public string Fingerprint()
    {
        var cast = string.Join(' ', Cast.Select(member => member.Id));
        var text = string.Join(
            '\n', Operation, Model, Size, Seconds, RemixedFromVideoId, ReferenceSha256, Source?.Fingerprint(), cast, Prompt);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    public static ApiError? ValueProblem(string field, string value, IReadOnlyList<string> supported)
    {
        if (supported.Contains(value))
        {
            return null;
        }

        var quoted = supported.Select(one => $"'{one}'").ToArray();
        var choices = $"{string.Join(", ", quoted[..^1])}{(quoted.Length > 2 ? "," : "")} and {quoted[^1]}";
        return ApiError.Invalid(field, $"Invalid value: '{value}'. Supported values are: {choices}.");
    }

    public static ApiError? ModelProblem(string model) => VideoCatalogue.Models.Contains(model)
        ? null
        : ApiError.NotFound($"The model '{model}' does not exist.", "model_not_found", "model");
}

/// <summary>What makes a video.</summary>
internal enum VideoOperation
{
    Create,
    Remix,
    Edit,
    Extension,

    /// <summary>Nothing was made: the caller brought it, to have it edited or extended.</summary>
    Upload,
}
