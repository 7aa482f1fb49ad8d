using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Sora.Gateway.ApiKeys;

namespace Sora.Gateway.Requests;

/// <summary>
/// Plain http is for loopback only: passwords, cookies and keys would be readable to whoever is on the way. The gateway
/// ends at once where it listens otherwise, unless it is told that a proxy in front of it speaks https.
/// </summary>
internal sealed class PlainHttp(IServer server, IOptions<GatewayOptions> options) : IHostedLifecycleService
{
    /// <summary>Why the gateway may not listen at this address, or null.</summary>
    public static string? WhyRefused(string address)
    {
        var binding = BindingAddress.Parse(address);
        var isLoopback = binding.IsUnixPipe
            || binding.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
        return isLoopback || binding.Scheme.Equals(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase)
            ? null
            : $"The gateway does not serve plain http at {address}: passwords and API keys could be read on their way. "
                + "Listen on 127.0.0.1, or on https:// with a certificate; or set Gateway:BehindTlsProxy=true when a proxy "
                + "in front of the gateway speaks https and nobody else reaches this address.";
    }

    // Only now is it known where Kestrel listens, whatever told it to.
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var fault = options.Value.BehindTlsProxy ? null : addresses.Select(WhyRefused).FirstOrDefault(why => why is not null);
        return fault is null ? Task.CompletedTask : throw new InvalidOperationException(fault);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
