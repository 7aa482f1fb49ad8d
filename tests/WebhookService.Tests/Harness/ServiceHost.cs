using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Sora.WebhookService.Inbound;

namespace Sora.WebhookService.Tests.Harness;

/// <summary>The service in this process, on Kestrel and a port of its own.</summary>
/// <remarks>The type argument only names the assembly: there are several programs in sight here.</remarks>
internal sealed class ServiceHost : WebApplicationFactory<WebhookOptions>
{
    private readonly IReadOnlyDictionary<string, string?> _settings;
    private readonly TimeProvider? _clock;

    public ServiceHost(IReadOnlyDictionary<string, string?> settings, TimeProvider? clock = null)
    {
        _settings = settings;
        _clock = clock;
        UseKestrel(0);
    }

    public Uri Address => new(Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseUrls("http://127.0.0.1:0");
        builder.ConfigureLogging(logging => logging.ClearProviders());
        if (_clock is not null)
        {
            builder.ConfigureServices(services => services.AddSingleton(_clock));
        }

        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
