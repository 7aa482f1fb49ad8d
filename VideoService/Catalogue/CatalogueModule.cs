using Microsoft.Extensions.Options;

namespace Sora.VideoService.Catalogue;

/// <summary>The models that clients may ask for.</summary>
public static class CatalogueModule
{
    public static WebApplicationBuilder AddCatalogue(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<CatalogueOptions>().BindConfiguration("Catalogue").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<CatalogueOptions>, CatalogueOptionsValidator>();
        builder.Services.AddSingleton<ModelCatalogue>();
        return builder;
    }

    /// <summary>Maps OpenAI's Models API, to read.</summary>
    public static WebApplication MapCatalogue(this WebApplication app)
    {
        var models = app.MapGroup("/v1/models").WithTags("Models");
        models.MapGet("", ShowModels.List)
            .Produces<ModelList>().WithName("listModels").WithSummary("List the models and what each can do");
        models.MapGet("/{id}", ShowModels.One)
            .Produces<ModelResource>().WithName("getModel").WithSummary("Retrieve a model");
        return app;
    }
}
