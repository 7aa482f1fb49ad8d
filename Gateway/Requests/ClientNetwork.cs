using System.Net;
using System.Net.Sockets;

namespace Sora.Gateway.Requests;

/// <summary>Where a request comes from, as far as one customer can be told from another.</summary>
internal static class ClientNetwork
{
    /// <summary>An address of IPv4; of IPv6 the network that one customer has, a /64.</summary>
    public static string Of(IPAddress? address) => address switch
    {
        null => "none",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}
