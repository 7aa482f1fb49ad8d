using Sora.ServiceDefaults.Identity;

namespace Sora.QuotaService.Usage;

/// <summary>What was spent, is held and is left, for the people of a project.</summary>
internal static class UsageModule
{
    /// <summary>Adds the reading of usage.</summary>
    public static WebApplicationBuilder AddUsage(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ReadUsage>();
        return builder;
    }

    /// <summary>Maps <c>/v1/usage</c>.</summary>
    public static WebApplication MapUsage(this WebApplication app)
    {
        app.MapGet(
                "/v1/usage",
                (string? month, Caller caller, ReadUsage usage, CancellationToken token) =>
                    usage.HandleAsync(month, caller, token))
            .Produces<UsageResource>()
            .WithName("getUsage")
            .WithSummary("Retrieve what was spent in a month, is held and is left");
        return app;
    }
}
