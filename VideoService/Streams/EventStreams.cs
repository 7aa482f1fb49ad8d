using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Npgsql;
using Sora.ServiceDefaults.Errors;

namespace Sora.VideoService.Streams;

/// <summary>
/// Streams events: first what was missed, from the timeline, then what happens, from the hub. A stream ends with its video,
/// with the service or after its lifetime; the client comes again with the last id that it has seen.
/// </summary>
internal sealed partial class EventStreams(
    EventHub hub,
    MissedEvents missed,
    IHostApplicationLifetime application,
    IOptions<StreamOptions> options,
    TimeProvider clock,
    ILogger<EventStreams> logger)
{
    // Whoever is sent away together must not come back together.
    private TimeSpan Lifetime => options.Value.Lifetime * (0.8 + (0.4 * Random.Shared.NextDouble()));

    private ApiError TooMany => new(
        StatusCodes.Status429TooManyRequests, "requests", "too_many_streams", null,
        $"Too many event streams are open; a project may have {options.Value.MaxPerProject}. Close some, or watch all videos "
        + "of the project in one stream of /v1/events.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    /// <summary>Serves the stream until it ends.</summary>
    public async Task ServeAsync(HttpContext context, StreamRequest request)
    {
        var watcher = new Watcher(request.Caller.Project, request.VideoId);
        if (await hub.JoinAsync(watcher, context.RequestAborted) is not { } joinedAt)
        {
            await TooMany.ExecuteAsync(context);
            return;
        }

        using var lifetime = new CancellationTokenSource(Lifetime, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, application.ApplicationStopping, lifetime.Token);
        try
        {
            Describe(context);
            await new EventWriter(context.Response.BodyWriter, watcher, hub, missed)
                .WriteAsync(request, joinedAt, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // A clean end of what was sent.
        }
        catch (NpgsqlException exception)
        {
            Log.BrokenOff(logger, exception);
        }
        finally
        {
            hub.Leave(watcher);
        }
    }

    private static void Describe(HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";

        // nginx keeps answers back otherwise.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A stream of events broke off; its client comes again")]
        public static partial void BrokenOff(ILogger logger, Exception exception);
    }
}
