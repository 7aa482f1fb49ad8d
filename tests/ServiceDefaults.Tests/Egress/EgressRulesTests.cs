using System.Net;
using System.Numerics;
using Sora.ServiceDefaults.Egress;

namespace Sora.ServiceDefaults.Tests.Egress;

public sealed class EgressRulesTests
{
    private static readonly EgressRules Rules = new([]);

    // Written apart from the table under test, as the registries list them.
    private static readonly string[] Forbidden =
    [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
        "::/128", "::1/128", "::/96", "fe80::/10", "fec0::/10", "fc00::/7", "ff00::/8", "2001:db8::/32", "3fff::/20",
        "100::/64", "5f00::/16", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "2001::/23",
        // Whatever is not of 2000::/3.
        "::/3", "4000::/3", "6000::/3", "8000::/3", "a000::/3", "c000::/3", "e000::/3",
    ];

    public static TheoryData<string> ForbiddenAddresses() =>
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
        "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1",
        "255.255.255.255", "100.100.100.200", "168.63.129.16", "::", "::1", "fe80::1", "fe80::1%1", "fec0::1", "fc00::1",
        "fd00:ec2::254", "ff02::1", "2001:db8::1", "3fff::1", "100::1", "5f00::1", "64:ff9b::7f00:1", "64:ff9b::808:808",
        "64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
        "::127.0.0.1", "::8.8.8.8", "2001:0:7f00:1::", "2001:10::1",
    ];

    public static TheoryData<string> PublicAddresses() =>
    [
        "1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "100.63.255.254", "100.128.0.1", "::ffff:8.8.8.8",
        "11.0.0.0", "9.255.255.255", "172.15.255.255", "172.32.0.0", "223.255.255.255", "2001:200::1", "3ffe::1",
    ];

    [Theory, MemberData(nameof(ForbiddenAddresses))]
    public void An_address_that_is_not_public_is_forbidden(string address) =>
        Assert.NotNull(Rules.WhyForbidden(IPAddress.Parse(address)));

    [Theory, MemberData(nameof(PublicAddresses))]
    public void A_public_address_is_not_forbidden(string address) =>
        Assert.Null(Rules.WhyForbidden(IPAddress.Parse(address)));

    [Fact]
    public void The_table_agrees_with_the_registries_for_random_addresses_and_at_every_edge()
    {
        var random = new Random(20);
        var reference = Forbidden.Select(Range.Parse).ToArray();
        var addresses = reference.SelectMany(Edges)
            .Concat(Enumerable.Range(0, 300_000).Select(i => Address(random, i % 2 == 0 ? 4 : 16)))
            .Concat(Enumerable.Range(0, 200_000).Select(_ => reference[random.Next(reference.Length)].Pick(random)));

        foreach (var address in addresses)
        {
            var expected = reference.Any(range => range.Contains(address));
            var mapped = address.GetAddressBytes().Length == 4 ? address.MapToIPv6() : address;

            Assert.True(expected == Rules.WhyForbidden(address) is not null, $"{address}: forbidden = {expected}");
            Assert.True(expected == Rules.WhyForbidden(mapped) is not null, $"{mapped}: forbidden = {expected}");
        }
    }

    [Fact]
    public void One_forbidden_address_among_public_ones_refuses_the_host()
    {
        IPAddress[] mixed = [IPAddress.Parse("8.8.8.8"), IPAddress.Parse("1.1.1.1"), IPAddress.Parse("10.0.0.1")];

        Assert.Contains("private network", Rules.WhyRefused("images.example", mixed, 443));
        Assert.Null(Rules.WhyRefused("images.example", mixed[..2], 443));
    }

    [Theory]
    [InlineData("localhost"), InlineData("LOCALHOST."), InlineData("a.localhost"), InlineData("printer.local")]
    [InlineData("metadata.google.internal"), InlineData("metadata.google.internal."), InlineData("nas.home.arpa")]
    public void A_local_name_is_refused_even_with_a_public_address(string host) =>
        Assert.Contains("local name", Rules.WhyRefused(host, [IPAddress.Parse("8.8.8.8")], 443));

    [Fact]
    public void Only_the_ports_of_the_web_are_open_on_the_public_internet()
    {
        IPAddress[] address = [IPAddress.Parse("8.8.8.8")];

        int[] open = [.. Enumerable.Range(1, 65535).Where(port => Rules.WhyRefused("dns.example", address, port) is null)];

        Assert.Equal([80, 443, 8443], open);
    }

    [Fact]
    public void A_network_allowed_by_configuration_is_open_on_any_port_and_nothing_else_is()
    {
        var rules = new EgressRules([IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("fd00::/8")]);

        Assert.Null(rules.WhyRefused("localhost", [IPAddress.Loopback], 5000));
        Assert.Null(rules.WhyRefused("::ffff:127.0.0.1", [IPAddress.Loopback.MapToIPv6()], 5000));
        Assert.Null(rules.WhyRefused("fd00::1", [IPAddress.Parse("fd00::1")], 5000));
        Assert.NotNull(rules.WhyRefused("localhost", [IPAddress.Loopback, IPAddress.IPv6Loopback], 5000));
        Assert.NotNull(rules.WhyRefused("10.0.0.1", [IPAddress.Parse("10.0.0.1")], 443));
        Assert.NotNull(rules.WhyRefused("8.8.8.8", [IPAddress.Parse("8.8.8.8")], 5000));
    }

    private static IPAddress Address(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return new IPAddress(bytes);
    }

    private static IEnumerable<IPAddress> Edges(Range range) =>
        new[] { range.First - 1, range.First, range.Last, range.Last + 1 }
            .Where(number => number >= 0 && number < BigInteger.One << (range.Length * 8))
            .Select(range.ToAddress);

    /// <summary>A network as two numbers: slow, and nothing like the table's bit masks.</summary>
    private sealed record Range(BigInteger First, BigInteger Last, int Length)
    {
        public static Range Parse(string cidr)
        {
            var (address, prefix) = (IPAddress.Parse(cidr.Split('/')[0]).GetAddressBytes(), int.Parse(cidr.Split('/')[1]));
            var first = new BigInteger(address, isUnsigned: true, isBigEndian: true);
            return new Range(first, first + (BigInteger.One << (address.Length * 8 - prefix)) - 1, address.Length);
        }

        public bool Contains(IPAddress address)
        {
            var bytes = address.GetAddressBytes();
            var number = new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
            return bytes.Length == Length && First <= number && number <= Last && !IsMapped(number);
        }

        public IPAddress Pick(Random random) =>
            ToAddress(First + new BigInteger(random.NextDouble() * (double)(Last - First)));

        public IPAddress ToAddress(BigInteger number)
        {
            var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
            return new IPAddress([.. new byte[Length - bytes.Length], .. bytes]);
        }

        // ::ffff:0:0/96 is judged by the IPv4 address inside; here that one is looked up itself.
        private bool IsMapped(BigInteger number) => Length == 16 && number >> 32 == 0xffff;
    }
}
