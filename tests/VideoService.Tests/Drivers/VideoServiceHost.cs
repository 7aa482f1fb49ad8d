using Microsoft.AspNetCore.Mvc.Testing;
using Sora.TestServers.Platform;
using Sora.TestServers.Processes;
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

    /// <summary>Returns when it is ready: its queues are bound, and nothing that is published passes it by.</summary>
    public static async Task<VideoServiceHost> StartAsync(IReadOnlyDictionary<string, string> settings)
    {
        var host = new VideoServiceHost(settings);
        host.StartServer();
        using var http = new HttpClient { BaseAddress = host.ClientOptions.BaseAddress };
        await Wait.UntilAsync("VideoService is ready", http.IsBoundAsync);
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
