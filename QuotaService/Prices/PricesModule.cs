using Microsoft.Extensions.Options;

namespace Sora.QuotaService.Prices;

/// <summary>The price book: versioned prices for each model and size.</summary>
internal static class PricesModule
{
    /// <summary>Adds the price book, which lies in the database, with section <c>Prices</c>.</summary>
    public static WebApplicationBuilder AddPrices(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<PriceOptions>().BindConfiguration("Prices").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<PriceOptions>, PriceOptionsValidator>();
        builder.Services.AddSingleton<PriceBook>();
        builder.Services.AddHostedService<PublishPrices>();
        return builder;
    }
}
