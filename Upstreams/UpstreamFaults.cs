namespace Sora.Upstreams;

/// <summary>The reasons that outcomes give, beside <c>http_NNN</c> for a status that says no more.</summary>
public static class UpstreamFaults
{
    /// <summary>The upstream's host name has no address.</summary>
    public const string NameUnresolved = "name_unresolved";

    /// <summary>No connection: refused, unreachable.</summary>
    public const string ConnectFailed = "connect_failed";

    /// <summary>No connection within the connect timeout.</summary>
    public const string ConnectTimeout = "connect_timeout";

    /// <summary>The TLS handshake failed.</summary>
    public const string TlsFailed = "tls_failed";

    /// <summary>The connection was lost before the answer was complete.</summary>
    public const string ConnectionLost = "connection_lost";

    /// <summary>No complete answer in time.</summary>
    public const string TimedOut = "timed_out";

    /// <summary>Our own caller gave up, for example at shutdown.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The answer is not the JSON it should be, or lacks a usable id.</summary>
    public const string AnswerUnreadable = "answer_unreadable";

    /// <summary>The answer is larger than any honest one.</summary>
    public const string AnswerTooLarge = "answer_too_large";

    /// <summary>
    /// The upstream does not accept our credential, or its account is used up: an operator has to act.
    /// </summary>
    public const string CredentialRefused = "credential_refused";

    /// <summary>No credential of this name is configured: an operator has to act.</summary>
    public const string CredentialUnknown = "credential_unknown";

    /// <summary>The upstream asks us to slow down.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>The dialect does not offer this variant of a clip.</summary>
    public const string VariantNotOffered = "variant_not_offered";

    /// <summary>The upstream sent JSON where the bytes of a clip were due.</summary>
    public const string NotMedia = "not_media";

    /// <summary>The upstream says that the bytes lie where nothing of ours may go.</summary>
    public const string AddressRefused = "address_refused";

    /// <summary>A status that needs no word of its own.</summary>
    public static string Http(int status) => $"http_{status}";
}
