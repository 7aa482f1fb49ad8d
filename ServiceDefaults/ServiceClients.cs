using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Polly.Registry;
using Sora.ServiceDefaults.Identity;

namespace Sora.ServiceDefaults;

/// <summary>
/// Calls to the platform's other services: addressed by <c>services:NAME:http:0</c>, signed for the callee on behalf of a
/// caller, limited in time. Commands must carry a body: a bodyless request is resent silently when a connection dies.
/// </summary>
public sealed class ServiceClients(
    IHttpClientFactory clients,
    IConfiguration configuration,
    InternalTokens tokens,
    ResiliencePipelineRegistry<string> policies)
{
    internal const string HttpClientName = "services";

    /// <summary>
    /// Sends a request made afresh for each attempt and returns once the answer's headers are read; its status is the
    /// caller's to judge.
    /// </summary>
    /// <exception cref="HttpRequestException">The service cannot be reached, or broke off.</exception>
    /// <exception cref="Polly.Timeout.TimeoutRejectedException">It did not answer in 10 s.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        string service, Func<HttpRequestMessage> createRequest, Caller caller, CancellationToken cancellationToken)
    {
        var address = configuration[$"services:{service}:http:0"]
            ?? throw new InvalidOperationException($"services:{service}:http:0 is not configured.");
        var policy = policies.GetPipeline(ResiliencePolicies.ServiceCall);
        return await policy.ExecuteAsync(
            async token =>
            {
                using var request = createRequest();
                request.RequestUri = new Uri(new Uri(address), request.RequestUri!);
                request.Headers.Add(InternalTokens.Header, tokens.Mint(service, caller));
                return await SendAsync(request, token);
            },
            cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await clients.CreateClient(HttpClientName)
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (TaskCanceledException exception) when (exception.InnerException is TimeoutException)
        {
            // The handler's own limit on connecting, which it reports as a cancellation: nothing was sent.
            throw new HttpRequestException(
                HttpRequestError.ConnectionError, "The service cannot be reached.", exception);
        }
    }
}

/// <summary>Registers <see cref="ServiceClients"/>.</summary>
public static class ServiceClientsRegistration
{
    /// <summary>
    /// Adds calls to other services; their addresses are read from <c>services:NAME:http:0</c> at each call.
    /// </summary>
    public static WebApplicationBuilder AddServiceClients(this WebApplicationBuilder builder)
    {
        builder.AddInternalTokens();
        builder.Services.AddHttpClient(ServiceClients.HttpClientName)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(2),
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            });
        builder.Services.AddSingleton<ServiceClients>();
        return builder;
    }
}
