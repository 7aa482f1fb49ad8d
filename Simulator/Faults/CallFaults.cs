using System.Text.Json;
using Sora.ServiceDefaults.Errors;
using Sora.Simulator.Videos;
using Sora.Simulator.Webhooks;

namespace Sora.Simulator.Faults;

/// <summary>What goes wrong with a create or remix call, before the video exists and after.</summary>
internal sealed class CallFaults(
    ArmedFaults armed,
    FaultStrikes strikes,
    VideoAnnouncer announcer,
    IHostApplicationLifetime lifetime,
    TimeProvider clock)
{
    /// <summary>The faults of this call: those of its prompt that are not used up, and the armed ones.</summary>
    public IReadOnlyList<Fault> Of(string prompt, IReadOnlyList<Fault> written) =>
    [
        .. written.Where(fault => !IsCall(fault) || strikes.Strike([fault], fault.Kind, prompt) is not null),
        .. armed.Take(),
    ];

    /// <summary>Null when the call may go on to acceptance, else its answer.</summary>
    public async Task<IResult?> BeforeAcceptAsync(IReadOnlyList<Fault> faults, HttpContext context)
    {
        if (faults.Find(FaultKind.LateAccept) is { } late)
        {
            // Like a request that waits in a queue: the caller may be gone by then, the video comes all the same.
            await Task.Delay(late.Duration, clock, lifetime.ApplicationStopping);
        }

        if (faults.Has(FaultKind.CutBeforeAccept))
        {
            return Cut(context);
        }

        if (faults.Find(FaultKind.RateLimit) is { } limit)
        {
            return new ApiError(429, "requests", "rate_limit_exceeded", null, "Rate limit reached for requests.")
            {
                RetryAfter = limit.Duration,
            };
        }

        return faults.Find(FaultKind.ErrorBeforeAccept) is { } error ? ErrorOf(error) : null;
    }

    /// <summary>The answer to a call whose video is accepted and charged.</summary>
    public async Task<IResult> AfterAcceptAsync(Video video, IReadOnlyList<Fault> faults, HttpContext context)
    {
        if (faults.Has(FaultKind.WebhookEarly))
        {
            await announcer.AnnounceEarlyAsync(video, lifetime.ApplicationStopping);
        }

        if (faults.Find(FaultKind.LateAnswer) is { } late)
        {
            await Task.Delay(late.Duration, clock, context.RequestAborted);
        }

        if (faults.Has(FaultKind.CutAfterAccept))
        {
            return Cut(context);
        }

        if (faults.Find(FaultKind.ErrorAfterAccept) is { } error)
        {
            return ErrorOf(error);
        }

        var resource = VideoResource.Of(video, clock.GetUtcNow());
        if (faults.Has(FaultKind.BrokenAnswer))
        {
            var json = JsonSerializer.Serialize(resource, SimulatorJson.Options);
            return Results.Text(json[..(json.Length / 2)], "application/json");
        }

        return Results.Json(resource, statusCode: faults.Find(FaultKind.CreateStatus)?.Status ?? 200);
    }

    private static bool IsCall(Fault fault) => FaultCatalogue.Of(fault.Kind).Phase is FaultPhase.Call;

    public static ApiError ErrorOf(Fault fault) => new(
        fault.Status,
        fault.Status >= 500 ? "server_error" : ApiError.InvalidRequest,
        FaultCatalogue.Of(fault.Kind).Word,
        null,
        "The fault that was asked for.");

    private static IResult Cut(HttpContext context)
    {
        context.Abort();
        return Results.Empty;
    }
}
