namespace Sora.Simulator.Charges;

/// <summary>The charge log and the route that reads it.</summary>
internal static class ChargesModule
{
    public static void AddCharges(this IServiceCollection services) => services.AddSingleton<ChargeLog>();

    public static void MapCharges(this RouteGroupBuilder control) => control
        .MapGet("/charges", List)
        .WithName("ListCharges")
        .WithSummary("What was charged, oldest first; ?marker= keeps the charges of one [job:marker].");

    private static IResult List(ChargeLog log, string? marker)
    {
        var charges = log.All.Where(charge => marker is null || charge.Marker == marker).ToArray();
        return Results.Ok(new
        {
            Object = "list",
            Data = charges,
            Count = charges.Length,
            MicroDollars = charges.Sum(charge => charge.MicroDollars),
            Operations = charges.CountBy(charge => charge.Operation).ToDictionary(),
        });
    }
}
