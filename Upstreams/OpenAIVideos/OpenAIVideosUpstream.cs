using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OpenAI.Videos;
using Sora.ServiceDefaults;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>
/// An upstream that serves a dialect of the OpenAI Videos protocol, reached through the official client.
/// </summary>
internal sealed partial class OpenAIVideosUpstream(
    string name,
    UpstreamOptions options,
    HttpClient http,
    GuardedHttp guarded,
    TimeProvider clock,
    ILogger<OpenAIVideosUpstream> logger) : IVideoUpstream
{
    private const string NotOffered = "operation_not_offered";
    private const string NotOfferedMessage = "The upstream of this model does not offer this operation.";

    private readonly UpstreamCalls _calls = new(clock);
    private readonly FrozenDictionary<string, VideoClient> _clients = VideoClients.Create(options, http);

    private readonly ResultLinks _links = new(options.BaseUrl!, guarded);

    public string Name => name;

    public Dialect Dialect { get; } = Dialects.For(options);

    public async Task<SubmitOutcome> SubmitAsync(
        string credential, VideoSubmission submission, CancellationToken cancellationToken)
    {
        if (!_clients.TryGetValue(credential, out var client))
        {
            return new SubmitOutcome.PutOff(UpstreamFaults.CredentialUnknown, null);
        }

        if (!Dialect.Operations.Contains(submission.Operation))
        {
            return new SubmitOutcome.Refused(NotOffered, NotOfferedMessage);
        }

        using var body = SubmissionBody.For(submission, Dialect);
        var answer = await SendAsync(client, submission, body, cancellationToken);
        var outcome = SubmitVerdict.Of(answer, body.Started, Dialect);
        switch (outcome)
        {
            case SubmitOutcome.PutOff putOff:
                Log.PutOff(logger, submission.AttemptKey, name, credential, putOff.Reason);
                break;
            case SubmitOutcome.Ambiguous ambiguous:
                Log.Ambiguous(logger, submission.AttemptKey, name, credential, ambiguous.Reason);
                break;
        }

        return outcome;
    }

    public async Task<CharacterOutcome> CreateCharacterAsync(
        string credential, string characterName, VideoFile clip, CancellationToken cancellationToken)
    {
        if (!_clients.TryGetValue(credential, out var client))
        {
            return new CharacterOutcome.Unavailable(UpstreamFaults.CredentialUnknown, null);
        }

        if (!Dialect.Operations.Contains(VideoOperation.CreateCharacter))
        {
            return new CharacterOutcome.Refused(NotOffered, NotOfferedMessage);
        }

        using var body = SubmissionBody.ForCharacter(characterName, clip);
        var answer = await _calls.AskAsync(
            options.SubmitTimeout,
            JsonBody.OneVideo,
            request => VideoClients.PostAsync(client, "characters", body, body.ContentType, request),
            cancellationToken);
        return SubmitVerdict.Of(answer, body.Started, Dialect) switch
        {
            SubmitOutcome.Accepted created => new CharacterOutcome.Created(created.Video.Id),
            SubmitOutcome.Refused refused => new CharacterOutcome.Refused(refused.Code, refused.Message),
            _ => new CharacterOutcome.Unavailable(answer.Reason, answer.RetryAfter),
        };
    }

    public async Task<LookOutcome> GetAsync(
        string credential, string upstreamId, CancellationToken cancellationToken)
    {
        var answer = await LookAsync(
            credential,
            JsonBody.OneVideo,
            (client, request) => client.GetVideoAsync(upstreamId, request),
            cancellationToken);
        return answer switch
        {
            { Status: 404 or 410 } => new LookOutcome.Missing(),
            { Status: 200, Body: { } body }
                when VideoReader.Read(body, Dialect) is { } video && video.Id == upstreamId =>
                new LookOutcome.Seen(video),
            _ => new LookOutcome.Unavailable(answer.Reason, answer.RetryAfter),
        };
    }

    public async Task<IReadOnlyList<UpstreamVideo>?> ListAsync(
        string credential, DateTimeOffset since, CancellationToken cancellationToken) =>
        Dialect.HasList
            ? await VideoList.ReadAsync(
                after => LookAsync(
                    credential,
                    JsonBody.OnePage,
                    (client, request) => VideoClients.ListAsync(client, after, request),
                    cancellationToken),
                Dialect,
                since)
            : null;

    public async Task<bool> DeleteAsync(string credential, string upstreamId, CancellationToken cancellationToken)
    {
        var answer = await LookAsync(
            credential,
            JsonBody.OneVideo,
            (client, request) => client.DeleteVideoAsync(upstreamId, request),
            cancellationToken);
        return answer.Status is 404 or 410
            || (answer.Status is >= 200 and < 300 && answer.Body?.Field("deleted")?.ValueKind is not JsonValueKind.False);
    }

    public async Task<ContentOutcome> OpenContentAsync(
        string credential, string upstreamId, string variant, CancellationToken cancellationToken)
    {
        if (!_clients.TryGetValue(credential, out var client))
        {
            return new ContentOutcome.Unavailable(UpstreamFaults.CredentialUnknown, null);
        }

        if (!Dialect.Variants.Contains(variant))
        {
            return new ContentOutcome.Missing(UpstreamFaults.VariantNotOffered);
        }

        var outcome = await OpenAsync(request => client.DownloadVideoAsync(upstreamId, variant, request), cancellationToken);
        return outcome is ContentOutcome.Missing && variant == "video" && Dialect.ResultPaths.Count > 0
            ? await OpenLinkAsync(client, credential, upstreamId, cancellationToken) ?? outcome
            : outcome;
    }

    private async Task<ContentOutcome?> OpenLinkAsync(
        VideoClient client, string credential, string upstreamId, CancellationToken cancellationToken)
    {
        var answer = await LookAsync(
            credential,
            JsonBody.OneVideo,
            (looker, request) => looker.GetVideoAsync(upstreamId, request),
            cancellationToken);
        return answer is { Status: 200, Body: { } body } && _links.Find(body, Dialect.ResultPaths) is { } url
            ? await OpenAsync(request => _links.GetAsync(client, url, request), cancellationToken)
            : null;
    }

    private Task<ContentOutcome> OpenAsync(
        Func<RequestOptions, Task<ClientResult>> call, CancellationToken cancellationToken) =>
        ContentOpening.OpenAsync(call, options.ContentTimeout, clock, cancellationToken);

    private async Task<Answer> SendAsync(
        VideoClient client, VideoSubmission submission, SubmissionBody body, CancellationToken cancellationToken)
    {
        try
        {
            return await _calls.AskAsync(
                options.SubmitTimeout,
                JsonBody.OneVideo,
                request =>
                {
                    request.SetHeader("Idempotency-Key", submission.AttemptKey);
                    return submission switch
                    {
                        { RemixOf: { } source } => client.CreateVideoRemixAsync(source, body, body.ContentType, request),
                        { Source: { } source } =>
                            VideoClients.PostAsync(client, SourceBody.Operation(source.Use), body, body.ContentType, request),
                        _ => client.CreateVideoAsync(body, body.ContentType, request),
                    };
                },
                cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Answer.None(UpstreamFaults.Cancelled);
        }
    }

    private async Task<Answer> LookAsync(
        string credential,
        int largest,
        Func<VideoClient, RequestOptions, Task<ClientResult>> call,
        CancellationToken cancellationToken)
    {
        if (!_clients.TryGetValue(credential, out var client))
        {
            return Answer.None(UpstreamFaults.CredentialUnknown);
        }

        var answer = await _calls.AskAsync(
            options.LookTimeout, largest, request => call(client, request), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return answer;
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning, "Submission {AttemptKey} to {Upstream} with {Credential} is put off: {Reason}")]
        public static partial void PutOff(
            ILogger logger, string attemptKey, string upstream, string credential, string reason);

        [LoggerMessage(
            LogLevel.Error, "Submission {AttemptKey} to {Upstream} with {Credential} is ambiguous: {Reason}")]
        public static partial void Ambiguous(
            ILogger logger, string attemptKey, string upstream, string credential, string reason);
    }
}
