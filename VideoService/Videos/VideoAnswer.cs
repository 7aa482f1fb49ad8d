using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;

namespace Sora.VideoService.Videos;

/// <summary>The answer that shows one video: its JSON and, while it is not finished, when to ask again.</summary>
/// <param name="PollAfterMs">Sent as <c>openai-poll-after-ms</c>; null once the video has ended.</param>
/// <param name="Json">The Video object.</param>
public sealed record VideoAnswer(int? PollAfterMs, ReadOnlyMemory<byte> Json) : IResult
{
    private const int HeaderLength = sizeof(int);

    /// <summary>An earlier request of the same intent made it: <c>Idempotent-Replayed: true</c>.</summary>
    public bool IsReplay { get; init; }

    /// <summary>What the gateway is to confirm once the answer is delivered, or null.</summary>
    public string? Receipt { get; init; }

    /// <summary>As it is cached.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderLength + Json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, PollAfterMs ?? 0);
        Json.CopyTo(bytes.AsMemory(HeaderLength));
        return bytes;
    }

    public static VideoAnswer FromBytes(byte[] bytes)
    {
        var pollAfter = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return new VideoAnswer(pollAfter == 0 ? null : pollAfter, bytes.AsMemory(HeaderLength));
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json";
        response.ContentLength = Json.Length;
        if (PollAfterMs is { } pollAfter)
        {
            response.Headers["openai-poll-after-ms"] = pollAfter.ToString(CultureInfo.InvariantCulture);
        }

        if (IsReplay)
        {
            response.Headers["Idempotent-Replayed"] = "true";
        }

        if (Receipt is not null)
        {
            response.Headers[DeliveryReceipt.Header] = Receipt;
        }

        await response.Body.WriteAsync(Json, httpContext.RequestAborted);
    }
}

/// <summary>Shows videos to their owners.</summary>
public sealed class VideoAnswers(
    VideoExpectations expectations, UpstreamQueues queues, IOptions<JsonOptions> json, TimeProvider clock)
{
    private const int ShortestPollMs = 1_000;
    private const int LongestPollMs = 10_000;

    public VideoAnswer For(Video video)
    {
        var resource = Resource(video);
        return new VideoAnswer(
            video.Stage.IsTerminal() ? null : PollAfterMs(resource.Sora.ExpectedSecondsLeft),
            JsonSerializer.SerializeToUtf8Bytes(resource, json.Value.SerializerOptions));
    }

    public VideoResource Resource(Video video) => VideoResource.From(
        video, queues.Position(video), expectations.SecondsLeft(video, clock.GetUtcNow()));

    /// <summary>An SDK keeps the first value for the whole wait, so it is a fraction of what is left.</summary>
    private static int PollAfterMs(int? secondsLeft) =>
        Math.Clamp((secondsLeft ?? 0) * 1000 / 8, ShortestPollMs, LongestPollMs);
}
