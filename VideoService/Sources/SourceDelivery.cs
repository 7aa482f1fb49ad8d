using System.Net;
using Polly;
using Sora.Upstreams;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Sources;

/// <summary>
/// How a source gets to the upstream that shall work on it: by the upstream's own id while it lives there, else as a file
/// from our store, where the dialect takes one. Decided anew at each submission, as days may lie between.
/// </summary>
public sealed partial class SourceDelivery(
    UpstreamCatalogue upstreams, StorageFiles files, TimeProvider clock, ILogger<SourceDelivery> logger)
{
    // A source that is about to expire would be gone when the upstream comes to it.
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan DownloadLimit = TimeSpan.FromMinutes(2);

    /// <summary>Whether there is a way now; an upstream that cannot be asked is given the benefit of the doubt.</summary>
    public async Task<bool> IsPossibleAsync(Video source, CancellationToken cancellationToken)
    {
        if (!upstreams.Contains(source.Upstream))
        {
            return false;
        }

        var upstream = upstreams.Get(source.Upstream);
        var look = await upstream.GetAsync(source.Credential, source.UpstreamId!, cancellationToken);
        return look is LookOutcome.Unavailable || IsAlive(look)
            || (upstream.Dialect.TakesSourceFiles && !(source.ExpiresAt <= clock.GetUtcNow()));
    }

    /// <summary>The source of an edit or extension, ready to be sent.</summary>
    public async Task<SourceOutcome> PrepareAsync(Video video, CancellationToken cancellationToken)
    {
        var use = video.Kind is "extension" ? SourceUse.Extension : SourceUse.Edit;
        if (video.HasUpload)
        {
            return await FileAsync(video, use, $"/internal/uploads/{video.Id}", cancellationToken);
        }

        var upstream = upstreams.Get(video.Upstream);
        var look = await upstream.GetAsync(video.Credential, video.RemixOfUpstreamId!, cancellationToken);
        return look switch
        {
            _ when IsAlive(look) => new SourceOutcome.Ready(new SubmissionSource(use, video.RemixOfUpstreamId, null)),
            LookOutcome.Unavailable later => new SourceOutcome.Later(later.RetryAfter),
            _ when upstream.Dialect.TakesSourceFiles =>
                await FileAsync(video, use, $"/v1/videos/{video.RemixedFromVideoId}/content", cancellationToken),
            _ => new SourceOutcome.Gone(),
        };
    }

    private bool IsAlive(LookOutcome look) =>
        look is LookOutcome.Seen { Video: { Status: UpstreamStatus.Completed } seen }
        && !(seen.ExpiresAt <= clock.GetUtcNow() + Reserve);

    // On our own disk first: a store that breaks off must not look like an upstream whose answer was lost.
    private async Task<SourceOutcome> FileAsync(
        Video video, SourceUse use, string path, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(DownloadLimit);
        try
        {
            using var response = await files.GetAsync(video, path, limit.Token);
            if (response.StatusCode is HttpStatusCode.NotFound)
            {
                return new SourceOutcome.Gone();
            }

            response.EnsureSuccessStatusCode();
            var file = await SpoolAsync(response.Content, limit.Token);
            return new SourceOutcome.Ready(new SubmissionSource(use, null, file));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or ExecutionRejectedException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.NotHad(logger, exception, video.Id);
            return new SourceOutcome.Later(null);
        }
    }

    private static async Task<VideoFile> SpoolAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var spool = new FileStream(
            Path.Combine(Path.GetTempPath(), $"sora-source-{Guid.NewGuid():n}"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            });
        try
        {
            await content.CopyToAsync(spool, cancellationToken);
            spool.Position = 0;
            return new VideoFile(spool, spool.Length);
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The source of {VideoId} cannot be had from StorageWorker now")]
        public static partial void NotHad(ILogger logger, Exception exception, string videoId);
    }
}

/// <summary>What became of the wish to have a source.</summary>
public abstract record SourceOutcome
{
    private SourceOutcome()
    {
    }

    /// <summary>It can be sent.</summary>
    public sealed record Ready(SubmissionSource Source) : SourceOutcome;

    /// <summary>It cannot be had now.</summary>
    /// <param name="RetryAfter">How long the upstream asks to wait, or null.</param>
    public sealed record Later(TimeSpan? RetryAfter) : SourceOutcome;

    /// <summary>It is nowhere any more.</summary>
    public sealed record Gone : SourceOutcome;
}
