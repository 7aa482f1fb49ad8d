using System.Text.Json;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>What came back from a call, as far as it came.</summary>
/// <param name="Status">The HTTP status, or 0 when there was no answer.</param>
/// <param name="Body">The JSON object of the answer, or null.</param>
/// <param name="RetryAfter">How long the upstream asks to wait, or null.</param>
/// <param name="Fault">
/// Why there is no answer or no body, one of <see cref="UpstreamFaults"/>; null when both are there.
/// </param>
internal sealed record Answer(int Status, JsonElement? Body, TimeSpan? RetryAfter, string? Fault)
{
    /// <summary>The reason that an outcome gives for an answer of no use.</summary>
    public string Reason => Status switch
    {
        0 => Fault ?? UpstreamFaults.ConnectionLost,
        401 or 403 => UpstreamFaults.CredentialRefused,
        429 => UpstreamFaults.RateLimited,
        200 or 201 or 202 => Fault ?? UpstreamFaults.AnswerUnreadable,
        _ => UpstreamFaults.Http(Status),
    };

    /// <summary>No answer at all.</summary>
    public static Answer None(string fault) => new(0, null, null, fault);
}
