using Microsoft.Extensions.Options;

namespace Sora.Simulator.Webhooks;

/// <summary>The events that the simulator sends.</summary>
internal static class WebhooksModule
{
    public static void AddWebhooks(this IServiceCollection services)
    {
        services.AddHttpClient(WebhookSender.ClientName)
            .ConfigureHttpClient((provider, client) =>
            {
                client.Timeout = provider.GetRequiredService<IOptions<SimulatorOptions>>().Value.Webhooks.Timeout;
                client.DefaultRequestHeaders.UserAgent.ParseAdd("Sora-Simulator/1.0");
            })
            // A redirect is a failed delivery, as the receiver's address was checked and the new one was not.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                MaxConnectionsPerServer = 16,
            });
        services.AddSingleton<VideoAnnouncer>();
        services.AddSingleton<WebhookSender>();
        services.AddHostedService(provider => provider.GetRequiredService<WebhookSender>());
    }
}
