using MassTransit;
using Microsoft.Extensions.Options;
using Sora.QuotaService.Budgets;
using Sora.ServiceDefaults.Identity;

namespace Sora.QuotaService.Holds;

/// <summary>Money set aside for videos: placed on request, settled or released when the video has ended.</summary>
internal static class HoldsModule
{
    /// <summary>Adds the placing of holds, with sections <c>Budgets</c> and <c>Holds</c>.</summary>
    public static WebApplicationBuilder AddHolds(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<BudgetOptions>().BindConfiguration("Budgets").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<BudgetOptions>, BudgetOptionsValidator>();
        builder.Services.AddOptions<HoldOptions>().BindConfiguration("Holds").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<HoldOptions>, HoldOptionsValidator>();
        builder.Services.AddSingleton<QuotaMetrics>();
        builder.Services.AddHostedService<AskOutcomes>();
        builder.Services.AddSingleton<PlaceHold>();
        return builder;
    }

    /// <summary>
    /// Adds what ends holds: <c>VideoCompleted</c>, <c>VideoFailed</c>, <c>VideoUnknown</c> and <c>VideoRenderedLate</c>.
    /// </summary>
    public static void AddHoldConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<SettleHold>();
        bus.AddConsumer<ReleaseHold>();
        bus.AddConsumer<ReleaseUnknownHold>();
        bus.AddConsumer<BookLoss>();
    }

    /// <summary>Maps <c>/internal/holds</c>, for other services only.</summary>
    public static WebApplication MapHolds(this WebApplication app)
    {
        app.MapPut(
                "/internal/holds/{videoId}",
                (string videoId, PlaceHoldRequest request, Caller caller, PlaceHold holds, CancellationToken token) =>
                    holds.HandleAsync(videoId, request, caller, token))
            .RequireAuthorization(InternalAuthentication.FromService)
            .Produces<HoldAnswer>()
            .WithName("place_hold")
            .WithSummary("Set the price of a video aside");
        return app;
    }
}
