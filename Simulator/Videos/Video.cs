using System.Security.Cryptography;
using Sora.Simulator.Faults;

namespace Sora.Simulator.Videos;

/// <summary>
/// A job. Its status and progress follow from the time alone; only its end is written down. Immutable: a change is a
/// new record in <see cref="VideoStore"/>.
/// </summary>
internal sealed record Video
{
    /// <summary>The share of its time that a video stays queued.</summary>
    private const double QueuedShare = 0.1;

    public required string Id { get; init; }

    /// <summary>The order of acceptance, which breaks ties of <see cref="CreatedAt"/> in lists.</summary>
    public required long Sequence { get; init; }

    public required VideoOrder Order { get; init; }

    public required IReadOnlyList<Fault> Faults { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How long it takes from acceptance to completion.</summary>
    public required TimeSpan RenderTime { get; init; }

    /// <summary>How long its content can be downloaded after completion.</summary>
    public required TimeSpan ContentLifetime { get; init; }

    /// <summary>The W3C trace context of the create.</summary>
    public string? TraceParent { get; init; }

    public string? IdempotencyKey { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When its content can no longer be downloaded; null until completed.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The progress at which it failed, 0 to 99.</summary>
    public int FailedProgress { get; init; }

    public VideoError? Error { get; init; }

    public bool HasEnded => CompletedAt is not null;

    public bool HasClip => HasEnded && Error is null;

    public static Video Accept(
        VideoOrder order,
        IReadOnlyList<Fault> faults,
        SimulatorOptions options,
        long sequence,
        DateTimeOffset now) => new()
        {
            // Like OpenAI's: the first eight digits are the time of creation.
            Id = $"video_{now.ToUnixTimeSeconds():x8}{RandomNumberGenerator.GetHexString(40, lowercase: true)}",
            Sequence = sequence,
            Order = order,
            Faults = faults,
            CreatedAt = now,
            RenderTime = faults.Find(FaultKind.Slow)?.Duration ?? options.RenderTime,
            ContentLifetime = options.ContentLifetime,
        };

    public Video Complete(DateTimeOffset now) =>
        this with { CompletedAt = now, ExpiresAt = now + ContentLifetime };

    public Video Fail(VideoError error, DateTimeOffset now) =>
        this with
        {
            FailedProgress = PlannedFailure()?.Percent ?? Progress(now),
            Error = error,
            CompletedAt = now,
        };

    public string Status(DateTimeOffset now)
    {
        if (HasEnded)
        {
            return Error is null ? "completed" : "failed";
        }

        if (Faults.Has(FaultKind.UnknownStatus))
        {
            return "processing";
        }

        return Elapsed(now) < QueuedShare ? "queued" : "in_progress";
    }

    /// <summary>Percent, 0 while queued, 100 only with the clip.</summary>
    public int Progress(DateTimeOffset now)
    {
        if (HasEnded)
        {
            return Error is null ? 100 : FailedProgress;
        }

        var elapsed = Elapsed(now);
        var limit = Faults.Find(FaultKind.Stuck)?.Value ?? 99;
        return elapsed < QueuedShare ? 0 : (int)Math.Min(limit, elapsed * 100);
    }

    /// <summary>When it ends if its clip is there by then; a failure comes at its own percentage.</summary>
    public DateTimeOffset EndsAt() => CreatedAt + (RenderTime * (PlannedFailure()?.Percent ?? 100) / 100);

    /// <summary>The failure that was asked for, if any. Moderation looks at the prompt alone.</summary>
    public (VideoError Error, int Percent)? PlannedFailure() =>
        Faults.Has(FaultKind.Moderation) ? (VideoError.Moderation, 0)
        : Faults.Find(FaultKind.FailAt) is { } fail ? (VideoError.Generation, (int)fail.Value)
        : null;

    private double Elapsed(DateTimeOffset now) => RenderTime <= TimeSpan.Zero ? 1 : (now - CreatedAt) / RenderTime;
}

/// <summary>Why a video failed, as the protocol says it in band.</summary>
internal sealed record VideoError(string Code, string Message)
{
    public static VideoError Moderation { get; } =
        new("moderation_blocked", "Your request was blocked by our moderation system.");

    public static VideoError Generation { get; } =
        new("generation_failed", "The video could not be generated.");
}
