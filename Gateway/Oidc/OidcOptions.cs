using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Sora.Gateway.Accounts;

namespace Sora.Gateway.Oidc;

/// <summary>
/// Section <c>Oidc</c>: one identity provider that people may sign in with (OpenID Connect Core 1.0). Off unless set.
/// </summary>
public sealed class OidcOptions
{
    /// <summary>
    /// The provider's issuer, as its tokens name it; https, or http on loopback. Its endpoints are read from
    /// <c>/.well-known/openid-configuration</c> below it. Setting it turns the sign-in on.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>The client id that the provider gave us.</summary>
    public string? ClientId { get; set; }

    /// <summary>The client secret that the provider gave us.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>What the button says, for example <c>Example Inc.</c>; <c>Single sign-on</c> unless set.</summary>
    [Required]
    public string DisplayName { get; set; } = "Single sign-on";

    /// <summary>Domains whose addresses may sign in, for example <c>example.com</c>; every domain unless set.</summary>
    public IList<string> AllowedDomains { get; } = [];

    /// <summary>
    /// The role that somebody new gets in <see cref="AutoJoinProject"/>: approver, member or viewer. Only who is invited
    /// comes in unless set; setting it takes a list of <see cref="AllowedDomains"/>.
    /// </summary>
    public string? AutoJoinRole { get; set; }

    /// <summary>The project that somebody new comes into; the oldest unless set.</summary>
    public string? AutoJoinProject { get; set; }

    internal bool IsOn => !string.IsNullOrEmpty(Authority);
}

/// <summary>Refuses a sign-in that is half configured, or that a stranger could read or walk into.</summary>
internal sealed class OidcOptionsValidator : IValidateOptions<OidcOptions>
{
    public ValidateOptionsResult Validate(string? name, OidcOptions options)
    {
        var faults = options.IsOn ? Faults(options).ToList() : [];
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(OidcOptions options)
    {
        if (!Uri.TryCreate(options.Authority, UriKind.Absolute, out var authority)
            || !(authority.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback)))
        {
            yield return "Oidc:Authority must be an https:// address";
        }

        if (string.IsNullOrEmpty(options.ClientId) || string.IsNullOrEmpty(options.ClientSecret))
        {
            yield return "Oidc:ClientId and Oidc:ClientSecret must be set together with Oidc:Authority";
        }

        if (options.AutoJoinRole is { } role && !Roles.InProject.Contains(role))
        {
            yield return $"Oidc:AutoJoinRole must be one of {string.Join(", ", Roles.InProject)}, not '{role}'";
        }

        if (options.AutoJoinRole is not null && options.AllowedDomains.Count == 0)
        {
            yield return "Oidc:AutoJoinRole needs Oidc:AllowedDomains: otherwise everybody whom the provider knows comes in";
        }
    }
}
