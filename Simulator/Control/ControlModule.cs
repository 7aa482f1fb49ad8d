using Sora.Simulator.Charges;
using Sora.Simulator.Videos;

namespace Sora.Simulator.Control;

/// <summary>Routes for tests: what happened, and a video that is forgotten without a trace.</summary>
internal static class ControlModule
{
    public static void AddControl(this IServiceCollection services) => services.AddSingleton<Traffic>();

    public static void MapControl(this RouteGroupBuilder control)
    {
        control.MapGet("/state", State)
            .WithName("GetState")
            .WithSummary("Calls since the start, charges ever, and how many videos have which status.");
        control.MapDelete("/videos/{id}", DeleteVideo.Handle)
            .WithName("ForgetVideo")
            .WithSummary("Forgets a video, running or ended: from now on it is not found. Its charge stays.");
    }

    private static IResult State(Traffic traffic, ChargeLog charges, VideoStore store, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return Results.Json(new
        {
            traffic.Calls,
            Charges = charges.All.Count,
            Videos = store.All.CountBy(video => video.Status(now)).ToDictionary(),
        });
    }
}
