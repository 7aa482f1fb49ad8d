using MassTransit;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tracking;

/// <summary>
/// An upstream sent a webhook: poll that video now. One that comes before the upstream's id is stored is parked, and counts
/// when the id is bound. Whatever it says, the upstream's own answer decides; so repetitions do no harm.
/// </summary>
public sealed class LookNow(ServiceDatabase database, FactWriter facts, Poller poller) : IConsumer<UpstreamNotified>
{
    public async Task Consume(ConsumeContext<UpstreamNotified> context)
    {
        var key = new { context.Message.Upstream, context.Message.UpstreamId };

        // Looked up again after parking, as the id may have been bound in between; what slips through both, the first poll sees.
        var videoId = await FindAsync(key, context.CancellationToken)
            ?? await ParkAndFindAsync(key, context.CancellationToken);
        if (videoId is not null && (await facts.ApplyAsync(videoId, new VideoFact.Notified())).Changed)
        {
            poller.Wake();
        }
    }

    private async Task<string?> FindAsync(object key, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        return await work.QuerySingleOrDefaultAsync<string>(
            "select id from videos where upstream = @Upstream and upstream_id = @UpstreamId", key, cancellationToken);
    }

    private async Task<string?> ParkAndFindAsync(object key, CancellationToken cancellationToken)
    {
        await using (var work = await database.BeginAsync(cancellationToken))
        {
            await work.ExecuteAsync(
                """
                insert into parked_notifications (upstream, upstream_id) values (@Upstream, @UpstreamId)
                on conflict do nothing
                """,
                key,
                cancellationToken);
            await work.CommitAsync(cancellationToken);
        }

        return await FindAsync(key, cancellationToken);
    }
}
