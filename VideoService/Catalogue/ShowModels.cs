namespace Sora.VideoService.Catalogue;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{id}</c>: the catalogue, the same for every project.</summary>
public static class ShowModels
{
    public static IResult List(ModelCatalogue catalogue) => Results.Ok(new ModelList(
        "list", [.. catalogue.All.Select(model => Resource(catalogue, model.Key, model.Value))]));

    public static IResult One(string id, ModelCatalogue catalogue) => catalogue.All.TryGetValue(id, out var model)
        ? Results.Ok(Resource(catalogue, id, model))
        : catalogue.NotFound(404, id);

    private static ModelResource Resource(ModelCatalogue catalogue, string id, ModelOptions model) =>
        ModelResource.From(id, model, catalogue.LifecycleOf(model));
}
