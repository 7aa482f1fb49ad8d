using Microsoft.Extensions.Options;

namespace Sora.Upstreams.Tests;

public sealed class UpstreamOptionsTests
{
    private static readonly Dictionary<string, string?> Good = new()
    {
        ["Upstreams:main:BaseUrl"] = "https://api.example.com/v1",
        ["Upstreams:main:Credentials:default"] = "sk-1",
    };

    [Fact]
    public async Task Every_configured_upstream_is_in_the_catalogue()
    {
        using var host = Host(
            ("Upstreams:spare:BaseUrl", "http://10.0.0.7:8000/openai/v1/"),
            ("Upstreams:spare:Dialect", "generic"),
            ("Upstreams:spare:Credentials:default", "any"),
            ("Upstreams:spare:LateAcceptanceBound", "00:00:30"));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var catalogue = host.Services.GetRequiredService<UpstreamCatalogue>();

        Assert.Equal("openai", catalogue.Get("main").Dialect.Name);
        Assert.Equal("generic", catalogue.Get("spare").Dialect.Name);
        Assert.Equal(TimeSpan.FromSeconds(30), catalogue.Get("spare").Dialect.LateAcceptanceBound);
        Assert.True(catalogue.Contains("spare"));
        Assert.False(catalogue.Contains("Spare"));
        var missing = Assert.Throws<KeyNotFoundException>(() => catalogue.Get("other"));
        Assert.Equal("No upstream 'other' is configured under 'Upstreams'. Configured: main, spare.", missing.Message);
    }

    [Theory]
    [InlineData("BaseUrl", "", "Upstreams:main:BaseUrl is missing")]
    [InlineData("BaseUrl", "/v1", "BaseUrl must be an absolute http or https address")]
    [InlineData("BaseUrl", "ftp://example.com/v1", "BaseUrl must be an absolute http or https address")]
    [InlineData("BaseUrl", "https://example.com", "BaseUrl must end in /v1, but its path is '/'")]
    [InlineData("BaseUrl", "https://me:secret@example.com/v1", "BaseUrl must have no user, query or fragment")]
    [InlineData("BaseUrl", "https://example.com/v1?key=secret", "BaseUrl must have no user, query or fragment")]
    [InlineData("Dialect", "klingon", "Dialect 'klingon' is not known. Known: bifrost, generic, litellm, new-api, openai")]
    [InlineData("Credentials:default", "", "Upstreams:main:Credentials:default must be printable ASCII")]
    [InlineData("Credentials:default", "secret\n", "Upstreams:main:Credentials:default must be printable ASCII")]
    [InlineData("Fields:seconds", "8", "Fields:seconds is a field of the protocol")]
    [InlineData("Headers:a b", "1", "'a b' is no name of a header")]
    [InlineData("Headers:Authorization", "secret", "Headers must not name Authorization or Idempotency-Key")]
    [InlineData("AuthHeader", "", "'' is no name of a header")]
    [InlineData("SubmitTimeout", "00:00:00", "SubmitTimeout must lie between 00:00:01 and 00:10:00, but is 00:00:00.")]
    [InlineData("LookTimeout", "01:00:00", "LookTimeout must lie between 00:00:00.1000000 and 00:02:00")]
    [InlineData("ContentTimeout", "-00:00:01", "ContentTimeout must lie between")]
    [InlineData("LateAcceptanceBound", "1.00:00:00", "LateAcceptanceBound must lie between 00:00:00 and 02:00:00")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string setting, string value, string message)
    {
        using var host = Host(($"Upstreams:main:{setting}", value));

        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains(message, refusal.Message);
        Assert.DoesNotContain("secret", refusal.Message);
    }

    [Fact]
    public async Task An_upstream_without_a_credential_stops_the_start()
    {
        using var host = Host(("Upstreams:bare:BaseUrl", "https://example.com/v1"));

        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("Upstreams:bare:Credentials is empty", refusal.Message);
    }

    private static IHost Host(params (string Name, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(Good);
        builder.Configuration.AddInMemoryCollection(
            settings.ToDictionary(pair => pair.Name, pair => (string?)pair.Value));
        builder.Services.AddUpstreams(builder.Configuration);
        return builder.Build();
    }
}
