using System.Diagnostics;
using System.Globalization;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace Sora.Simulator.Webhooks;

/// <summary>Delivers events in the background: a few attempts, each freshly signed, growing waits.</summary>
internal sealed partial class WebhookSender(
    IHttpClientFactory http,
    IOptions<SimulatorOptions> options,
    ActivitySource spans,
    TimeProvider clock,
    ILogger<WebhookSender> logger) : BackgroundService
{
    public const string ClientName = "webhooks";

    private readonly WebhookOptions _options = options.Value.Webhooks;
    private readonly string _foreignSecret = $"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";
    private readonly Channel<(WebhookEvent Event, TimeSpan Delay)> _waiting =
        Channel.CreateUnbounded<(WebhookEvent, TimeSpan)>();

    /// <summary>Queues an event; nothing happens when no URL is configured.</summary>
    public void Send(WebhookEvent webhookEvent, TimeSpan delay)
    {
        if (_options.Url is not null)
        {
            _waiting.Writer.TryWrite((webhookEvent, delay));
        }
    }

    /// <summary>One attempt, now, whose outcome does not matter.</summary>
    public Task SendNowAsync(WebhookEvent webhookEvent, CancellationToken cancellationToken) =>
        _options.Url is null ? Task.CompletedTask : TrySendAsync(webhookEvent, cancellationToken);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var allAtOnce = new ParallelOptions
        {
            MaxDegreeOfParallelism = int.MaxValue,
            CancellationToken = stoppingToken,
        };
        return Parallel.ForEachAsync(_waiting.Reader.ReadAllAsync(stoppingToken), allAtOnce, DeliverAsync);
    }

    private async ValueTask DeliverAsync(
        (WebhookEvent Event, TimeSpan Delay) waiting,
        CancellationToken cancellationToken)
    {
        await Task.Delay(waiting.Delay, clock, cancellationToken);
        var pause = _options.FirstRetry;
        for (var attempt = 1; !await TrySendAsync(waiting.Event, cancellationToken); attempt++, pause *= 2)
        {
            if (attempt == _options.Attempts)
            {
                Log.GivenUp(logger, waiting.Event.WebhookId, attempt);
                return;
            }

            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    private async Task<bool> TrySendAsync(WebhookEvent webhookEvent, CancellationToken cancellationToken)
    {
        using var span = spans.StartActivity("send webhook", ActivityKind.Internal, webhookEvent.TraceParent);
        using var request = Sign(webhookEvent);
        using var client = http.CreateClient(ClientName);
        try
        {
            using var response = await client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                Log.Refused(logger, webhookEvent.WebhookId, (int)response.StatusCode);
            }

            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException exception)
        {
            Log.Unreachable(logger, exception, webhookEvent.WebhookId);
        }
        catch (TaskCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Unreachable(logger, exception, webhookEvent.WebhookId);
        }

        return false;
    }

    private HttpRequestMessage Sign(WebhookEvent webhookEvent)
    {
        var secret = webhookEvent.Forged ? _foreignSecret : _options.Secret!;
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return new HttpRequestMessage(HttpMethod.Post, _options.Url)
        {
            Content = new StringContent(webhookEvent.Body, Encoding.UTF8, MediaTypeNames.Application.Json),
            Headers =
            {
                { "webhook-id", webhookEvent.WebhookId },
                { "webhook-timestamp", timestamp },
                {
                    "webhook-signature",
                    WebhookSignature.Sign(secret, webhookEvent.WebhookId, timestamp, webhookEvent.Body)
                },
            },
        };
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Webhook {WebhookId} was answered {Status}")]
        public static partial void Refused(ILogger logger, string webhookId, int status);

        [LoggerMessage(LogLevel.Warning, "Webhook {WebhookId} could not be sent")]
        public static partial void Unreachable(ILogger logger, Exception exception, string webhookId);

        [LoggerMessage(LogLevel.Error, "Webhook {WebhookId} is given up after {Attempts} attempts")]
        public static partial void GivenUp(ILogger logger, string webhookId, int attempts);
    }
}
