using System.Text;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.WebhookService.Signatures;

namespace Sora.WebhookService.Inbound;

/// <summary>
/// Takes a webhook of an upstream: verified, stored, announced once. It is answered with success only after
/// its row is committed; until then the upstream sends it again, and its id tells the repetition.
/// </summary>
internal static partial class ReceiveWebhook
{
    public static async Task<IResult> HandleAsync(
        string upstream,
        HttpRequest request,
        UpstreamSignatures signatures,
        ServiceDatabase database,
        ILogger<WebhookEvent> logger,
        CancellationToken cancellationToken)
    {
        if (!signatures.Knows(upstream))
        {
            return TypedResults.NotFound();
        }

        var body = await ReadAsync(request, cancellationToken);
        if (signatures.FindFault(upstream, request.Headers, body) is { } fault)
        {
            Log.Refused(logger, upstream, fault.Message);
            return Refuse(fault);
        }

        if (WebhookEvent.Parse(body) is not { } webhook)
        {
            return ApiError.Invalid(
                null, "The body must be an event: a JSON object with 'type' and 'data.id'.", "invalid_event");
        }

        var id = request.Headers[StandardWebhooks.IdHeader].ToString();
        var isNew = await StoreAsync(database, upstream, id, webhook, body, cancellationToken);
        Log.Received(logger, upstream, id, webhook.Type, isNew);
        return TypedResults.NoContent();
    }

    /// <returns>False when the webhook had been stored before.</returns>
    private static async Task<bool> StoreAsync(
        ServiceDatabase database,
        string upstream,
        string id,
        WebhookEvent webhook,
        byte[] body,
        CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var isNew = await work.ExecuteAsync(
            """
            insert into inbound_webhooks (upstream, webhook_id, type, upstream_id, body)
            values (@Upstream, @Id, @Type, @UpstreamId, @Body) on conflict do nothing
            """,
            new
            {
                Upstream = upstream,
                Id = id,
                webhook.Type,
                UpstreamId = webhook.Data.Id,
                Body = Encoding.UTF8.GetString(body),
            },
            cancellationToken) == 1;
        if (isNew)
        {
            work.Publish(new UpstreamNotified(upstream, id, webhook.Data.Id, webhook.Type));
        }

        await work.CommitAsync(cancellationToken);
        return isNew;
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        return body.ToArray();
    }

    private static ApiError Refuse(SignatureFault fault) => new(
        fault.IsMalformed ? StatusCodes.Status400BadRequest : StatusCodes.Status401Unauthorized,
        ApiError.InvalidRequest,
        "invalid_webhook_signature",
        null,
        fault.Message);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Refused a webhook for {Upstream}: {Reason}")]
        public static partial void Refused(ILogger logger, string upstream, string reason);

        [LoggerMessage(LogLevel.Information, "Received {Upstream}'s webhook {Id}, {Type}; new: {IsNew}")]
        public static partial void Received(ILogger logger, string upstream, string id, string type, bool isNew);
    }
}
