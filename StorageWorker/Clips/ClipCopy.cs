using System.Diagnostics;
using Microsoft.Extensions.Options;
using Sora.StorageWorker.Images;
using Sora.StorageWorker.Objects;
using Sora.Upstreams;

namespace Sora.StorageWorker.Clips;

/// <summary>
/// Copies one file of a clip: open, copy, verify, keep. The bytes pass through once, hashed on the way, and
/// become visible only when they are complete, checked and durable.
/// </summary>
internal sealed class ClipCopy(
    UpstreamCatalogue upstreams, IObjectStore store, ActivitySource activities, IOptions<ClipOptions> options)
{
    /// <summary>Copies the variant to this claim's place.</summary>
    /// <exception cref="IOException">The disk or the store failed.</exception>
    public async Task<CopyOutcome> RunAsync(
        ClipClaim claim, ClipVariant variant, CancellationToken cancellationToken)
    {
        switch (await OpenAsync(claim, variant, cancellationToken))
        {
            case ContentOutcome.Opened opened:
                await using (opened)
                {
                    return await ReceiveAsync(claim, variant, opened, cancellationToken);
                }

            case ContentOutcome.Missing missing:
                return new CopyOutcome.Missing(missing.Reason);
            case ContentOutcome.Unavailable unavailable:
                return new CopyOutcome.Unavailable(unavailable.Reason, unavailable.RetryAfter);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Checks a filled draft and puts it into the store.</summary>
    /// <returns>What was kept, or what is wrong with the bytes.</returns>
    /// <exception cref="IOException">The disk or the store failed.</exception>
    public async Task<CopyOutcome> KeepAsync(
        ClipClaim claim, ClipVariant variant, Draft draft, CancellationToken cancellationToken)
    {
        var (contentType, extension, problem) = Verify(variant, draft);
        if (problem is not null)
        {
            return new CopyOutcome.Broken(problem);
        }

        using var span = activities.StartActivity("keep");
        var key = claim.FolderOf(claim.Attempt).Child(variant.Name + extension);
        await store.KeepAsync(draft, key, cancellationToken);
        return new CopyOutcome.Kept(new ClipFile(variant, key, contentType, draft.Length, draft.Sha256), draft);
    }

    private async Task<ContentOutcome> OpenAsync(
        ClipClaim claim, ClipVariant variant, CancellationToken cancellationToken)
    {
        using var span = activities.StartActivity("open");
        span?.SetTag("sora.variant", variant.Name).SetTag("sora.upstream", claim.Upstream);
        // An operator took it out of the configuration: not the clip's fault, and mended by putting it back.
        return upstreams.Contains(claim.Upstream)
            ? await upstreams.Get(claim.Upstream)
                .OpenContentAsync(claim.Credential, claim.UpstreamId, variant.Name, cancellationToken)
            : new ContentOutcome.Unavailable("upstream_unknown", null);
    }

    private async Task<CopyOutcome> ReceiveAsync(
        ClipClaim claim, ClipVariant variant, ContentOutcome.Opened opened, CancellationToken cancellationToken)
    {
        var limit = variant == ClipVariant.Video ? options.Value.MaxVideoBytes : options.Value.MaxImageBytes;
        if (opened.Length > limit)
        {
            return new CopyOutcome.Broken($"It is {opened.Length} bytes long; the limit is {limit}.");
        }

        var draft = store.CreateDraft(opened.Length);
        CopyOutcome? outcome = null;
        try
        {
            return outcome = await CopyAsync(draft, opened, limit, cancellationToken)
                ?? await KeepAsync(claim, variant, draft, cancellationToken);
        }
        finally
        {
            if (outcome is not CopyOutcome.Kept)
            {
                draft.Dispose();
            }
        }
    }

    // Null when all of it is here.
    private async Task<CopyOutcome?> CopyAsync(
        Draft draft, ContentOutcome.Opened opened, long limit, CancellationToken cancellationToken)
    {
        using var span = activities.StartActivity("copy");
        using var slow = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        slow.CancelAfter(options.Value.CopyTimeLimit);
        try
        {
            if (!await draft.FillAsync(opened.Body, limit, slow.Token))
            {
                return new CopyOutcome.Broken($"It is longer than the limit of {limit} bytes.");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new CopyOutcome.Unavailable("too_slow", null);
        }

        span?.SetTag("sora.bytes", draft.Length);
        return opened.Length is { } length && length != draft.Length
            ? new CopyOutcome.Unavailable($"truncated: {draft.Length} of {length} bytes", null)
            : null;
    }

    private (string ContentType, string Extension, string? Problem) Verify(ClipVariant variant, Draft draft)
    {
        using var span = activities.StartActivity("verify");
        if (variant == ClipVariant.Video)
        {
            return ("video/mp4", ".mp4", Mp4Structure.FindProblem(draft.Handle, draft.Length));
        }

        try
        {
            var bytes = new ImageBytes(draft.Handle, draft.Length);
            var image = ImageFile.ReadHeader(bytes);
            image.CheckWhole(bytes);
            return (image.Format.ContentType(), image.Format.Extension(), null);
        }
        catch (BadImageException exception)
        {
            return ("", "", exception.Message);
        }
    }
}
