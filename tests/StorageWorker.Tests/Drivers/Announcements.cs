using System.Collections.Concurrent;
using MassTransit;
using Sora.Contracts;
using Sora.TestServers.Processes;

namespace Sora.StorageWorker.Tests.Drivers;

/// <summary>Hears what the StorageWorker tells VideoService, and speaks in VideoService's place.</summary>
internal sealed class Announcements(IBusControl bus) : IAsyncDisposable
{
    private readonly ConcurrentQueue<object> _heard = new();

    public static async Task<Announcements> ConnectAsync(string rabbitMq)
    {
        Announcements? announcements = null;
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(rabbitMq));
            rabbit.ReceiveEndpoint("video-service-of-the-tests", endpoint =>
            {
                endpoint.Handler<ClipStored>(context => announcements!.Hear(context.Message));
                endpoint.Handler<AuditRecorded>(context => announcements!.Hear(context.Message));
                endpoint.Handler<ClipLost>(context => announcements!.Hear(context.Message));
            });
        });
        announcements = new Announcements(bus);
        await bus.StartAsync(TimeSpan.FromSeconds(30));
        return announcements;
    }

    /// <summary>Publishes a message and returns its id.</summary>
    public async Task<Guid> PublishAsync<T>(T message)
        where T : class
    {
        var id = Guid.CreateVersion7();
        await bus.Publish(message, context => context.MessageId = id);
        return id;
    }

    public IReadOnlyList<ClipStored> StoredOf(string videoId) =>
        [.. _heard.OfType<ClipStored>().Where(message => message.VideoId == videoId)];

    public Task<AuditRecorded> WaitForAuditAsync(string action, string target) => Wait.ForAsync(
        $"{action} of {target} is audited",
        _ => Task.FromResult(_heard.OfType<AuditRecorded>()
            .SingleOrDefault(entry => entry.Action == action && entry.Target == target)));

    public IReadOnlyList<ClipLost> LostOf(string videoId) =>
        [.. _heard.OfType<ClipLost>().Where(message => message.VideoId == videoId)];

    public Task<ClipStored> WaitForStoredAsync(string videoId, int count = 1) => Wait.ForAsync(
        $"{videoId} is stored",
        _ => Task.FromResult(StoredOf(videoId) is { } found && found.Count >= count ? found[count - 1] : null));

    public Task<ClipLost> WaitForLostAsync(string videoId, int count = 1) => Wait.ForAsync(
        $"{videoId} is lost",
        _ => Task.FromResult(LostOf(videoId) is { } found && found.Count >= count ? found[count - 1] : null));

    public async ValueTask DisposeAsync() => await bus.StopAsync(TimeSpan.FromSeconds(10));

    private Task Hear(object message)
    {
        _heard.Enqueue(message);
        return Task.CompletedTask;
    }
}
