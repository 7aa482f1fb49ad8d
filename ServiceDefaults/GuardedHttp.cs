using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Egress;

namespace Sora.ServiceDefaults;

/// <summary>
/// The only way out for URLs that users give. It speaks https to public addresses and to nothing else: every address
/// of the host is judged while the connection is made, and the connection goes to those very addresses, so that
/// neither an odd spelling nor a DNS server that changes its mind leads inside. Redirects are answers, not followed.
/// </summary>
/// <remarks>
/// Each request is one client span that names the host only: what follows it is the user's, and often a secret.
/// </remarks>
public sealed class GuardedHttp : IDisposable
{
    internal const string SourceName = "Sora.GuardedHttp";

    private static readonly ActivitySource Source = new(SourceName);

    private readonly EgressOptions _options;
    private readonly EgressRules _rules;
    private readonly HttpMessageInvoker _client;

    /// <summary>Made once for a service; its connections are pooled.</summary>
    public GuardedHttp(IOptions<EgressOptions> options)
    {
        _options = options.Value;
        _rules = new EgressRules(options.Value.Networks);
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 16, // KiB
            // Strangers learn nothing about our traces, and the handler makes no span, which would hold the URL.
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
        });
    }

    /// <summary>
    /// Sends the request and returns once the answer's headers are read. The caller bounds the time by the token, bounds
    /// the body while reading it, and disposes the answer.
    /// </summary>
    /// <exception cref="EgressRefusedException">The URL may not be fetched; the message is for the user.</exception>
    /// <exception cref="HttpRequestException">
    /// The host is unknown, was not reached within 5 s, has no valid certificate, or broke off.
    /// </exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (WhyRefused(request.RequestUri) is { } reason)
        {
            throw new EgressRefusedException(reason);
        }

        request.Headers.Host = null; // the certificate is asked for by the name in the URL
        try
        {
            return await SendInSpanAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.InnerException is EgressRefusedException refusal)
        {
            throw new EgressRefusedException(refusal.Message);
        }
        catch (OperationCanceledException exception) when (exception.InnerException is TimeoutException)
        {
            throw new HttpRequestException(
                HttpRequestError.ConnectionError, "The host did not answer in time.", exception);
        }
    }

    /// <summary>
    /// Why a URL will never be fetched, for its user, as far as the URL itself says; null where its host's addresses
    /// decide, each time a connection is made.
    /// </summary>
    public string? WhyRefused(Uri? url)
    {
        if (url is not { IsAbsoluteUri: true }
            || !(url.Scheme == Uri.UriSchemeHttps || (_options.AllowHttp && url.Scheme == Uri.UriSchemeHttp)))
        {
            return "The URL must start with https://.";
        }

        if (url.UserInfo.Length > 0)
        {
            return "The URL must not contain a user name or a password.";
        }

        return IPAddress.TryParse(url.IdnHost, out var address)
            ? _rules.WhyRefused(url.IdnHost, [address], url.Port)
            : null;
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendInSpanAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var span = Source.StartActivity(request.Method.Method, ActivityKind.Client);
        span?.SetTag("http.request.method", request.Method.Method)
            .SetTag("server.address", request.RequestUri!.IdnHost)
            .SetTag("server.port", request.RequestUri.Port);
        try
        {
            var answer = await _client.SendAsync(request, cancellationToken);
            span?.SetTag("http.response.status_code", (int)answer.StatusCode)
                .SetStatus((int)answer.StatusCode < 400 ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
            return answer;
        }
        catch (Exception exception)
        {
            span?.SetTag("error.type", exception.GetType().FullName).SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host, cancellationToken);
        if (_rules.WhyRefused(host, addresses, port) is { } reason)
        {
            throw new EgressRefusedException(reason);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A user's URL may not be fetched.</summary>
/// <param name="message">Why, in words for that user: no address of ours is in it.</param>
public sealed class EgressRefusedException(string message) : Exception(message);

/// <summary>Registers <see cref="GuardedHttp"/>.</summary>
public static class GuardedHttpRegistration
{
    /// <summary>Adds the client for users' URLs, configured by section <c>Egress</c>.</summary>
    public static WebApplicationBuilder AddGuardedHttp(this WebApplicationBuilder builder)
    {
        builder.Services.AddGuardedHttp();
        return builder;
    }

    /// <inheritdoc cref="AddGuardedHttp(WebApplicationBuilder)"/>
    public static IServiceCollection AddGuardedHttp(this IServiceCollection services)
    {
        // Two features of one service may both need it; bound twice, its lists would double.
        if (services.All(service => service.ServiceType != typeof(GuardedHttp)))
        {
            services.AddOptions<EgressOptions>().BindConfiguration("Egress").ValidateOnStart();
            services.AddSingleton<IValidateOptions<EgressOptions>, EgressOptionsValidator>();
            services.AddSingleton<GuardedHttp>();
        }

        return services;
    }
}
