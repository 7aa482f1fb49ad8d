namespace Sora.Contracts;

/// <summary>
/// Somebody changed something that an owner may want to trace back: published with the change, in one transaction. Reads
/// and the normal life of a video are not audited.
/// </summary>
/// <param name="Organization">The organisation in whose log it stands.</param>
/// <param name="Project">The project that it belongs to; null where it concerns the whole organisation.</param>
/// <param name="Actor">Id of the user who did it, or the name of the service that did it unasked.</param>
/// <param name="KeyId">The API key that it was done with; null for a browser session and for services.</param>
/// <param name="Action">Noun and participle, for example <c>webhook_endpoint.created</c>.</param>
/// <param name="Target">Id of what was changed.</param>
/// <param name="Details">What changed, as short texts. Never a secret, a prompt or a signed link.</param>
/// <param name="At">When it was done.</param>
public sealed record AuditRecorded(
    string Organization,
    string? Project,
    string Actor,
    string? KeyId,
    string Action,
    string Target,
    IReadOnlyDictionary<string, string> Details,
    DateTimeOffset At);
