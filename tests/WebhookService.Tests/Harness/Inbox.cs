using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using MassTransit;
using Npgsql;
using Sora.Contracts;
using Sora.ServiceDefaults.Errors;
using Sora.TestServers;
using Sora.TestServers.Processes;
using Sora.WebhookService.Signatures;
using Sora.WebhookService.Tests.Harness;
using Xunit;

[assembly: AssemblyFixture(typeof(Inbox))]

namespace Sora.WebhookService.Tests.Harness;

/// <summary>
/// The service with its database and broker, and somebody who hears what it announces: what most tests share.
/// </summary>
public sealed class Inbox : IAsyncLifetime
{
    /// <summary>The upstream whose webhooks are taken.</summary>
    public const string Upstream = "simulator";

    private readonly SharedServers _servers = new();
    private readonly List<ServiceHost> _hosts = [];
    private readonly ConcurrentQueue<UpstreamNotified> _notified = new();
    private string _broker = "";
    private IBusControl? _bus;

    /// <summary>The secret that the upstream signs with now, and the one it is changing to.</summary>
    public WebhookSecret Secret { get; } = new(SecretText);

    public WebhookSecret NextSecret { get; } = new(NextSecretText);

    public string Database { get; private set; } = "";

    public Uri Address => _hosts[0].Address;

    private static string SecretText => "whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c=";

    private static string NextSecretText => "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static HttpClient Http { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Database = await _servers.CreateDatabaseAsync("webhookdb");
        _broker = await _servers.CreateVirtualHostAsync();
        _bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(_broker));
            rabbit.ReceiveEndpoint("listener", endpoint => endpoint.Handler<UpstreamNotified>(context =>
            {
                _notified.Enqueue(context.Message);
                return Task.CompletedTask;
            }));
        });
        await _bus.StartAsync();
        Start(Settings(Database));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await _bus!.StopAsync();
        NpgsqlConnection.ClearAllPools();
        await _servers.DisposeAsync();
    }

    internal Dictionary<string, string?> Settings(string database) => new()
    {
        ["ConnectionStrings:webhookdb"] = database,
        ["ConnectionStrings:rabbitmq"] = _broker,
        ["InternalIdentity:Secret"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        ["Endpoints:SealingKeys:0"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        [$"Webhooks:Upstreams:{Upstream}:Secrets:0"] = SecretText,
        [$"Webhooks:Upstreams:{Upstream}:Secrets:1"] = NextSecretText,
    };

    /// <summary>Starts another instance; it ends with the tests.</summary>
    internal ServiceHost Start(Dictionary<string, string?> settings)
    {
        var host = new ServiceHost(settings);
        lock (_hosts)
        {
            _hosts.Add(host);
        }

        host.StartServer();
        return host;
    }

    /// <summary>A webhook of the upstream, signed now; a test spoils one thing about it.</summary>
    internal static HttpRequestMessage Request(Webhook webhook, Uri address)
    {
        var timestamp = webhook.Timestamp ?? TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var text = timestamp.ToString(CultureInfo.InvariantCulture);
        var body = Encoding.UTF8.GetBytes(webhook.Body);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, $"/webhooks/{webhook.Upstream}"))
        {
            Content = new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json" } } },
        };
        request.Headers.TryAddWithoutValidation("webhook-id", webhook.Id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", text);
        request.Headers.TryAddWithoutValidation("webhook-signature", webhook.Secret.Sign(webhook.Id, text, body));
        return request;
    }

    internal Webhook NewWebhook() => new(Secret);

    internal Task<HttpResponseMessage> SendAsync(Webhook webhook, Uri? address = null) =>
        SendAsync(Request(webhook, address ?? Address));

    internal static Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) =>
        Http.SendAsync(request, TestContext.Current.CancellationToken);

    internal async Task<T?> QueryAsync<T>(string sql, object? parameters = null, string? database = null)
    {
        await using var connection = new NpgsqlConnection(database ?? Database);
        return await connection.ExecuteScalarAsync<T>(sql, parameters);
    }

    internal Task<long> CountRowsAsync(string id) =>
        QueryAsync<long>("select count(*) from inbound_webhooks where webhook_id = @id", new { id });

    /// <summary>
    /// What was announced about a webhook, once everything that is saved has been announced.
    /// </summary>
    internal async Task<IReadOnlyList<UpstreamNotified>> HearAsync(string id)
    {
        await Wait.UntilAsync(
            "the outbox is empty", async _ => await QueryAsync<long>("select count(*) from outbox") == 0);
        await Wait.UntilAsync(
            $"{id} is announced", _ => Task.FromResult(_notified.Any(notified => notified.WebhookId == id)));
        return [.. _notified.Where(notified => notified.WebhookId == id)];
    }

    internal static async Task<ErrorBody> ErrorAsync(HttpResponseMessage answer, int status)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<ErrorEnvelope>(TestContext.Current.CancellationToken))!.Error;
    }
}

/// <summary>A webhook to send.</summary>
internal sealed record Webhook(WebhookSecret Secret)
{
    public string Upstream { get; init; } = Inbox.Upstream;

    public string Id { get; init; } = $"wh_{Guid.NewGuid():n}";

    public long? Timestamp { get; init; }

    public string Body { get; init; } =
        """{"id":"evt_1","object":"event","type":"video.completed","data":{"id":"video_123"}}""";
}
