namespace Sora.WebhookService.Deliveries;

/// <summary>What came of one request to an endpoint.</summary>
/// <param name="SentAt">When it was begun; its timestamp is this, in whole seconds.</param>
/// <param name="Duration">Until its answer, or until it was given up.</param>
/// <param name="StatusCode">What the endpoint answered, or null when it did not.</param>
/// <param name="Error">One of <see cref="SendError"/>, or null for a success.</param>
/// <param name="Answer">The first bytes of the answer's body, or why the URL is not fetched.</param>
/// <param name="RetryAfter">How long the endpoint wants to be left alone.</param>
internal sealed record SendOutcome(
    DateTimeOffset SentAt, TimeSpan Duration, int? StatusCode, string? Error, string? Answer, TimeSpan? RetryAfter)
{
    /// <summary>Any 2xx, and nothing else.</summary>
    public bool IsSuccess => Error is null;

    /// <summary>The endpoint says that it will never take anything again.</summary>
    public bool IsGone => StatusCode is StatusCodes.Status410Gone;
}

/// <summary>Why an attempt failed, as the delivery log says it.</summary>
internal static class SendError
{
    /// <summary>An answer that is no 2xx.</summary>
    public const string Status = "status";

    /// <summary>A redirect: it is not followed.</summary>
    public const string Redirect = "redirect";

    /// <summary>No answer in time.</summary>
    public const string Timeout = "timeout";

    /// <summary>The host's name leads nowhere.</summary>
    public const string Name = "name_resolution";

    /// <summary>The host was not reached, or broke off.</summary>
    public const string Connection = "connection";

    /// <summary>Its certificate is not valid, or TLS failed otherwise.</summary>
    public const string Tls = "tls";

    /// <summary>The answer was no HTTP.</summary>
    public const string Protocol = "protocol";

    /// <summary>Users' URLs may not lead there.</summary>
    public const string Refused = "refused";

    public static string Of(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => Name,
        HttpRequestError.SecureConnectionError => Tls,
        HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded
            or HttpRequestError.ConfigurationLimitExceeded => Protocol,
        _ => Connection,
    };

    public static string? Of(int status) => status switch
    {
        >= 200 and < 300 => null,
        >= 300 and < 400 => Redirect,
        _ => Status,
    };
}
