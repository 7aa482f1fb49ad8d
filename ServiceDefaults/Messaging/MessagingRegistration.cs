using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Sora.ServiceDefaults.Messaging;

/// <summary>Connects a service to RabbitMQ.</summary>
public static class MessagingRegistration
{
    // A message that is delivered this often without being settled (a crash each time) is dead-lettered.
    private const int DeliveryLimit = 20;

    // At most ten seconds apart: about as long as RabbitMQ lets a consumer think, half an hour.
    private const int OutageRetries = 180;

    /// <summary>
    /// Adds MassTransit at <c>ConnectionStrings:rabbitmq</c>, the outbox's relay and the inbox's clean-up. Every consumer
    /// gets a quorum queue named <c>SERVICE-CONSUMER</c>; a message that still fails after four tries goes to
    /// <c>SERVICE-CONSUMER_error</c>, and one that meets no database waits for it. Messages are published, or sent to
    /// <c>exchange:NAME</c>; never to <c>queue:NAME</c>, which would declare the queue a second time and differently.
    /// </summary>
    public static WebApplicationBuilder AddMessaging(
        this WebApplicationBuilder builder, string serviceName, Action<IBusRegistrationConfigurator>? consumers = null)
    {
        builder.Services.AddOptions<OutboxOptions>().BindConfiguration("Outbox").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<OutboxOptions>, OutboxOptionsValidator>();

        // Within the host's fifteen seconds: consumers may finish, then their tokens are cancelled and RabbitMQ delivers
        // their messages to somebody else.
        builder.Services.Configure<MassTransitHostOptions>(host =>
        {
            host.ConsumerStopTimeout = TimeSpan.FromSeconds(5);
            host.StopTimeout = TimeSpan.FromSeconds(10);
        });
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.ConfigureHealthCheckOptions(check =>
            {
                check.Name = "rabbitmq";

                // The outbox keeps what is to be said, so that the service works on without the broker.
                check.MinimalFailureStatus = HealthStatus.Degraded;
            });
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(serviceName, false));
            bus.AddConfigureEndpointsCallback((_, name, endpoint) =>
                ConfigureQueue(name, (IRabbitMqReceiveEndpointConfigurator)endpoint));
            consumers?.Invoke(bus);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(new Uri(
                    context.GetRequiredService<IConfiguration>().GetConnectionString("rabbitmq")
                    ?? throw new InvalidOperationException("ConnectionStrings:rabbitmq is not configured.")));
                rabbit.ConfigureEndpoints(context);
            });
        });
        builder.Services.AddSingleton<OutboxBatches>();
        builder.Services.AddHostedService<OutboxRelay>();
        builder.Services.AddHostedService<InboxCleaner>();
        return builder;
    }

    private static void ConfigureQueue(string name, IRabbitMqReceiveEndpointConfigurator queue)
    {
        queue.UseMessageRetry(retry =>
        {
            retry.Handle<NpgsqlException>(exception => exception.IsTransient);
            retry.Exponential(
                OutageRetries, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(300));
        });
        queue.UseMessageRetry(retry =>
        {
            retry.Ignore<NpgsqlException>(exception => exception.IsTransient);
            retry.Intervals(100, 500, 2000);
        });
        queue.SetQuorumQueue();
        queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
        queue.PrefetchCount = 64;
        queue.ConcurrentMessageLimit = 32;

        // Declared with the very arguments that MassTransit gives it when the first message fails.
        var errors = $"{name}_error";
        queue.BindDeadLetterQueue(errors, errors, binding =>
        {
            binding.SetQueueArgument("x-queue-type", "quorum");
            binding.SetQueueArgument("x-delivery-limit", DeliveryLimit);
            binding.SetQueueArgument("x-dead-letter-exchange", errors);
        });
    }
}
