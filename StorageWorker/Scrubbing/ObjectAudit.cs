using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Database;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Scrubbing;

/// <summary>
/// Compares the store's list with the rows, by one worker at a time. Objects without a row are reported and left alone: they
/// cost space, and deleting by a mistaken list would cost clips. Rows without an object are found by the check of each file.
/// </summary>
internal sealed partial class ObjectAudit(
    ServiceDatabase database,
    IObjectStore store,
    ScrubMetrics metrics,
    IOptions<ScrubOptions> options,
    TimeProvider clock,
    ILogger<ObjectAudit> logger)
{
    private const int BatchSize = 500;
    private const int MostNamed = 20;

    /// <summary>Does it when its time has come and nobody else is at it.</summary>
    /// <exception cref="IOException">The store cannot be listed.</exception>
    public async Task RunIfDueAsync(CancellationToken cancellationToken)
    {
        if (!await TakeAsync(cancellationToken))
        {
            return;
        }

        var oldest = clock.GetUtcNow() - options.Value.StrayAge;
        var (objects, strays) = (0L, 0L);
        await foreach (var batch in BatchesAsync(cancellationToken))
        {
            var rowless = await FindRowlessAsync(batch, cancellationToken);
            foreach (var stray in batch.Where(entry => entry.ModifiedAt <= oldest && rowless.Contains(entry.Key)))
            {
                if (++strays <= MostNamed)
                {
                    Log.Stray(logger, stray.Key, stray.Length);
                }
            }

            objects += batch.Count;
        }

        await RecordAsync(objects, strays, cancellationToken);
        metrics.Audited(strays);
        Log.Audited(logger, objects, strays);
    }

    private async Task<bool> TakeAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var taken = await work.ExecuteAsync(
            "update object_audits set next_at = @Next where next_at <= @now",
            new { now, Next = now + options.Value.AuditInterval },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        return taken == 1;
    }

    private async IAsyncEnumerable<List<StoredObject>> BatchesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<StoredObject>(BatchSize);
        await foreach (var entry in store.ListAsync(cancellationToken))
        {
            batch.Add(entry);
            if (batch.Count == BatchSize)
            {
                yield return batch;
                batch = new List<StoredObject>(BatchSize);
            }
        }

        yield return batch;
    }

    private async Task<HashSet<string>> FindRowlessAsync(List<StoredObject> batch, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        var rowless = await work.QueryAsync<string>(
            """
            select key from unnest(@Keys) as key
            where not exists (select from clip_files where object_key = key)
                and not exists (select from reference_images where object_key = key)
                and not exists (select from uploads where object_key = key)
            """,
            new { Keys = batch.Select(entry => entry.Key).ToArray() },
            cancellationToken);
        return [.. rowless];
    }

    private async Task RecordAsync(long objects, long strays, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        await work.ExecuteAsync(
            "update object_audits set audited_at = @Now, objects = @objects, strays = @strays",
            new { Now = clock.GetUtcNow(), objects, strays },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning, Message = "Nothing in the database knows the object {Key} of {Length} bytes")]
        public static partial void Stray(ILogger logger, string key, long length);

        [LoggerMessage(
            Level = LogLevel.Information, Message = "Compared {Objects} objects with the rows: {Strays} without one")]
        public static partial void Audited(ILogger logger, long objects, long strays);
    }
}
