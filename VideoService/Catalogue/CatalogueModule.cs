using Microsoft.Extensions.Options;

namespace Sora.VideoService.Catalogue;

/// <summary>The models that clients may ask for.</summary>
public static class CatalogueModule
{
    public static WebApplicationBuilder AddCatalogue(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<CatalogueOptions>().BindConfiguration("Catalogue").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<CatalogueOptions>, CatalogueOptionsValidator>();
        return builder;
    }
}
