using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Sora.TestServers;
using Sora.TestServers.Processes;

namespace Sora.ServiceDefaults.Tests.Messaging;

/// <summary>What the broker itself knows, and what happens while it, or the database, is away.</summary>
public sealed class BrokerTests : MessagingFixture
{
    private const string Queue = "test-service-note-clip";

    private readonly ProcessFolder _folder = new("broker");
    private RabbitMqServer _broker = null!;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
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
    }

    private protected override async Task<string> CreateBrokerAsync()
    {
        _broker = new RabbitMqServer(_folder);
        await _broker.StartAsync(Cancelled);
        return _broker.ConnectionString;
    }

    private int LoggedByRelay(string words) =>
        Service.Logs.Entries.Count(entry => entry.Category.EndsWith("OutboxRelay", StringComparison.Ordinal)
            && entry.Message.Contains(words, StringComparison.Ordinal));

    private Task WaitForErrorsAsync(int count) => Wait.UntilAsync(
        "the error queue is filled",
        async _ => (int?)(await FindQueueAsync($"{Queue}_error"))["messages"] == count,
        TimeSpan.FromSeconds(30));

    private async Task<JsonObject> FindQueueAsync(string name)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(_broker.Management.UserInfo)));
        var path = $"{_broker.Management.GetComponents(UriComponents.SchemeAndServer, UriFormat.Unescaped)}/api/queues/%2f/{name}";
        using var answer = await http.GetAsync(path, Cancelled);
        return answer.IsSuccessStatusCode
            ? (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!
            : [];
    }
}
