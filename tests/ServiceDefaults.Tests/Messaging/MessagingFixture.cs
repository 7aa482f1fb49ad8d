using MassTransit;
using Sora.Contracts;
using Sora.TestServers;
using Sora.TestServers.Platform;
using Sora.TestServers.Processes;

namespace Sora.ServiceDefaults.Tests.Messaging;

/// <summary>A service with a database, a broker and one consumer, made anew for each test.</summary>
public abstract class MessagingFixture : IAsyncLifetime
{
    private readonly SharedServers _servers = new();

    private protected Deliveries Deliveries { get; } = new();

    private protected TestService Service { get; private set; } = null!;

    private protected string DatabaseAddress { get; private set; } = "";

    private protected string RabbitMq { get; private set; } = "";

    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        DatabaseAddress = await CreateDatabaseAsync();
        RabbitMq = await CreateBrokerAsync();
        Service = await StartServiceAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Service.DisposeAsync();
        await _servers.DisposeAsync();
    }

    private protected virtual Task<string> CreateDatabaseAsync() => _servers.CreateDatabaseAsync("testdb", Cancelled);

    private protected virtual Task<string> CreateBrokerAsync() => _servers.CreateVirtualHostAsync(Cancelled);

    private protected async Task<TestService> StartServiceAsync()
    {
        var service = await TestService.With()
            .Add(builder => builder.Services.AddSingleton(Deliveries))
            .AddDatabase(DatabaseAddress)
            .AddMessaging(RabbitMq, bus => bus.AddConsumer<NoteClip>())
            .StartAsync();
        using var client = service.Client();
        await Wait.UntilAsync("the bus is connected", client.IsHealthyAsync);
        return service;
    }

    internal static ClipStored Clip(string videoId) =>
        new(videoId, 1, 1024, "00", DateTimeOffset.UnixEpoch);

    private protected async Task PublishAsync(ClipStored clip, string? traceparent = null, DateTimeOffset? due = null)
    {
        await using var work = await Service.Database.BeginAsync(TestService.Ann, Cancelled);
        work.Publish(clip, traceparent, due);
        await work.CommitAsync(Cancelled);
    }

    private protected Task WaitForNotesAsync(int count) =>
        Wait.UntilAsync($"{count} notes", async _ => (await NotesAsync()).Count >= count);

    private protected Task<IReadOnlyList<string>> NotesAsync() =>
        QueryAsync<string>("select text from notes order by id");

    private protected async Task<IReadOnlyList<T>> QueryAsync<T>(string sql)
    {
        await using var work = await Service.Database.BeginAsync(Cancelled);
        return await work.QueryAsync<T>(sql, null, Cancelled);
    }

    private protected async Task ExecuteAsync(string sql)
    {
        await using var work = await Service.Database.BeginAsync(Cancelled);
        await work.ExecuteAsync(sql, null, Cancelled);
        await work.CommitAsync(Cancelled);
    }

    private protected async Task SendAgainAsync(ClipStored clip, Guid messageId) =>
        await Service.Services.GetRequiredService<IBus>()
            .Publish(clip, context => context.MessageId = messageId, Cancelled);
}
