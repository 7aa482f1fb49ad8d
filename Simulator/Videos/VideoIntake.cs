using System.Diagnostics;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Errors;
using Sora.Simulator.Charges;
using Sora.Simulator.Faults;

namespace Sora.Simulator.Videos;

/// <summary>The way in that creates and remixes share: faults, acceptance, charge, start.</summary>
internal sealed class VideoIntake(
    VideoStore store,
    ChargeLog charges,
    VideoRunner runner,
    CallFaults callFaults,
    IOptions<SimulatorOptions> options,
    TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _keyed = new(1);

    public async Task<IResult> TakeAsync(VideoOrder order, HttpContext context)
    {
        if (!Fault.TryReadAll(order.Prompt, out var written, out var error))
        {
            return ApiError.Invalid("prompt", error);
        }

        var faults = callFaults.Of(order.Prompt, written);
        if (await callFaults.BeforeAcceptAsync(faults, context) is { } refusal)
        {
            return refusal;
        }

        var key = options.Value.HonoursIdempotencyKeys ? context.Request.Headers["Idempotency-Key"].ToString() : "";
        var video = key is "" ? await AcceptAsync(order, faults, null) : await AcceptOnceAsync(order, faults, key);
        return video.Order.Fingerprint() == order.Fingerprint()
            ? await callFaults.AfterAcceptAsync(video, faults, context)
            : ApiError.Invalid(null, "This Idempotency-Key belongs to another request.", "idempotency_key_reused");
    }

    public void Dispose() => _keyed.Dispose();

    private async Task<Video> AcceptOnceAsync(VideoOrder order, IReadOnlyList<Fault> faults, string key)
    {
        await _keyed.WaitAsync();
        try
        {
            return store.All.FirstOrDefault(video => video.IdempotencyKey == key)
                ?? await AcceptAsync(order, faults, key);
        }
        finally
        {
            _keyed.Release();
        }
    }

    // Never cancelled: an upstream that has begun to accept does so whether or not the caller still listens.
    private async Task<Video> AcceptAsync(VideoOrder order, IReadOnlyList<Fault> faults, string? key)
    {
        var now = clock.GetUtcNow();
        var video = Video.Accept(order, faults, options.Value, store.NextSequence(), now) with
        {
            TraceParent = Activity.Current?.Id,
            IdempotencyKey = key,
        };

        // The video first: the next start makes up for a charge that a crash prevented (ResumeVideos).
        await store.AddAsync(video, CancellationToken.None);
        await charges.AppendAsync(Charge.For(video), CancellationToken.None);
        runner.Start(video);
        return video;
    }
}
