using System.Security.Cryptography;
using Sora.ServiceDefaults.Database;

namespace Sora.WebhookService.Endpoints;

/// <summary>
/// A signing secret that was made up just now: <c>whsec_</c> and the base64 of 32 random bytes, as Standard Webhooks
/// has it. It is shown once; later only its hint is.
/// </summary>
internal sealed record NewSecret(string Text)
{
    private const int RandomBytes = 32;
    private const int HintLength = 4;

    private const string Insert =
        """
        insert into webhook_secrets (endpoint_id, project, sealed, hint)
        values (@EndpointId, @Project, @Sealed, @Hint)
        """;

    /// <summary>Its last characters, by which its owner tells it from another.</summary>
    public string Hint => $"whsec_...{Text[^HintLength..]}";

    public static NewSecret Create() =>
        new($"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(RandomBytes))}");

    /// <summary>Makes it the endpoint's current secret; the one before must have been given an end.</summary>
    public Task SaveAsync(
        UnitOfWork work, SecretVault vault, string endpointId, string project, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            Insert,
            new { EndpointId = endpointId, Project = project, Sealed = vault.Seal(endpointId, Text), Hint },
            cancellationToken);

    /// <summary>Not the secret: a record would print it.</summary>
    public override string ToString() => Hint;
}
