using Sora.Upstreams.OpenAIVideos;

namespace Sora.Upstreams;

/// <summary>
/// A server that renders videos for us. What the network or the server does is an outcome, never an exception.
/// </summary>
/// <remarks>
/// Every method takes the name of one of the upstream's configured credentials. An unknown name is treated like one
/// that the upstream refuses, so that jobs wait for the operator instead of failing.
/// </remarks>
public interface IVideoUpstream
{
    /// <summary>Its name in the configuration; messages and rows carry it.</summary>
    public string Name { get; }

    /// <summary>
    /// What this server is known to do; decides what may be done about an ambiguous submission.
    /// </summary>
    public Dialect Dialect { get; }

    /// <summary>Asks once for a video: one request on the wire at most, whatever happens.</summary>
    /// <remarks>
    /// Cancellation is an outcome here too: <see cref="SubmitOutcome.PutOff"/> before the request's body has begun to
    /// leave, <see cref="SubmitOutcome.Ambiguous"/> after. The caller must save it with a token that is still alive.
    /// </remarks>
    public Task<SubmitOutcome> SubmitAsync(
        string credential, VideoSubmission submission, CancellationToken cancellationToken);

    /// <summary>
    /// Gives the upstream somebody to appear in videos. Nothing is charged, so one whose answer was lost is made again.
    /// </summary>
    /// <param name="credential">The name of the credential; only its videos can have the character.</param>
    /// <param name="characterName">What prompts call them.</param>
    /// <param name="clip">A short clip of them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public Task<CharacterOutcome> CreateCharacterAsync(
        string credential, string characterName, VideoFile clip, CancellationToken cancellationToken);

    /// <summary>Looks at one video.</summary>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public Task<LookOutcome> GetAsync(string credential, string upstreamId, CancellationToken cancellationToken);

    /// <summary>The credential's videos, newest first, back to <paramref name="since"/>.</summary>
    /// <returns>
    /// The whole list, or null where the dialect has no list or the list cannot be read to its end now: an incomplete
    /// list must never be taken as proof that a video is not there.
    /// </returns>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public Task<IReadOnlyList<UpstreamVideo>?> ListAsync(
        string credential, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a video and, where <see cref="OpenAIVideos.Dialect.DeleteCancels"/>, stops its rendering.
    /// </summary>
    /// <returns>
    /// True when it is gone, also when it was gone before; false when it could not be done now.
    /// </returns>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public Task<bool> DeleteAsync(string credential, string upstreamId, CancellationToken cancellationToken);

    /// <summary>Opens the bytes of a finished video.</summary>
    /// <param name="credential">The name of the credential it was submitted with.</param>
    /// <param name="upstreamId">The upstream's id of the video.</param>
    /// <param name="variant"><c>video</c>, <c>thumbnail</c> or <c>spritesheet</c>.</param>
    /// <param name="cancellationToken">Cancels the opening; reads take their own token.</param>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public Task<ContentOutcome> OpenContentAsync(
        string credential, string upstreamId, string variant, CancellationToken cancellationToken);
}
