using Sora.ServiceDefaults.Errors;
using Sora.VideoService.Catalogue;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Characters;

/// <summary>The characters that a create names, in a form as <c>characters[][id]</c>, in JSON as <c>[{"id"}]</c>.</summary>
public static class CharacterInput
{
    private const string Name = "characters";
    private const string IdName = $"{Name}[][id]";

    public static ApiError? Read(
        RequestFields fields, string modelId, ModelOptions model, out IReadOnlyList<string> ids)
    {
        ids = [];
        var given = fields.All(IdName);
        var plain = fields.All(Name);
        if (given.Count == 0)
        {
            return fields.HasNested(Name) || plain.Any(field => field.Kind is not (FieldKind.Null or FieldKind.Empty))
                ? WrongType()
                : null;
        }

        if (plain.Count > 0 || given.Any(field => field.Kind is not FieldKind.Text))
        {
            return WrongType();
        }

        ids = [.. given.Select(field => field.Text)];
        return ids.Count <= model.Characters ? ids.Distinct().Count() == ids.Count ? null : Repeated()
            : model.Characters == 0 ? NotOffered(modelId, model)
            : TooMany(modelId, model.Characters);
    }

    private static ApiError WrongType() => ApiError.Invalid(
        Name, $"Invalid type for '{Name}': expected a list of objects with 'id'.", "invalid_type");

    private static ApiError Repeated() => ApiError.Invalid(Name, $"'{Name}' names the same character twice.");

    private static ApiError TooMany(string modelId, int most) => ApiError.Invalid(
        Name, $"'{Name}' has too many entries: '{modelId}' shows at most {most} in one video.", "array_above_max_length");

    private static ApiError NotOffered(string modelId, ModelOptions model) => ApiError.Invalid(
        Name,
        $"The model '{modelId}' does not offer characters. It offers: {AllowedValues.List(model.Offered)}.",
        "operation_not_offered");
}
