using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Errors;
using Sora.VideoService.Requests;

namespace Sora.VideoService.Catalogue;

/// <summary>The models as they stand now: who is there, who is retired by today, who offers what.</summary>
public sealed class ModelCatalogue(IOptionsMonitor<CatalogueOptions> options, TimeProvider clock)
{
    /// <summary>The model of a request that names none.</summary>
    public string DefaultModel => options.CurrentValue.DefaultModel;

    /// <summary>Every model by its public id, retired ones too.</summary>
    public IReadOnlyDictionary<string, ModelOptions> All => options.CurrentValue.Models;

    /// <summary>
    /// <c>active</c>, <c>deprecated</c> or <c>retired</c>; the date of retirement counts from its first second (UTC).
    /// </summary>
    public string LifecycleOf(ModelOptions model) =>
        model.RetiresOn <= DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime) ? "retired" : model.Lifecycle;

    /// <summary>The model, if it is there, not retired, and offers the operation; else what is wrong with <c>model</c>.</summary>
    public bool TryFind(
        string id, string operation, [NotNullWhen(true)] out ModelOptions? model, [NotNullWhen(false)] out ApiError? error)
    {
        error = !All.TryGetValue(id, out model) ? NotFound(400, id)
            : LifecycleOf(model) is "retired" ? Retired(id, model)
            : !model.Offers(operation) ? NotOffered(id, model, operation)
            : null;
        return error is null;
    }

    /// <summary>There is no such model; the message names those that there are.</summary>
    public ApiError NotFound(int status, string id) => new(
        status, ApiError.InvalidRequest, "model_not_found", "model",
        $"The model '{AllowedValues.Shown(id)}' does not exist. Supported models are: {AllowedValues.List(All.Keys)}.");

    private static ApiError Retired(string id, ModelOptions model) => ApiError.Invalid(
        "model",
        model.RetiresOn is { } date
            ? $"The model '{id}' was retired on {date:yyyy-MM-dd} and is no longer served."
            : $"The model '{id}' has been retired and is no longer served.",
        "model_retired");

    private static ApiError NotOffered(string id, ModelOptions model, string operation) => ApiError.Invalid(
        "model",
        $"The model '{id}' does not offer '{operation}'. It offers: {AllowedValues.List(model.Offered)}.",
        "operation_not_offered");
}
