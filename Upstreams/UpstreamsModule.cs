using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;
using Sora.Upstreams.OpenAIVideos;

namespace Sora.Upstreams;

/// <summary>Wires the configured upstreams.</summary>
public static class UpstreamsModule
{
    // A connect that takes longer has lost its packets; looks are repeated anyway and submits are put off.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    // The clients live as long as the process, so connections must be renewed for a changed address to be seen.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Adds an <see cref="UpstreamCatalogue"/> with every upstream of the section
    /// <see cref="UpstreamOptions.Section"/>, a dictionary by name. Each is validated at start: a wrong one stops the
    /// host with an <see cref="OptionsValidationException"/> that names the setting.
    /// </summary>
    public static IServiceCollection AddUpstreams(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddGuardedHttp();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<UpstreamOptions>, UpstreamOptionsValidator>());
        foreach (var section in configuration.GetSection(UpstreamOptions.Section).GetChildren())
        {
            services.AddOptions<UpstreamOptions>(section.Key).Bind(section).ValidateOnStart();
            services.AddUpstreamClient(section.Key);
            services.AddSingleton<IVideoUpstream>(provider => Create(provider, section.Key));
        }

        services.TryAddSingleton<UpstreamCatalogue>();
        return services;
    }

    private static void AddUpstreamClient(this IServiceCollection services, string upstream) => services
        .AddHttpClient(ClientName(upstream), client => client.Timeout = Timeout.InfiniteTimeSpan)
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
        .UseSocketsHttpHandler((handler, _) =>
        {
            handler.ConnectTimeout = ConnectTimeout;
            handler.PooledConnectionLifetime = ConnectionLifetime;
            handler.AllowAutoRedirect = false;
            handler.UseCookies = false;
            handler.UseProxy = false;
        })
        // A handler that the host adds to every client could send a submission twice or show our callers' identity.
        .ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear());

    private static OpenAIVideosUpstream Create(IServiceProvider provider, string name) => new(
        name,
        provider.GetRequiredService<IOptionsMonitor<UpstreamOptions>>().Get(name),
        provider.GetRequiredService<IHttpClientFactory>().CreateClient(ClientName(name)),
        provider.GetRequiredService<GuardedHttp>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<OpenAIVideosUpstream>>());

    private static string ClientName(string upstream) => $"{UpstreamOptions.Section}:{upstream}";
}
