using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Sora.TestServers;
using Sora.TestServers.Processes;

namespace Sora.ServiceDefaults.Tests.Messaging;

/// <summary>What the broker itself knows, and what happens while it, or the database, is away.</summary>
public sealed class BrokerTests(OwnBroker own) : MessagingFixture, IClassFixture<OwnBroker>
{
    private const string Queue = "test-service-note-clip";

    private readonly RabbitMqServer _broker = own.Server;
    private readonly HttpClient _management = own.OpenManagement();
    private string _virtualHost = "";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _management.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Each_consumer_has_a_quorum_queue_with_a_delivery_limit_and_a_place_for_dead_letters()
    {
        var queue = await FindQueueAsync(Queue);
        var errors = await FindQueueAsync($"{Queue}_error");

        Assert.Equal("quorum", (string?)queue["type"]);
        Assert.Equal(20, (int?)queue["arguments"]!["x-delivery-limit"]);
        Assert.Equal($"{Queue}_error", (string?)queue["arguments"]!["x-dead-letter-exchange"]);
        Assert.Equal("quorum", (string?)errors["type"]);
    }

    [Fact]
    public async Task A_message_that_always_fails_ends_in_the_error_queue_after_four_attempts()
    {
        Deliveries.FailureOf = _ => new InvalidOperationException("poison");
        await PublishAsync(Clip("video_1"));

        await WaitForErrorsAsync(1);

        Assert.Equal(4, Deliveries.All.Count);
        Assert.Empty(await NotesAsync());
        Assert.Empty(await QueryAsync<string>("select consumer from inbox"));
    }

    [Fact]
    public async Task A_message_that_is_delivered_again_and_again_ends_in_the_error_queue()
    {
        await Service.StopAsync();
        await PostAsync($"exchanges/{_virtualHost}/{Queue}/publish", new
        {
            routing_key = "",
            properties = new { delivery_mode = 2 },
            payload = "crash",
            payload_encoding = "string",
        });

        // Each of these is a consumer that dies with the message in its hands.
        await Wait.UntilAsync("it is dead-lettered", async _ =>
        {
            await PostAsync(
                $"queues/{_virtualHost}/{Queue}/get",
                new { count = 1, ackmode = "reject_requeue_true", encoding = "auto" });
            return await CountAsync($"{Queue}_error") == 1;
        });

        Assert.Equal(0, await CountAsync(Queue));
    }

    [Fact]
    public async Task A_message_waits_for_a_broker_that_is_away()
    {
        await _broker.StopAsync(Cancelled);
        await PublishAsync(Clip("video_1"));
        await Wait.UntilAsync("the relay notices", _ => Task.FromResult(LoggedByRelay("interrupted") == 1));

        await _broker.StartAsync(Cancelled);
        await WaitForNotesAsync(1);

        Assert.Equal(["video_1"], await NotesAsync());
        await Wait.UntilAsync("the relay notices", _ => Task.FromResult(LoggedByRelay("publishes again") == 1));
    }

    [Fact]
    public async Task A_service_starts_without_a_broker_and_stops_without_one()
    {
        await _broker.StopAsync(Cancelled);
        await using var service = await TestService.With()
            .AddDatabase(DatabaseAddress)
            .AddMessaging(RabbitMq)
            .StartAsync();

        await service.StopAsync().WaitAsync(TimeSpan.FromSeconds(15), Cancelled);
        await _broker.StartAsync(Cancelled);
    }

    private protected override async Task<string> CreateBrokerAsync()
    {
        _virtualHost = $"test-{Guid.NewGuid():n}";
        using var management = new RabbitMqManagement(_broker.Management);
        await management.CreateVirtualHostAsync(_virtualHost, Cancelled);
        return _broker.ConnectionString + _virtualHost;
    }

    private int LoggedByRelay(string words) =>
        Service.Logs.Entries.Count(entry => entry.Category.EndsWith("OutboxRelay", StringComparison.Ordinal)
            && entry.Message.Contains(words, StringComparison.Ordinal));

    private Task WaitForErrorsAsync(int count) => Wait.UntilAsync(
        "the error queue is filled",
        async _ => await CountAsync($"{Queue}_error") == count);

    private async Task<int> CountAsync(string queue) => (int?)(await FindQueueAsync(queue))["messages"] ?? 0;

    private async Task<JsonObject> FindQueueAsync(string name)
    {
        using var answer = await _management.GetAsync($"api/queues/{_virtualHost}/{name}", Cancelled);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!;
    }

    private async Task PostAsync(string path, object body)
    {
        using var answer = await _management.PostAsJsonAsync($"api/{path}", body, Cancelled);
        answer.EnsureSuccessStatusCode();
    }
}

/// <summary>A broker that only these tests stop and start.</summary>
public sealed class OwnBroker : IAsyncLifetime
{
    private readonly ProcessFolder _folder = new("broker");

    public OwnBroker() => Server = new RabbitMqServer(_folder);

    public RabbitMqServer Server { get; }

    public HttpClient OpenManagement() => new()
    {
        BaseAddress = new Uri(Server.Management.GetComponents(UriComponents.SchemeAndServer, UriFormat.Unescaped)),
        DefaultRequestHeaders =
        {
            Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Server.Management.UserInfo))),
        },
    };

    public async ValueTask InitializeAsync() => await Server.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
