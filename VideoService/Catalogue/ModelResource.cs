using System.Text.Json.Serialization;

namespace Sora.VideoService.Catalogue;

/// <summary>A model as OpenAI's Models API shows it, and one object with what is ours.</summary>
/// <param name="Id">What requests call it.</param>
/// <param name="Kind">Always <c>model</c>.</param>
/// <param name="Created">When it came into the catalogue, Unix seconds.</param>
/// <param name="OwnedBy">Always <c>sora</c>: which upstream renders it is not told.</param>
/// <param name="Sora">What it can do.</param>
public sealed record ModelResource(
    string Id,
    [property: JsonPropertyName("object")] string Kind,
    long Created,
    string OwnedBy,
    ModelResourceExtension Sora)
{
    private const string Owner = "sora";

    public static ModelResource From(string id, ModelOptions model, string lifecycle) => new(
        id,
        "model",
        new DateTimeOffset(model.CreatedOn.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeSeconds(),
        Owner,
        new ModelResourceExtension(
            model.Sizes, model.Seconds, model.Offered, model.Characters, model.SourceFiles, lifecycle, model.RetiresOn));
}

/// <summary>What a model can do.</summary>
/// <param name="Sizes">The sizes it renders, <c>WIDTHxHEIGHT</c> in pixels.</param>
/// <param name="Seconds">The lengths of one render.</param>
/// <param name="Operations">What can be asked of it.</param>
/// <param name="Characters">How many characters can appear in one video.</param>
/// <param name="SourceFiles">Whether an edit or extension may bring its own file.</param>
/// <param name="Lifecycle"><c>active</c>, <c>deprecated</c> or <c>retired</c>.</param>
/// <param name="RetiresOn">When it is or was retired (UTC), or null.</param>
public sealed record ModelResourceExtension(
    IReadOnlyList<string> Sizes,
    IReadOnlyList<int> Seconds,
    IReadOnlyList<string> Operations,
    int Characters,
    bool SourceFiles,
    string Lifecycle,
    DateOnly? RetiresOn);

/// <summary>All models.</summary>
/// <param name="Kind">Always <c>list</c>.</param>
/// <param name="Data">The models.</param>
public sealed record ModelList([property: JsonPropertyName("object")] string Kind, IReadOnlyList<ModelResource> Data);
