using Microsoft.Extensions.Options;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// Thumbnail and spritesheet: the upstream's where it has them, our own otherwise. A picture that cannot be
/// had is left out and never holds its clip back.
/// </summary>
internal sealed partial class ClipPictures(
    ClipCopy copy,
    FrameGrabber grabber,
    IObjectStore store,
    IOptions<ClipOptions> options,
    ILogger<ClipPictures> logger)
{
    /// <summary>
    /// Stores those of the wanted pictures that can be had within <see cref="ClipOptions.VariantTimeLimit"/>.
    /// </summary>
    /// <param name="claim">The clip.</param>
    /// <param name="wanted">The pictures.</param>
    /// <param name="videoPath">The clip's video, on a local disk.</param>
    /// <param name="cancellationToken">Ends the work; the time limit does not throw.</param>
    public async Task<IReadOnlyList<ClipFile>> StoreAsync(
        ClipClaim claim, IEnumerable<ClipVariant> wanted, string videoPath, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.VariantTimeLimit);
        var files = await Task.WhenAll(wanted.Select(variant => TryAsync(claim, variant, videoPath, limit.Token)));
        cancellationToken.ThrowIfCancellationRequested();
        return [.. files.OfType<ClipFile>()];
    }

    private async Task<ClipFile?> TryAsync(
        ClipClaim claim, ClipVariant variant, string videoPath, CancellationToken cancellationToken)
    {
        try
        {
            return await CopyAsync(claim, variant, cancellationToken)
                ?? await GrabAsync(claim, variant, videoPath, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            Log.Failed(logger, variant.Name, claim.VideoId, exception.Message);
            return null;
        }
    }

    private async Task<ClipFile?> CopyAsync(
        ClipClaim claim, ClipVariant variant, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await copy.RunAsync(claim, variant, cancellationToken);
            return TakeFile(outcome);
        }
        catch (IOException exception)
        {
            Log.NotCopied(logger, variant.Name, claim.VideoId, exception.Message);
            return null;
        }
    }

    private async Task<ClipFile?> GrabAsync(
        ClipClaim claim, ClipVariant variant, string videoPath, CancellationToken cancellationToken)
    {
        using var draft = store.CreateDraft();
        var problem = await grabber.GrabAsync(variant, videoPath, claim.Seconds, draft, cancellationToken);
        if (problem is not null)
        {
            Log.Failed(logger, variant.Name, claim.VideoId, problem);
            return null;
        }

        return TakeFile(await copy.KeepAsync(claim, variant, draft, cancellationToken));
    }

    private static ClipFile? TakeFile(CopyOutcome outcome)
    {
        if (outcome is not CopyOutcome.Kept kept)
        {
            return null;
        }

        kept.Draft.Dispose();
        return kept.File;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The {Variant} of {VideoId} broke off: {Reason}")]
        public static partial void NotCopied(ILogger logger, string variant, string videoId, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The {Variant} of {VideoId} could not be made: {Reason}")]
        public static partial void Failed(ILogger logger, string variant, string videoId, string reason);
    }
}
