using Dapper;
using Sora.Bench.Reports;

namespace Sora.Bench;

/// <summary>What the platform's parts say to each other, between two moments: what costs CPU, counted.</summary>
internal sealed class Traffic
{
    private readonly Platform _platform;
    private readonly Dictionary<string, long> _start;

    private Traffic(Platform platform, Dictionary<string, long> start)
    {
        _platform = platform;
        _start = start;
    }

    /// <summary>Begins to count.</summary>
    public static async Task<Traffic> StartAsync(Platform platform, CancellationToken cancellationToken) =>
        new(platform, await ReadAsync(platform, cancellationToken));

    /// <summary>Adds what was counted since, for one job.</summary>
    public async Task AddToAsync(Report report, int jobs, CancellationToken cancellationToken)
    {
        foreach (var (name, count) in await ReadAsync(_platform, cancellationToken))
        {
            report.Add($"{name} per job", (count - _start.GetValueOrDefault(name)) / (double)jobs, "");
        }
    }

    private static async Task<Dictionary<string, long>> ReadAsync(Platform platform, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>();
        foreach (var database in ServiceDatabase.All)
        {
            await using var connection = platform.Connect(database);
            counts[$"commits in {database.Name}"] = await connection.ExecuteScalarAsync<long>(
                "select xact_commit from pg_stat_database where datname = current_database()");
            counts[$"messages from {database.Name}"] = await connection.ExecuteScalarAsync<long>(
                "select case when is_called then last_value else 0 end from outbox_id_seq");
        }

        await using var server = platform.Connect(ServiceDatabase.Videos);
        counts["flushes of PostgreSQL's log"] = await server.ExecuteScalarAsync<long>("select wal_sync from pg_stat_wal");
        var state = await platform.AskSimulatorAsync("state", cancellationToken);
        foreach (var call in state.GetProperty("calls").EnumerateObject())
        {
            counts[$"{call.Name} at the simulator"] = call.Value.GetInt64();
        }

        return counts;
    }
}
