using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Sora.Contracts;
using Sora.ServiceDefaults;
using Sora.TestServers.Processes;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Drivers;

/// <summary>A row of the timeline.</summary>
internal sealed record TimelineRow(string Stage, int Progress, string? Code);

/// <summary>The database behind the service's back, as superuser.</summary>
internal sealed class VideoTable(string connectionString) : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = SnakeCase();

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);

    public async Task<Video?> FindAsync(string id) => (await QueryAsync<Video>(
        $"select {Video.Columns} from videos where id = @id", new { id })).SingleOrDefault();

    public Task<IReadOnlyList<TimelineRow>> TimelineAsync(string id) => QueryAsync<TimelineRow>(
        "select stage, progress, code from video_timeline where video_id = @id order by position", new { id });

    public async Task<int> CountAsync(Customer customer) => (await QueryAsync<int>(
        "select count(*)::int from videos where project = @Project", new { customer.Caller.Project })).Single();

    /// <summary>How many requests of the project are remembered as having made something.</summary>
    public async Task<int> CountCreatesAsync(Customer customer) => (await QueryAsync<int>(
        "select count(*)::int from creates where project = @Project", new { customer.Caller.Project })).Single();

    /// <summary>Makes a remembered request older than it is.</summary>
    public Task AgeCreateAsync(string videoId, TimeSpan age) => ExecuteAsync(
        "update creates set created_at = now() - @age, answered_at = now() - @age where resource_id = @videoId",
        new { videoId, age });

    /// <summary>The video once it has come to the stage, even if it has gone on since.</summary>
    public Task<Video> InStageAsync(string id, VideoStage stage) => Wait.ForAsync(
        $"{id} comes to {stage}",
        async _ => (await TimelineAsync(id)).Any(row => row.Stage == stage.Name()) ? await FindAsync(id) : null);

    /// <summary>The video once it is as wanted.</summary>
    public Task<Video> WhenAsync(string what, string id, Func<Video, bool> matches) => Wait.ForAsync(
        $"{id}: {what}", async _ => await FindAsync(id) is { } video && matches(video) ? video : null);

    /// <summary>Puts a video into any state.</summary>
    public async Task<Video> InsertAsync(Video video)
    {
        var row = (JsonObject)JsonSerializer.SerializeToNode(video, Json)!;
        row["stage"] = video.Stage.Name();
        row["upstream_charge"] ??= video.ErrorCode is null ? null : UpstreamCharge.None;
        await ExecuteAsync(
            "insert into videos select * from json_populate_record(null::videos, @row::json)", new { row = row.ToJsonString() });
        return video;
    }

    /// <summary>Lets the time come at which somebody has to look at the video.</summary>
    public Task HurryAsync(string id) => ExecuteAsync(
        "update videos set next_action_at = now() - interval '1 second' where id = @id", new { id });

    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await _source.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql, parameters)).AsList();
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static JsonSerializerOptions SnakeCase()
    {
        var options = new JsonSerializerOptions();
        Extensions.ConfigureJson(options);
        return options;
    }
}
