using Sora.Gateway.Accounts;
using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.ApiKeys;

/// <summary>
/// What a key may do at most: nobody hands out, by making, widening or rotating a key, what they do not hold themselves.
/// </summary>
internal static class KeyPowers
{
    private const int LongestModel = 100;
    private const int MostModels = 100;

    /// <summary>Whether the caller sees everybody's keys in the project, or only their own.</summary>
    public static bool ManagesAll(Caller caller) => caller.Role is Roles.Owner or Roles.Admin;

    /// <summary>The scopes of a request; null where it names none.</summary>
    public static IReadOnlyList<string>? ReadScopes(JsonBody body, Caller caller)
    {
        var scopes = body.Texts("scopes", Scopes.Named.Count, LongestModel);
        if (scopes?.FirstOrDefault(scope => !HoldsScope(caller, scope)) is not null)
        {
            var offered = Scopes.Named.Prepend(Scopes.All).Where(scope => HoldsScope(caller, scope));
            body.Refuse("scopes", $"'scopes' may hold what you may do yourself: {string.Join(", ", offered)}.");
        }

        return scopes;
    }

    /// <summary>The models of a request; null where it names none, which allows every model.</summary>
    public static IReadOnlyList<string>? ReadModels(JsonBody body, Caller caller)
    {
        var models = body.Texts("models", MostModels, LongestModel);
        if (models?.Any(model => model.Contains(' ', StringComparison.Ordinal)) == true)
        {
            body.Refuse("models", "'models' must be ids of models, without spaces.");
        }

        if (caller.Models is { } own && models?.Any(model => !own.Contains(model)) == true)
        {
            body.Refuse("models", $"'models' may hold what you may use yourself: {string.Join(", ", own)}.");
        }

        return models;
    }

    /// <summary>Whether the caller holds all that a key allows.</summary>
    public static bool Cover(Caller caller, IEnumerable<string> scopes, IReadOnlyList<string>? models) =>
        scopes.All(scope => HoldsScope(caller, scope))
        && (caller.Models is not { } own || models?.All(own.Contains) == true);

    /// <summary>403: the key allows more than the caller holds.</summary>
    public static ApiError TooPowerful() => new(
        StatusCodes.Status403Forbidden, ApiError.InvalidRequest, "key_exceeds_caller", null,
        "This API key allows more than you may do with the credentials of this request.");

    /// <summary><c>*</c> is all that the role grants: only who is not narrowed holds it.</summary>
    private static bool HoldsScope(Caller caller, string scope) => scope == Scopes.All
        ? Roles.ScopesOf(caller.Role).All(granted => HoldsPlainly(caller, granted))
        : Scopes.Named.Contains(scope) && Scopes.Allow(caller.Scopes, scope);

    private static bool HoldsPlainly(Caller caller, string scope) =>
        caller.Scopes.Contains(Scopes.All) || caller.Scopes.Contains(scope);
}
