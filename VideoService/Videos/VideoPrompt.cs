using Sora.ServiceDefaults.Errors;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Videos;

/// <summary>The rules of a prompt, the same for every operation that takes one.</summary>
public static class VideoPrompt
{
    /// <summary>In characters (Unicode scalar values), as OpenAI's specification counts.</summary>
    public const int MaxLength = 32_000;

    /// <summary>Reads <c>prompt</c>; line ends become <c>\n</c>, as browsers' forms send <c>\r\n</c>.</summary>
    public static ApiError? Read(RequestFields fields, out string prompt)
    {
        prompt = "";
        if (!fields.TryGetOne("prompt", out var field, out var error))
        {
            return error;
        }

        if (field is { Kind: not FieldKind.Text } || fields.HasNested("prompt"))
        {
            return ApiError.Invalid("prompt", "Invalid type for 'prompt': expected a string.", "invalid_type");
        }

        if (field is null)
        {
            return ApiError.Missing("prompt");
        }

        prompt = field.Text.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (string.IsNullOrWhiteSpace(prompt))
        {
            return ApiError.Invalid(
                "prompt", $"Invalid 'prompt': it is empty. Expected 1 to {MaxLength} characters.", "string_too_short");
        }

        // A surrogate pair is one character.
        var length = prompt.Length - prompt.Count(char.IsLowSurrogate);
        if (length > MaxLength)
        {
            return ApiError.Invalid(
                "prompt", $"Invalid 'prompt': it has {length} characters. Expected 1 to {MaxLength}.", "string_too_long");
        }

        return IsClean(prompt) ? null : ApiError.Invalid(
            "prompt",
            "Invalid 'prompt': control characters other than line breaks and tabs are not allowed.",
            "invalid_characters");
    }

    private static bool IsClean(string prompt)
    {
        for (var i = 0; i < prompt.Length; i++)
        {
            var character = prompt[i];
            if (char.IsControl(character) && character is not ('\n' or '\t'))
            {
                return false;
            }

            if (char.IsSurrogate(character))
            {
                if (!char.IsHighSurrogate(character) || i + 1 == prompt.Length || !char.IsLowSurrogate(prompt[++i]))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
