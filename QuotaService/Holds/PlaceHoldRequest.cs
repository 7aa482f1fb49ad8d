using System.Text.RegularExpressions;
using Sora.ServiceDefaults.Errors;

namespace Sora.QuotaService.Holds;

/// <summary>The body of <c>PUT /internal/holds/{video_id}</c>.</summary>
/// <param name="CommandId">The command's id, for the logs: the hold is idempotent by the video's id.</param>
/// <param name="Kind">What makes the video: <c>create</c>, <c>remix</c>, <c>edit</c> or <c>extension</c>.</param>
/// <param name="Model">The model's name in the catalogue.</param>
/// <param name="Size"><c>WIDTHxHEIGHT</c> in pixels.</param>
/// <param name="Seconds">The length in seconds that is paid for.</param>
internal sealed partial record PlaceHoldRequest(
    string? CommandId, string? Kind, string? Model, string? Size, int? Seconds)
{
    /// <summary>A day: no price times it leaves the range of amounts.</summary>
    public const int MaxSeconds = 86_400;

    private static readonly string[] Kinds = ["create", "remix", "edit", "extension"];

    /// <summary>What is wrong with it, or null.</summary>
    public ApiError? Validate(string videoId) => this switch
    {
        _ when !Id().IsMatch(videoId) => Invalid("video_id", "must be 1 to 128 letters, digits, '_' or '-'"),
        { CommandId: null } => ApiError.Missing("command_id"),
        { CommandId.Length: 0 or > 128 } => Invalid("command_id", "must have 1 to 128 characters"),
        { Kind: null } => ApiError.Missing("kind"),
        _ when !Kinds.Contains(Kind) => Invalid("kind", $"must be one of {string.Join(", ", Kinds)}"),
        { Model: null } => ApiError.Missing("model"),
        _ when !Name().IsMatch(Model) => Invalid("model", "must have 1 to 128 printable characters"),
        { Size: null } => ApiError.Missing("size"),
        _ when !Dimensions().IsMatch(Size) => Invalid("size", "must be WIDTHxHEIGHT in pixels, for example 1280x720"),
        { Seconds: null } => ApiError.Missing("seconds"),
        { Seconds: < 1 or > MaxSeconds } => Invalid("seconds", $"must be 1 to {MaxSeconds}"),
        _ => null,
    };

    private static ApiError Invalid(string param, string rule) => ApiError.Invalid(param, $"'{param}' {rule}.");

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,128}\z")]
    private static partial Regex Id();

    [GeneratedRegex(@"^[\x20-\x7E]{1,128}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[1-9][0-9]{0,4}x[1-9][0-9]{0,4}\z")]
    private static partial Regex Dimensions();
}
