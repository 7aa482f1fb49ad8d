namespace Sora.WebhookService.Deliveries;

/// <summary>All that is needed to send an event to an endpoint.</summary>
/// <param name="Id">The webhook-id, the same for every attempt.</param>
/// <param name="EndpointId">The endpoint, which its secrets are sealed for.</param>
/// <param name="Url">Where it goes.</param>
/// <param name="Body">What is signed and sent.</param>
/// <param name="SealedSecrets">The secrets that sign now, newest first.</param>
internal sealed record SendableWebhook(string Id, string EndpointId, string Url, string Body, byte[][] SealedSecrets)
{
    /// <summary>The sealed secrets of the row <c>endpoint</c> at <c>@Now</c>; receivers read 32 signatures at most.</summary>
    public const string SecretsOfEndpoint =
        """
        array(select sealed from webhook_secrets
            where endpoint_id = endpoint.id and (expires_at is null or expires_at > @Now)
            order by id desc limit 8)
        """;
}
