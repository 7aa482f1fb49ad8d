using Sora.ServiceDefaults.Database;

namespace Sora.VideoService.Videos;

/// <summary>
/// What became of a fact: the video as it is now (null when there is none), and whether the fact changed it.
/// </summary>
public sealed record FactOutcome(Video? Video, bool Changed);

/// <summary>
/// Applies facts to videos inside a transaction: lock the rows, decide, write rows, timeline and messages together.
/// </summary>
public static class VideoTransitions
{
    // Always in the order of ids, so that two transactions never wait for each other in a circle.
    private const string Lock = $"select {Video.Columns} from videos where id = any(@Ids) order by id for update";

    /// <summary>
    /// Applies each fact to its video, one fact a video. The rows are locked, so the decision is on what is true now.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, FactOutcome>> ApplyAsync(
        this UnitOfWork work,
        IReadOnlyDictionary<string, VideoFact> facts,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var videos = await work.QueryAsync<Video>(Lock, new { Ids = facts.Keys.ToArray() }, cancellationToken);
        var transitions = await work.ApplyAsync(videos, video => facts[video.Id], now, cancellationToken);
        var changed = transitions.ToDictionary(transition => transition.After.Id, transition => transition.After);
        var current = videos.ToDictionary(video => video.Id);
        return facts.Keys.ToDictionary(id => id, id => changed.TryGetValue(id, out var after)
            ? new FactOutcome(after, true)
            : new FactOutcome(current.GetValueOrDefault(id), false));
    }

    /// <summary>Applies a fact to each of the videos, which this transaction has locked already.</summary>
    public static async Task<IReadOnlyList<Transition>> ApplyAsync(
        this UnitOfWork work,
        IReadOnlyList<Video> locked,
        Func<Video, VideoFact> fact,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var transitions = locked
            .Select(video => VideoLifecycle.Decide(video, fact(video), now))
            .OfType<Transition>()
            .ToList();
        if (transitions.Count == 0)
        {
            return transitions;
        }

        var written = await work.ExecuteAsync(VideoRows.Update, VideoRows.Columns(transitions), cancellationToken);
        if (written != transitions.Count)
        {
            throw new InvalidOperationException($"{transitions.Count} locked videos were to change and {written} did.");
        }

        await work.ExecuteAsync(VideoRows.InsertTimeline, VideoRows.TimelineColumns(transitions), cancellationToken);
        foreach (var transition in transitions)
        {
            foreach (var message in transition.Messages)
            {
                work.Publish(message, transition.After.Traceparent);
            }
        }

        return transitions;
    }
}
