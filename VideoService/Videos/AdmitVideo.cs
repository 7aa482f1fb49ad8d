using Polly;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Catalogue;
using Sora.Contracts;
using Sora.VideoService.Creates;

namespace Sora.VideoService.Videos;

/// <summary>
/// Takes a new job in: save it, hold the money, accept it. The row stands before the money is asked for, so that a crash
/// between any two lines leaves something that <see cref="Tracking.Sweeper"/> knows how to end.
/// </summary>
public sealed partial class AdmitVideo(
    ServiceDatabase database, Holds holds, FactWriter facts, VideoAnswers answers, TimeProvider clock, ILogger<AdmitVideo> logger)
{
    /// <summary>
    /// The answer to the client: the video, or why it was refused; then nothing is held and nothing is stored. Null when
    /// another request of the same intent was faster; then nothing was done. From the first write on it goes through to
    /// the end, also when the client has gone.
    /// </summary>
    public async Task<IResult?> AdmitAsync(
        Video video, CreateIntent intent, Caller caller, CancellationToken cancellationToken)
    {
        if (ModelAllowance.Refuse(caller, video.Model) is { } refusal)
        {
            return refusal;
        }

        if (!await SaveAsync(video, intent, caller, cancellationToken))
        {
            return null;
        }

        HoldAnswer hold;
        try
        {
            hold = await holds.PlaceAsync(video, caller, CancellationToken.None);
        }
        catch (Exception exception) when (exception is HttpRequestException or ExecutionRejectedException)
        {
            Log.NoAnswer(logger, exception, video.Id);
            await GiveUpAsync(video);
            return ApiError.Unavailable("The request could not be completed. Please try again.");
        }

        return hold.Status switch
        {
            "granted" => await ApplyAsync(
                video, intent, new VideoFact.HoldGranted(hold.AmountMicroUsd, hold.PriceVersion!.Value)),
            "needs_approval" => await ApplyAsync(video, intent, new VideoFact.ApprovalNeeded(
                hold.AmountMicroUsd,
                hold.PriceVersion!.Value,
                hold.Message!,
                DateTimeOffset.FromUnixTimeSeconds(hold.ApprovalExpiresAt!.Value))),
            _ => await RefuseAsync(video, hold),
        };
    }

    private async Task<bool> SaveAsync(
        Video video, CreateIntent intent, Caller caller, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(caller, cancellationToken);
        if (!await work.ClaimAsync(intent, video.Id, clock.GetUtcNow(), null, cancellationToken))
        {
            return false;
        }

        await work.ExecuteAsync(VideoRows.Insert, video, cancellationToken);
        await work.CommitAsync(CancellationToken.None);
        return true;
    }

    private async Task<IResult> ApplyAsync(Video video, CreateIntent intent, VideoFact fact)
    {
        // Unchanged but there: the commit's answer was lost, and the repetition found it done. Gone: the sweeper gave it up.
        var outcome = await facts.ApplyAsync(video.Id, fact);
        return outcome.Video is { } accepted
            ? answers.For(accepted) with { Receipt = intent.Receipt(accepted.Id) }
            : ApiError.Unavailable("The request could not be completed in time. Please try again.");
    }

    private async Task<IResult> RefuseAsync(Video video, HoldAnswer hold)
    {
        await using var work = await database.BeginAsync(CancellationToken.None);
        await work.ExecuteAsync(DeleteHolding, new { Ids = new[] { video.Id } }, CancellationToken.None);
        await work.CommitAsync(CancellationToken.None);
        return Refusal(video, hold);
    }

    private static ApiError Refusal(Video video, HoldAnswer hold) => hold.Reason switch
    {
        "unknown_price" => ApiError.Invalid(
            "model", hold.Message ?? $"The model '{video.Model}' has no price and cannot be used.", "model_not_priced"),
        "too_many_in_flight" => new ApiError(
            429, "requests", "rate_limit_exceeded", null, hold.Message ?? "Too many videos are being made at once.")
        {
            RetryAfter = TimeSpan.FromSeconds(10),
        },
        "resolved" => ApiError.Unavailable("The request could not be completed in time. Please try again."),
        _ => new ApiError(429, "insufficient_quota", "insufficient_quota", null, hold.Message ?? "The budget is exhausted.")
        {
            ShouldRetry = false,
        },
    };

    private async Task GiveUpAsync(Video video)
    {
        await using var work = await database.BeginAsync(CancellationToken.None);
        await work.AbandonAsync([video], clock.GetUtcNow(), CancellationToken.None);
        await work.CommitAsync(CancellationToken.None);
    }

    /// <summary>Its request may come again, under the same key, too.</summary>
    internal const string DeleteHolding =
        """
        with gone as (delete from videos where id = any(@Ids) and stage = 'holding' returning id)
        delete from creates using gone where resource_id = gone.id
        """;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "No answer to the hold of {VideoId}; the job is given up")]
        public static partial void NoAnswer(ILogger logger, Exception exception, string videoId);
    }
}

/// <summary>
/// Ends jobs whose hold was never answered: nobody knows their ids, so they vanish and their money is released.
/// </summary>
internal static class AbandonVideos
{
    public static async Task AbandonAsync(
        this UnitOfWork work, IReadOnlyList<Video> videos, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await work.ExecuteAsync(
            AdmitVideo.DeleteHolding, new { Ids = videos.Select(video => video.Id).ToArray() }, cancellationToken);
        foreach (var video in videos)
        {
            var failure = VideoFailure.NotAccepted;
            work.Publish(
                new VideoFailed(
                    video.Id, video.Organization, video.Project, video.User, video.Upstream, null,
                    failure.Code, failure.Message, UpstreamCharge.None, now, CustomerPays: false),
                video.Traceparent);
        }
    }
}
