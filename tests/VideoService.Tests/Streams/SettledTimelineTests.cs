using Npgsql;
using Sora.ServiceDefaults.Database;
using Sora.TestServers;
using Sora.TestServers.Processes;
using Sora.VideoService.Streams;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Streams;

/// <summary>Positions are given out in one order and committed in another.</summary>
public sealed class SettledTimelineTests(VideoSystem system) : IAsyncLifetime
{
    private readonly SharedServers _servers = new();
    private VideoServiceHost _service = null!;
    private VideoTable _table = null!;
    private NpgsqlDataSource _source = null!;
    private SettledTimeline _timeline = null!;
    private Video _video = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = await system.SettingsApartAsync(_servers);
        _service = await VideoServiceHost.StartAsync(settings);
        _table = new VideoTable(settings["ConnectionStrings:videodb"]);
        _source = NpgsqlDataSource.Create(settings["ConnectionStrings:videodb"]);
        _timeline = new SettledTimeline(_service.Services.GetRequiredService<ServiceDatabase>());
        _video = await _table.InsertAsync(SomeVideo.Of(system.NewCustomer()));
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _table.DisposeAsync();
        await _source.DisposeAsync();
        await _servers.DisposeAsync();
    }

    [Fact]
    public async Task A_row_that_commits_late_comes_before_those_that_overtook_it()
    {
        await BeginAsync();
        await using var late = await Writer.InsertAsync(_source, _video, 1);
        await using var early = await Writer.InsertAsync(_source, _video, 2);
        await early.CommitAsync();

        Assert.Empty(await ReadAsync());
        Assert.True(_timeline.HasGap);
        Assert.Empty(await ReadAsync());
        await late.CommitAsync();

        Assert.Equal([1, 2], await ReadAsync());
        Assert.False(_timeline.HasGap);
        Assert.Empty(await ReadAsync());
    }

    [Fact]
    public async Task A_row_that_never_comes_holds_nobody_up_once_its_transaction_has_ended()
    {
        await BeginAsync();
        await using var lost = await Writer.InsertAsync(_source, _video, 1);
        await using var kept = await Writer.InsertAsync(_source, _video, 2);
        await kept.CommitAsync();
        Assert.Empty(await ReadAsync());

        await lost.RollBackAsync();

        Assert.Equal([2], await ReadAsync());
    }

    [Fact]
    public async Task Whoever_writes_something_else_for_long_is_not_waited_for()
    {
        await BeginAsync();
        await using var connection = await _source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("select pg_current_xact_id()", connection, transaction);
        await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        await using (var lost = await Writer.InsertAsync(_source, _video, 1))
        {
            await lost.RollBackAsync();
        }

        await using var kept = await Writer.InsertAsync(_source, _video, 2);
        await kept.CommitAsync();

        Assert.Empty(await ReadAsync());
        Assert.Equal([2], await ReadAsync());
    }

    [Fact]
    public async Task It_begins_only_when_what_came_before_is_settled()
    {
        await using var before = await Writer.InsertAsync(_source, _video, 1);
        await using var after = await Writer.InsertAsync(_source, _video, 2);
        await after.CommitAsync();

        Assert.False(await _timeline.TryBeginAsync(TestContext.Current.CancellationToken));
        await before.CommitAsync();

        Assert.True(await _timeline.TryBeginAsync(TestContext.Current.CancellationToken));
        Assert.Empty(await ReadAsync());
    }

    private Task BeginAsync() => Wait.UntilAsync("it begins", token => _timeline.TryBeginAsync(token));

    /// <summary>The versions of the rows that are handed out.</summary>
    private async Task<IEnumerable<int>> ReadAsync() =>
        (await _timeline.ReadAsync(TestContext.Current.CancellationToken)).Select(row => row.Progress);
}
