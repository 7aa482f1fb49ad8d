using Microsoft.Extensions.Options;

namespace Sora.QuotaService.Ledger;

/// <summary>The entries that every movement of money leaves, and the check that balances agree with them.</summary>
internal static class LedgerModule
{
    /// <summary>Adds the booking of upstream costs and the periodic check, with section <c>Ledger</c>.</summary>
    public static WebApplicationBuilder AddLedger(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LedgerOptions>().BindConfiguration("Ledger").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<LedgerOptions>, LedgerOptionsValidator>();
        builder.Services.AddSingleton<UpstreamCost>();
        builder.Services.AddSingleton<CheckBalances>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CheckBalances>());
        return builder;
    }
}
