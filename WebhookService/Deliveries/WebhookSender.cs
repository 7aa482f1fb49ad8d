using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;
using Sora.WebhookService.Endpoints;
using Sora.WebhookService.Signatures;

namespace Sora.WebhookService.Deliveries;

/// <summary>
/// Sends one signed request to an endpoint and tells what came of it: whatever the other side does is an outcome. Its
/// headers are OpenAI's, its signature is Standard Webhooks'; timestamp and signature are fresh each time.
/// </summary>
internal sealed class WebhookSender(
    GuardedHttp http, SecretVault vault, IOptions<DeliveryOptions> options, TimeProvider clock)
{
    private const string UserAgent = "Sora/1.0 (webhooks)";

    // Enough to see what the endpoint complains of.
    private const int MaxAnswer = 1024;

    // The status has come: an answer that drips is not worth a sender.
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(1);

    /// <exception cref="OperationCanceledException">The caller gave up; whether the event arrived is unknown.</exception>
    public async Task<SendOutcome> SendAsync(SendableWebhook webhook, CancellationToken cancellationToken)
    {
        var sentAt = clock.GetUtcNow();
        var start = clock.GetTimestamp();
        using var request = Sign(webhook, sentAt);
        using var limit = new CancellationTokenSource(options.Value.Timeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await http.SendAsync(request, both.Token);
            var status = (int)answer.StatusCode;
            var duration = clock.GetElapsedTime(start);
            var text = await ReadAsync(answer, both.Token);
            return new SendOutcome(sentAt, duration, status, SendError.Of(status), text, RetryAfter(answer));
        }
        catch (EgressRefusedException refusal)
        {
            return Failed(SendError.Refused, refusal.Message);
        }
        catch (HttpRequestException exception)
        {
            return Failed(SendError.Of(exception.HttpRequestError));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(SendError.Timeout);
        }

        SendOutcome Failed(string error, string? why = null) =>
            new(sentAt, clock.GetElapsedTime(start), null, error, why, null);
    }

    private HttpRequestMessage Sign(SendableWebhook webhook, DateTimeOffset sentAt)
    {
        var body = Encoding.UTF8.GetBytes(webhook.Body);
        var timestamp = sentAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signatures = webhook.SealedSecrets
            .Select(secret => new WebhookSecret(vault.Open(webhook.EndpointId, secret)))
            .Select(secret => secret.Sign(webhook.Id, timestamp, body));
        return new HttpRequestMessage(HttpMethod.Post, webhook.Url)
        {
            Content = new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json" } } },
            Headers =
            {
                { "User-Agent", UserAgent },
                { StandardWebhooks.IdHeader, webhook.Id },
                { StandardWebhooks.TimestampHeader, timestamp },
                { StandardWebhooks.SignatureHeader, string.Join(' ', signatures) },
            },
        };
    }

    /// <summary>The beginning of the answer, as far as it comes readily. PostgreSQL's text knows no NUL.</summary>
    private async Task<string?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var bytes = new byte[MaxAnswer];
        var length = 0;
        using var patience = new CancellationTokenSource(AnswerPatience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(both.Token);
            int read;
            while (length < MaxAnswer && (read = await body.ReadAsync(bytes.AsMemory(length), both.Token)) > 0)
            {
                length += read;
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status decides, and what has come is shown.
        }

        return length == 0 ? null : Encoding.UTF8.GetString(bytes, 0, length).Replace('\0', '\uFFFD');
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > clock.GetUtcNow() => date - clock.GetUtcNow(),
        _ => null,
    };
}
