using System.Diagnostics;
using System.Text.Json;
using Dapper;
using Npgsql;
using Sora.TestServers.Processes;

namespace Sora.Bench;

/// <summary>
/// Videos that end without ever having been rendered: their messages go through WebhookService's own outbox, and so over
/// RabbitMQ as VideoService's do.
/// </summary>
internal sealed class Events(NpgsqlConnection database, string organization, string project)
{
    private const string Insert =
        """
        insert into outbox (message_id, type, body)
        select gen_random_uuid(), @type, body::json from unnest(@bodies) as body;
        select pg_notify('outbox', '')
        """;

    private int _number;

    /// <summary>Says so many messages of a type at once.</summary>
    /// <returns>The videos that they are about.</returns>
    public async Task<IReadOnlyList<string>> SayAsync(string type, int count, CancellationToken cancellationToken)
    {
        string[] ids = [.. Enumerable.Range(_number + 1, count).Select(number => $"video_bench_{number}")];
        _number += count;
        await database.ExecuteAsync(new CommandDefinition(
            Insert,
            new { type = $"Sora.Contracts.{type}", bodies = ids.Select(Body).ToArray() },
            cancellationToken: cancellationToken));
        return ids;
    }

    /// <summary>Completed videos, a few at a time.</summary>
    /// <returns>When each was said, as a timestamp of <see cref="Stopwatch"/>.</returns>
    public async Task<IReadOnlyDictionary<string, long>> StreamAsync(
        TimeSpan length, int perBatch, TimeSpan pause, CancellationToken cancellationToken)
    {
        var sent = new Dictionary<string, long>();
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < length;)
        {
            var now = Stopwatch.GetTimestamp();
            foreach (var id in await SayAsync("VideoCompleted", perBatch, cancellationToken))
            {
                sent[id] = now;
            }

            await Task.Delay(pause, cancellationToken);
        }

        return sent;
    }

    /// <summary>Returns once a query over WebhookService's database says true.</summary>
    public Task WaitForAsync(string what, string sql, CancellationToken cancellationToken) => Wait.UntilAsync(
        what, async _ => await database.ExecuteScalarAsync<bool>(sql), TimeSpan.FromMinutes(5), cancellationToken);

    // The members of both messages; each reads its own.
    private string Body(string videoId)
    {
        var now = TimeProvider.System.GetUtcNow();
        return JsonSerializer.Serialize(new
        {
            videoId,
            organization,
            project,
            user = "user_bench",
            upstream = "simulator",
            upstreamId = videoId,
            code = "cancelled",
            message = "Cancelled.",
            upstreamCharge = "none",
            completedAt = now,
            expiresAt = now.AddDays(1),
            failedAt = now,
        });
    }
}
