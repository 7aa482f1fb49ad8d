using System.Net;

namespace Sora.ServiceDefaults.Egress;

/// <summary>
/// Where users' URLs may lead: to addresses of the public internet, by IANA's registries of special-purpose
/// addresses, on the web's ports.
/// </summary>
/// <param name="allowed">Networks that are allowed in spite of the table.</param>
internal sealed class EgressRules(IReadOnlyList<IPNetwork> allowed)
{
    private const string Loopback = "its address is loopback";
    private const string Private = "its address belongs to a private network";
    private const string LinkLocal = "its address is link-local";
    private const string Multicast = "its address is for multicast";
    private const string Documentation = "its address is for documentation";
    private const string Reserved = "its address is reserved";
    private const string Translated = "its address stands for another one";

    // The first row that contains an address names the reason, so narrow rows stand above wide ones.
    private static readonly (IPNetwork Network, string Reason)[] NotPublic =
    [
        (IPNetwork.Parse("0.0.0.0/8"), Reserved),
        (IPNetwork.Parse("10.0.0.0/8"), Private),
        (IPNetwork.Parse("100.64.0.0/10"), Private),
        (IPNetwork.Parse("127.0.0.0/8"), Loopback),
        (IPNetwork.Parse("168.63.129.16/32"), "its address is a cloud's own service"), // Azure's, public in form only
        (IPNetwork.Parse("169.254.0.0/16"), LinkLocal),
        (IPNetwork.Parse("172.16.0.0/12"), Private),
        (IPNetwork.Parse("192.0.0.0/24"), Reserved),
        (IPNetwork.Parse("192.0.2.0/24"), Documentation),
        (IPNetwork.Parse("192.88.99.0/24"), Translated),
        (IPNetwork.Parse("192.168.0.0/16"), Private),
        (IPNetwork.Parse("198.18.0.0/15"), Reserved),
        (IPNetwork.Parse("198.51.100.0/24"), Documentation),
        (IPNetwork.Parse("203.0.113.0/24"), Documentation),
        (IPNetwork.Parse("224.0.0.0/4"), Multicast),
        (IPNetwork.Parse("240.0.0.0/4"), Reserved),

        (IPNetwork.Parse("::1/128"), Loopback),
        (IPNetwork.Parse("64:ff9b::/96"), Translated),
        (IPNetwork.Parse("64:ff9b:1::/48"), Translated),
        (IPNetwork.Parse("2001::/32"), Translated), // Teredo
        (IPNetwork.Parse("2001::/23"), Reserved),
        (IPNetwork.Parse("2001:db8::/32"), Documentation),
        (IPNetwork.Parse("2002::/16"), Translated), // 6to4
        (IPNetwork.Parse("3fff::/20"), Documentation),
        (IPNetwork.Parse("fc00::/7"), Private),
        (IPNetwork.Parse("fe80::/10"), LinkLocal),
        (IPNetwork.Parse("fec0::/10"), Private),
        (IPNetwork.Parse("ff00::/8"), Multicast),

        // All that is left outside of 2000::/3, which alone is handed out.
        (IPNetwork.Parse("::/3"), Reserved),
        (IPNetwork.Parse("4000::/2"), Reserved),
        (IPNetwork.Parse("8000::/1"), Reserved),
    ];

    private static readonly string[] LocalDomains = ["localhost", "local", "internal", "home.arpa"];
    private static readonly int[] Ports = [443, 80, 8443];

    /// <summary>
    /// Why a connection to a host is refused, for the user; null when it may be made to any of its addresses.
    /// </summary>
    public string? WhyRefused(string host, IReadOnlyList<IPAddress> addresses, int port)
    {
        if (addresses.All(IsAllowed))
        {
            return null;
        }

        // One forbidden address among public ones is an attempt, or a mistake, all the same.
        var reason = IsLocalName(host)
            ? "it is a local name"
            : addresses.Select(WhyForbidden).FirstOrDefault(why => why is not null);
        if (reason is not null)
        {
            return $"The URL's host is not on the public internet: {reason}.";
        }

        return Ports.Contains(port) ? null : $"The URL's port {port} is not allowed; use 443, 80 or 8443.";
    }

    /// <summary>Why the address may not be reached, or null when it may.</summary>
    public string? WhyForbidden(IPAddress address)
    {
        var actual = Unmap(address);
        return IsAllowed(actual)
            ? null
            : NotPublic.FirstOrDefault(row => row.Network.Contains(actual)).Reason;
    }

    private bool IsAllowed(IPAddress address)
    {
        var actual = Unmap(address);
        return allowed.Any(network => network.Contains(actual));
    }

    private static bool IsLocalName(string host)
    {
        var name = host.TrimEnd('.');
        return LocalDomains.Any(domain =>
            name.Equals(domain, StringComparison.OrdinalIgnoreCase)
            || name.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase));
    }

    // ::ffff:10.0.0.1 is 10.0.0.1 to the socket.
    private static IPAddress Unmap(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
