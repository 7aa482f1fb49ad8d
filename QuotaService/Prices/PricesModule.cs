namespace Sora.QuotaService.Prices;

/// <summary>The price book: versioned prices for each model and size.</summary>
internal static class PricesModule
{
    /// <summary>Adds the price book, which is read from the database.</summary>
    public static WebApplicationBuilder AddPrices(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PriceBook>();
        return builder;
    }
}
