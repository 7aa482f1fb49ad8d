using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Catalogue;

/// <summary>Holds a caller to the models that their API key allows.</summary>
public static class ModelAllowance
{
    /// <summary>403, naming the model and the allowed ones; null where the caller may use it.</summary>
    public static ApiError? Refuse(Caller caller, string model) => caller.MayUse(model) ? null : new ApiError(
        StatusCodes.Status403Forbidden, ApiError.InvalidRequest, "model_not_allowed", "model",
        $"This API key may not use the model '{model}'. Allowed models are: {string.Join(", ", caller.Models!)}.");
}
