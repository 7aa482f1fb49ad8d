using Sora.TestServers;
using Sora.TestServers.Processes;

namespace Sora.ServiceDefaults.Tests.Messaging;

/// <summary>A database that is away for longer than a consumer's own retries last.</summary>
public sealed class DatabaseOutageTests : MessagingFixture
{
    private const int AttemptsOfAFault = 4;

    private readonly ProcessFolder _folder = new("outage");
    private PostgresServer _postgres = null!;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_message_waits_for_a_database_that_is_away()
    {
        await _postgres.KillAsync(Cancelled);
        await SendAgainAsync(Clip("video_1"), Guid.NewGuid());
        await WaitForAttemptsAsync(AttemptsOfAFault + 2);

        await _postgres.StartAsync(Cancelled);
        await WaitForNotesAsync(1);

        Assert.Equal(["video_1"], await NotesAsync());
    }

    [Fact]
    public async Task A_service_that_stops_meanwhile_gives_the_message_back()
    {
        await _postgres.KillAsync(Cancelled);
        await SendAgainAsync(Clip("video_1"), Guid.NewGuid());
        await WaitForAttemptsAsync(2);

        await Service.StopAsync().WaitAsync(TimeSpan.FromSeconds(15), Cancelled);
        await _postgres.StartAsync(Cancelled);
        await using var successor = await StartServiceAsync();
        await WaitForNotesAsync(1);

        Assert.Equal(["video_1"], await NotesAsync());
    }

    [Fact]
    public async Task The_relay_goes_on_after_the_databases_return()
    {
        await _postgres.KillAsync(Cancelled);
        await Wait.UntilAsync("the relay notices", _ => Task.FromResult(Service.Logs.Alarming.Any(entry =>
            entry.Category.EndsWith("OutboxRelay", StringComparison.Ordinal))));

        await _postgres.StartAsync(Cancelled);
        await PublishAsync(Clip("video_1"));

        await WaitForNotesAsync(1);
    }

    private protected override async Task<string> CreateDatabaseAsync()
    {
        _postgres = new PostgresServer(_folder);
        await _postgres.StartAsync(Cancelled);
        return _postgres.ConnectionString;
    }

    private Task WaitForAttemptsAsync(int count) =>
        Wait.UntilAsync($"{count} attempts", _ => Task.FromResult(Deliveries.All.Count >= count));
}
