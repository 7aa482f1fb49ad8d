using System.Collections.Concurrent;
using MassTransit;
using Sora.Contracts;
using Sora.TestServers.Processes;

namespace Sora.VideoService.Tests.Drivers;

/// <summary>Hears everything that VideoService publishes, and publishes what others would.</summary>
internal sealed class MessageLog : IAsyncDisposable
{
    private readonly ConcurrentQueue<object> _messages = new();
    private readonly IBusControl _bus;

    private MessageLog(string rabbitMq) => _bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
    {
        rabbit.Host(new Uri(rabbitMq));
        rabbit.ReceiveEndpoint("message-log", log =>
        {
            Keep<VideoAccepted>(log);
            Keep<VideoRendered>(log);
            Keep<VideoCompleted>(log);
            Keep<VideoFailed>(log);
            Keep<VideoRenderedLate>(log);
            Keep<VideoDeleted>(log);
            Keep<VideoUnknown>(log);
            Keep<AuditRecorded>(log);
        });
    });

    public static async Task<MessageLog> StartAsync(string rabbitMq)
    {
        var log = new MessageLog(rabbitMq);
        await log._bus.StartAsync();
        return log;
    }

    public Task PublishAsync(object message) => _bus.Publish(message);

    /// <summary>Those heard so far.</summary>
    public IReadOnlyList<T> Heard<T>(Func<T, bool> matches) => [.. _messages.OfType<T>().Where(matches)];

    /// <summary>The first such message, when it has come.</summary>
    public Task<T> HearAsync<T>(Func<T, bool> matches)
        where T : class =>
        Wait.ForAsync($"a {typeof(T).Name}", _ => Task.FromResult(_messages.OfType<T>().FirstOrDefault(matches)));

    public async ValueTask DisposeAsync() => await _bus.StopAsync();

    private void Keep<T>(IReceiveEndpointConfigurator log)
        where T : class =>
        log.Handler<T>(context =>
        {
            _messages.Enqueue(context.Message);
            return Task.CompletedTask;
        });
}
