using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Sora.Gateway.ApiKeys;

namespace Sora.Gateway.Tests.Harness;

/// <summary>A gateway in this process, on Kestrel and a port of its own.</summary>
/// <remarks>The type argument only names the assembly: there are several programs in sight here.</remarks>
internal sealed class GatewayHost : WebApplicationFactory<GatewayOptions>
{
    public GatewayHost(Dictionary<string, string?> settings)
    {
        Settings = settings;
        UseKestrel(0);
    }

    public IReadOnlyDictionary<string, string?> Settings { get; }

    public RecordedLog Log { get; } = new();

    public Uri Address => new(Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseUrls("http://127.0.0.1:0");
        foreach (var (key, value) in Settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureLogging(logging => logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
    }
}
