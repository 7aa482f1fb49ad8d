using System.Net;
using Microsoft.Extensions.Options;

namespace Sora.ServiceDefaults.Egress;

/// <summary>
/// Section <c>Egress</c>: exceptions to the rules for users' URLs. Only tests and a local demo make any.
/// </summary>
public sealed class EgressOptions
{
    /// <summary>
    /// Networks in CIDR notation, for example <c>127.0.0.0/8</c>, that users' URLs may reach on any port although they
    /// are not public. None unless set.
    /// </summary>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>Whether <c>http://</c> is allowed beside <c>https://</c>. False unless set.</summary>
    public bool AllowHttp { get; set; }

    internal IReadOnlyList<IPNetwork> Networks => [.. AllowedNetworks.Select(IPNetwork.Parse)];
}

/// <summary>Refuses to start with a network that cannot be read: nobody shall guess what was meant.</summary>
internal sealed class EgressOptionsValidator : IValidateOptions<EgressOptions>
{
    public ValidateOptionsResult Validate(string? name, EgressOptions options)
    {
        var unreadable = options.AllowedNetworks
            .Where(network => !IPNetwork.TryParse(network, out _))
            .ToList();
        return unreadable.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Egress:AllowedNetworks must be like 127.0.0.0/8, not '{string.Join("', '", unreadable)}'");
    }
}
