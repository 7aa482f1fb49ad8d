using System.ClientModel;
using System.Net.Http.Headers;
using OpenAI.Videos;
using Sora.TestServers.Platform;
using Xunit;

[assembly: AssemblyFixture(typeof(Sora.Platform.Tests.PlatformFixture))]

namespace Sora.Platform.Tests;

/// <summary>The whole platform, started once for all tests that do not break it. Renders are real, and short.</summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    private SoraSystem? _system;

    /// <summary>The running system.</summary>
    public SoraSystem System => _system ?? throw new InvalidOperationException("The platform has not started.");

    /// <summary>A plain client with the first API key, for what SDKs do not show.</summary>
    public HttpClient Http { get; } = new();

    /// <summary>The official OpenAI client for .NET, unchanged but for its endpoint.</summary>
    public VideoClient Videos => new(
        new ApiKeyCredential(System.ApiKey),
        new VideoClientOptions { Endpoint = new Uri(System.Gateway.Address, "v1"), NetworkTimeout = TimeSpan.FromMinutes(2) });

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _system = await SoraSystem.StartAsync(configure: system =>
        {
            Scenario.Quick(system);
            Scenario.WithOddModels(system);
            Scenario.WithLocalEndpoints(system);
            Scenario.WithTelltaleLogs(system);
        });
        Http.BaseAddress = System.Gateway.Address;
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", System.ApiKey);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_system is not null)
        {
            await _system.DisposeAsync();
        }
    }
}
