using System.Collections.Frozen;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>
/// Decides what an answer to a submission means. What is not surely a no is perhaps a charge.
/// </summary>
internal static class SubmitVerdict
{
    // These speak of our account, not of the job: an operator has to act, and the job is worth sending afterwards.
    private static readonly FrozenSet<string> AccountCodes = FrozenSet.Create(
        "invalid_api_key",
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "organization_usage_limit_exceeded",
        "project_spend_limit_exceeded");

    /// <summary>The outcome of a submission.</summary>
    /// <param name="answer">What came back.</param>
    /// <param name="bodyStarted">Whether any of the request's body may have left.</param>
    /// <param name="dialect">How the upstream speaks.</param>
    public static SubmitOutcome Of(Answer answer, bool bodyStarted, Dialect dialect)
    {
        if (answer.Status == 0)
        {
            return bodyStarted
                ? new SubmitOutcome.Ambiguous(answer.Reason)
                : new SubmitOutcome.PutOff(answer.Reason, null);
        }

        if (dialect.AcceptedCodes.Contains(answer.Status)
            && answer.Body is { } body
            && VideoReader.Read(body, dialect) is { } video)
        {
            return new SubmitOutcome.Accepted(video);
        }

        if (answer.Status == 429
            || dialect.CodesBeforeAcceptance.Contains(answer.Status)
            || IsBeforeAcceptance(answer, dialect))
        {
            return new SubmitOutcome.PutOff(answer.Reason, answer.RetryAfter);
        }

        return answer.Status is (>= 400 and <= 404) or 413 or 415 or 422
            ? Rejection(answer)
            : new SubmitOutcome.Ambiguous(answer.Reason);
    }

    // Of a server's own failures only: a 4xx is a refusal already.
    private static bool IsBeforeAcceptance(Answer answer, Dialect dialect) =>
        answer is { Status: >= 500, Body: { } body }
        && UpstreamError.Read(body).Code is { } code
        && dialect.ErrorsBeforeAcceptance.Contains(code);

    private static SubmitOutcome Rejection(Answer answer)
    {
        var error = answer.Body is { } body ? UpstreamError.Read(body) : new UpstreamError(null, null);
        return IsAboutOurAccount(answer.Status, error)
            ? new SubmitOutcome.PutOff(UpstreamFaults.CredentialRefused, answer.RetryAfter)
            : new SubmitOutcome.Refused(
                error.Code ?? "upstream_refused", error.Message ?? "The upstream refused the request.");
    }

    // A 403 without a code is what a missing permission looks like; with one it names what is wrong with the request.
    private static bool IsAboutOurAccount(int status, UpstreamError error) =>
        status is 401 or 402
        || (status == 403 && error.Code is null or "invalid_request_error")
        || (error.Code is not null && AccountCodes.Contains(error.Code));
}
