using Sora.Gateway.ApiKeys;
using Sora.Gateway.Requests;
using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>Plain http is for loopback only.</summary>
public sealed class PlainHttpTests(Edge edge)
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://127.9.9.9:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://unix:/run/sora.sock", true)]
    [InlineData("https://0.0.0.0:8443", true)]
    [InlineData("HTTPS://sora.example.com", true)]
    [InlineData("http://0.0.0.0:8080", false)]
    [InlineData("http://[::]:8080", false)]
    [InlineData("http://*:8080", false)]
    [InlineData("http://+:8080", false)]
    [InlineData("http://192.168.1.4:8080", false)]
    [InlineData("http://localhost.example.com:8080", false)]
    [InlineData("http://127.0.0.1.example.com", false)]
    public void An_address_is_loopback_or_speaks_https_or_is_refused(string address, bool isServed) =>
        Assert.Equal(isServed, PlainHttp.WhyRefused(address) is null);

    [Theory]
    [InlineData("http://0.0.0.0:0", false, false)]
    [InlineData("http://0.0.0.0:0", true, true)]
    [InlineData("http://127.0.0.1:0", false, true)]
    public async Task On_every_address_it_starts_only_behind_a_proxy_and_says_what_to_do(
        string address, bool behind, bool starts)
    {
        // Without the tests' host, which listens where it likes.
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls(address);
        builder.Logging.ClearProviders();
        builder.Services.Configure<GatewayOptions>(options => options.BehindTlsProxy = behind);
        builder.AddRequestRules();
        await using var app = builder.Build();

        var fault = await Record.ExceptionAsync(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(starts, fault is null);
        Assert.Equal(!starts, fault?.Message.Contains("Gateway:BehindTlsProxy=true", StringComparison.Ordinal) is true);
    }

    [Theory]
    [InlineData(true, "127.0.0.0/8", true)]
    [InlineData(true, "10.0.0.0", false)]
    [InlineData(true, "nonsense", false)]
    public async Task A_network_of_proxies_that_cannot_be_read_is_refused(bool behind, string network, bool starts)
    {
        var settings = await edge.NewSettingsAsync();
        settings["Gateway:BehindTlsProxy"] = behind.ToString();
        settings["Gateway:TrustedProxies:0"] = network;

        var fault = Record.Exception(() => edge.Start(settings));

        Assert.Equal(starts, fault is null);
    }

    [Theory]
    [InlineData("true", "https")]
    [InlineData("false", "http")]
    public async Task Only_where_there_is_a_proxy_its_word_counts(string behind, string scheme)
    {
        await using var issuer = new TestIssuer();
        await issuer.StartAsync();
        var settings = await edge.NewSettingsAsync();
        settings["Gateway:BehindTlsProxy"] = behind;
        settings["Oidc:Authority"] = issuer.Address;
        settings["Oidc:ClientId"] = TestIssuer.ClientId;
        settings["Oidc:ClientSecret"] = TestIssuer.ClientSecret;
        var gateway = edge.Start(settings);

        using var answer = await new Browser(edge, gateway.Address).SendAsync(
            "GET", "/auth/oidc/start", alter: request => request.Headers.Add("X-Forwarded-Proto", "https"));

        Assert.Contains(
            $"redirect_uri={scheme}%3A%2F%2F127.0.0.1", answer.Headers.Location!.Query, StringComparison.Ordinal);
    }
}
