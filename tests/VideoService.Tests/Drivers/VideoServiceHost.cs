using Microsoft.AspNetCore.Mvc.Testing;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Drivers;

/// <summary>VideoService in this process, on a real Kestrel, wired as an operator would wire it.</summary>
internal sealed class VideoServiceHost : WebApplicationFactory<AdmitVideo>
{
    private readonly IReadOnlyDictionary<string, string> _settings;

    private VideoServiceHost(IReadOnlyDictionary<string, string> settings)
    {
        _settings = settings;
        UseKestrel(0);
    }

    public static VideoServiceHost Start(IReadOnlyDictionary<string, string> settings)
    {
        var host = new VideoServiceHost(settings);
        host.StartServer();
        return host;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
