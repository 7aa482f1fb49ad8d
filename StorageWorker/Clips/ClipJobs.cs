using System.Diagnostics;

namespace Sora.StorageWorker.Clips;

/// <summary>What there is to do for a claim, under the trace of the request that caused it.</summary>
internal sealed partial class ClipJobs(
    StoreClip store,
    AddPictures addPictures,
    EraseClip erase,
    ClipClaims claims,
    ActivitySource activities,
    ILogger<ClipJobs> logger)
{
    // At shutdown the caller's token has ended, and giving back must not hold the process up.
    private static readonly TimeSpan GiveBackLimit = TimeSpan.FromSeconds(2);

    /// <summary>Works on a claim and never throws: what fails comes due again.</summary>
    public async Task RunAsync(ClipClaim claim, CancellationToken cancellationToken)
    {
        _ = ActivityContext.TryParse(claim.Traceparent, null, isRemote: true, out var parent);
        using var span = activities.StartActivity(NameOf(claim), ActivityKind.Internal, parent);
        span?.SetTag("sora.video.id", claim.VideoId).SetTag("sora.attempt", claim.Attempt);
        try
        {
            await WorkAsync(claim, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await GiveBackAsync(claim, token => claims.ReleaseAsync([claim], token));
        }
        catch (Exception exception)
        {
            // One clip's fault, whatever it is, ends neither the worker nor the wish.
            span?.SetStatus(ActivityStatusCode.Error, exception.Message);
            Log.Failed(logger, exception, NameOf(claim), claim.VideoId, claim.Attempt);
            await GiveBackAsync(claim, token => claims.PostponeAsync(claim, null, token));
        }
    }

    private Task WorkAsync(ClipClaim claim, CancellationToken cancellationToken) => claim.State switch
    {
        "wanted" => store.RunAsync(claim, cancellationToken),
        "stored" => addPictures.RunAsync(claim, cancellationToken),
        "deleted" or "expired" => erase.RunAsync(claim, cancellationToken),
        _ => throw new UnreachableException($"A clip in state '{claim.State}' was due."),
    };

    private async Task GiveBackAsync(ClipClaim claim, Func<CancellationToken, Task> giveBackAsync)
    {
        using var limit = new CancellationTokenSource(GiveBackLimit);
        try
        {
            await giveBackAsync(limit.Token);
        }
        catch (Exception exception) when (exception is Npgsql.NpgsqlException or OperationCanceledException)
        {
            Log.NotGivenBack(logger, exception, claim.VideoId);
        }
    }

    private static string NameOf(ClipClaim claim) => claim.State switch
    {
        "wanted" => "store clip",
        "stored" => "add pictures",
        _ => "erase clip",
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Could not {Job} of {VideoId}, attempt {Attempt}")]
        public static partial void Failed(ILogger logger, Exception exception, string job, string videoId, int attempt);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The claim on {VideoId} ends with its lease")]
        public static partial void NotGivenBack(ILogger logger, Exception exception, string videoId);
    }
}
