using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Creates;

/// <summary>
/// What a request that creates something says about itself: its key, if it has one, and what its client would send again.
/// Two requests of one intent make one thing.
/// </summary>
/// <param name="Route">The operation's name in the route table.</param>
/// <param name="Key">The <c>Idempotency-Key</c>, or null.</param>
/// <param name="Repeats">Whether it may repeat an earlier request that had no key either.</param>
/// <param name="Fingerprint">Of path, fields and files, see <see cref="Creates.Fingerprint"/>.</param>
/// <param name="Project">The caller's project.</param>
/// <param name="Asker">The API key that asks, or the user of a browser session.</param>
public sealed record CreateIntent(
    string Route, string? Key, RepeatRule Repeats, byte[] Fingerprint, string Project, string Asker)
{
    private const string KeyHeader = "Idempotency-Key";
    private const int LongestKey = 255;

    /// <summary>The intent of a request whose body has been read, or what is wrong with its headers.</summary>
    public static async Task<(CreateIntent? Intent, ApiError? Error)> ReadAsync(
        HttpRequest request, RequestFields fields, Caller caller, CancellationToken cancellationToken)
    {
        var keys = request.Headers[KeyHeader];
        if (keys.Count > 0 && !(keys is [{ Length: > 0 and <= LongestKey } only] && only.All(IsPrintable)))
        {
            return (null, ApiError.Invalid(
                KeyHeader, $"Invalid '{KeyHeader}': send it once, with 1 to {LongestKey} printable ASCII characters."));
        }

        var route = request.HttpContext.GetEndpoint()!.Metadata.GetRequiredMetadata<IEndpointNameMetadata>().EndpointName;
        var fingerprint = await Creates.Fingerprint.OfAsync(request.Path, fields, cancellationToken);
        var key = keys.Count == 0 ? null : keys[0];
        var rule = key is null ? RepeatRule.Of(request.Headers) : RepeatRule.ByKey;
        return (new CreateIntent(route, key, rule, fingerprint, caller.Project, caller.KeyId ?? caller.User), null);
    }

    /// <summary>The same key was used for another request.</summary>
    public ApiError KeyIsTaken() => ApiError.Invalid(
        KeyHeader,
        $"'{KeyHeader}' was already used for a request with other parameters. Use a new key for a new request.",
        "idempotency_key_reused");

    /// <summary>What the gateway is asked to confirm, where it matters whether the answer arrives.</summary>
    public string? Receipt(string resourceId) => Repeats.OnlyUndelivered ? resourceId : null;

    private static bool IsPrintable(char character) => character is >= ' ' and <= '~';
}
