using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Tracking;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Creates;

/// <summary>
/// Lets every intent make one thing, however often its request comes. The first request makes it; a repetition waits for
/// the first one's end and gets its answer, with <c>Idempotent-Replayed: true</c>. What was refused is not remembered, so
/// that it can be asked for again.
/// </summary>
public sealed class CreateOnce(ServiceDatabase database, VideoAnswers answers, TimeProvider clock)
{
    private const string FindVideo = $"select {Video.Columns} from videos where id = @Id and project = @Project";

    // By then the sweeper has ended whatever was left unfinished.
    private static readonly TimeSpan Patience = Sweeper.HoldingLimit + TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    // How long the gateway's word that an answer was delivered may be on its way.
    private static readonly TimeSpan WordOfDelivery = TimeSpan.FromSeconds(1);

    /// <summary>Makes what is asked for, or answers with what an earlier request of the same intent has made.</summary>
    /// <param name="intent">What the request says about itself.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="make">
    /// Checks the request and makes the resource. Gives null, having done nothing, when
    /// <see cref="CreateRecords.ClaimAsync"/> says that another request was faster.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting for the earlier request.</param>
    public async Task<IResult> RunAsync(
        CreateIntent intent, Caller caller, Func<Task<IResult?>> make, CancellationToken cancellationToken)
    {
        var (begun, arrivedAt) = (clock.GetTimestamp(), clock.GetUtcNow());
        var overlaps = false;
        for (; clock.GetElapsedTime(begun) < Patience; await Task.Delay(Pause, clock, cancellationToken))
        {
            if (await FindAsync(intent, caller, arrivedAt, overlaps, cancellationToken) is not { } earlier)
            {
                if (await make() is { } made)
                {
                    return await KeepAsync(intent, caller, made);
                }

                overlaps = true;
                continue;
            }

            if (!intent.Fingerprint.AsSpan().SequenceEqual(earlier.Fingerprint))
            {
                return intent.KeyIsTaken();
            }

            if (await AnswerAsync(intent, earlier, caller, cancellationToken) is not { } answer)
            {
                overlaps = true;
            }
            else if (overlaps || !intent.Repeats.OnlyUndelivered || clock.GetElapsedTime(begun) >= WordOfDelivery)
            {
                var replay = answer with { IsReplay = true, Receipt = intent.Receipt(earlier.ResourceId) };
                return await KeepAsync(intent, caller, replay);
            }
        }

        return ApiError.Unavailable("An equal request is still being worked on. Please try again.");
    }

    /// <summary>A request that came while the earlier one was at work repeats it, whatever became of its answer.</summary>
    private async Task<EarlierCreate?> FindAsync(
        CreateIntent intent, Caller caller, DateTimeOffset arrivedAt, bool overlaps, CancellationToken cancellationToken) =>
        intent.Repeats.Window is null ? null : await database.FindEarlierAsync(
            intent, caller, arrivedAt, overlaps, cancellationToken);

    /// <summary>What the earlier request was answered, or would have been; null while it is at work.</summary>
    private async Task<VideoAnswer?> AnswerAsync(
        CreateIntent intent, EarlierCreate earlier, Caller caller, CancellationToken cancellationToken)
    {
        if (earlier.Answer is { } kept)
        {
            return VideoAnswer.FromBytes(kept);
        }

        var videos = await database.ReadAsync<Video>(
            caller, FindVideo, new { Id = earlier.ResourceId, caller.Project }, cancellationToken);
        return videos is [{ Stage: not VideoStage.Holding } video] ? answers.For(video) : null;
    }

    /// <summary>Kept before it is given out: nobody ever sees two different answers to one key.</summary>
    private async Task<IResult> KeepAsync(CreateIntent intent, Caller caller, IResult result)
    {
        if (result is not VideoAnswer answer || (intent.Key is null && answer.Receipt is null))
        {
            return result;
        }

        await using var work = await database.BeginAsync(caller, CancellationToken.None);
        var first = answer;
        if (intent.Key is not null)
        {
            var kept = await work.KeepAnswerAsync(intent, answer.ToBytes(), CancellationToken.None);
            first = kept is null ? answer : VideoAnswer.FromBytes(kept) with { IsReplay = answer.IsReplay };
        }
        else
        {
            await work.NoteAnsweredAsync(intent, answer.Receipt!, clock.GetUtcNow(), CancellationToken.None);
        }

        await work.CommitAsync(CancellationToken.None);
        return first;
    }
}
