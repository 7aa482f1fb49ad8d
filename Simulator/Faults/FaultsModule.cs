using Sora.ServiceDefaults.Errors;

namespace Sora.Simulator.Faults;

/// <summary>Faults by control route: arm them for the next creates, look at them, disarm them.</summary>
internal static class FaultsModule
{
    public static void AddFaults(this IServiceCollection services)
    {
        services.AddSingleton<ArmedFaults>();
        services.AddSingleton<FaultStrikes>();
        services.AddSingleton<CallFaults>();
        services.AddSingleton<DownloadFaults>();
    }

    public static void MapFaults(this RouteGroupBuilder control)
    {
        control.MapPost("/faults", Arm)
            .WithName("ArmFault")
            .WithSummary("Gives a fault to the next creates: {\"fault\":\"fail-at=40\",\"creates\":1}.");
        control.MapGet("/faults", List)
            .WithName("ListFaults")
            .WithSummary("The armed faults, and every fault that there is.");
        control.MapDelete("/faults", Disarm)
            .WithName("DisarmFaults")
            .WithSummary("Disarms every fault; videos that already have one keep it.");
    }

    private static IResult Arm(ArmRequest request, ArmedFaults armed)
    {
        if (!Fault.TryRead(request.Fault ?? "", out var fault, out var error))
        {
            return ApiError.Invalid("fault", error);
        }

        if (request.Creates is < 1 or > 1_000_000)
        {
            return ApiError.Invalid("creates", "'creates' must lie between 1 and 1000000.");
        }

        armed.Arm(fault, request.Creates);
        return List(armed);
    }

    private static IResult List(ArmedFaults armed) => Results.Ok(new
    {
        Armed = armed.All.Select(entry => new { entry.Fault, entry.Creates }),
        Known = FaultCatalogue.All,
    });

    private static IResult Disarm(ArmedFaults armed)
    {
        armed.Clear();
        return List(armed);
    }

    /// <param name="Fault">A fault without its brackets.</param>
    /// <param name="Creates">How many creates get it.</param>
    private sealed record ArmRequest(string? Fault, int Creates = 1);
}
