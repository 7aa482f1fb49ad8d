using System.Text.Json.Serialization;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;
using Sora.WebhookService.Requests;

namespace Sora.WebhookService.Endpoints;

/// <summary>
/// <c>POST /v1/webhook_endpoints/{id}/rotate_secret</c>: a new secret, shown this once. The old one ends at once, or
/// signs beside the new one for 24 hours. So does every other that still has time left: a client that repeats a
/// rotation whose answer it lost must not lose the one secret that its receiver knows.
/// </summary>
internal sealed class RotateSecret(ServiceDatabase database, SecretVault vault, TimeProvider clock)
{
    private const string Retire =
        "update webhook_secrets set expires_at = @Until where endpoint_id = @Id and expires_at is null";

    private const string Forget = "delete from webhook_secrets where endpoint_id = @Id";
    private const string Touch = "update webhook_endpoints set updated_at = @Now where id = @Id and project = @Project";

    private static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    public async Task<IResult> HandleAsync(
        string id, HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var (body, error) = await RequestBody.ReadAsync<RotateSecretRequest>(request, cancellationToken);
        if (body is null)
        {
            return error!;
        }

        await using var work = await database.BeginAsync(caller, cancellationToken);
        if (await FindEndpoint.LockAsync(work, id, caller, cancellationToken) is not { } endpoint)
        {
            return FindEndpoint.NotFound(id);
        }

        var now = clock.GetUtcNow();
        var keeps = body.KeepOldSecretActiveFor24Hours ?? false;
        await work.ExecuteAsync(keeps ? Retire : Forget, new { Id = id, Until = now + Overlap }, cancellationToken);
        await work.ExecuteAsync(Touch, new { Id = id, caller.Project, Now = now }, cancellationToken);
        var secret = NewSecret.Create();
        await secret.SaveAsync(work, vault, id, caller.Project, cancellationToken);
        work.Record(
            caller, "webhook_endpoint.secret_rotated", id, now, ("old_secret_active_for_24_hours", keeps ? "true" : "false"));
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(
            EndpointResource.From(endpoint with { SecretHint = secret.Hint, UpdatedAt = now })
                with
            { SigningSecret = secret.Text });
    }
}

/// <summary>The body of a rotation; it may be empty.</summary>
internal sealed record RotateSecretRequest
{
    /// <summary>Whether the old secret signs beside the new one for 24 hours; false unless said.</summary>
    [JsonPropertyName("keep_old_secret_active_for_24_hours")]
    public bool? KeepOldSecretActiveFor24Hours { get; init; }
}
