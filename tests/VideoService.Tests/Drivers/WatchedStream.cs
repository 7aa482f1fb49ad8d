using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace Sora.VideoService.Tests.Drivers;

/// <summary>An event as a browser hands it out.</summary>
internal sealed record SeenEvent(long Id, string Name, JsonNode Video)
{
    public string VideoId => (string)Video["id"]!;

    public string Stage => (string)Video["sora"]!["stage"]!;

    public int Progress => (int)Video["progress"]!;
}

/// <summary>A stream of events that somebody reads.</summary>
internal sealed class WatchedStream(HttpResponseMessage response) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private IAsyncEnumerator<SseItem<string>>? _events;

    public Stream Body => response.Content.ReadAsStream();

    /// <summary>The next event, or null at the end of the stream.</summary>
    public async Task<SeenEvent?> NextAsync()
    {
        _events ??= SseParser.Create(Body).EnumerateAsync().GetAsyncEnumerator();
        return await _events.MoveNextAsync().AsTask().WaitAsync(Patience)
            ? new SeenEvent(
                long.Parse(_events.Current.EventId!), _events.Current.EventType, JsonNode.Parse(_events.Current.Data)!)
            : null;
    }

    public async Task<IReadOnlyList<SeenEvent>> TakeAsync(int count)
    {
        var events = new List<SeenEvent>();
        while (events.Count < count)
        {
            events.Add(await NextAsync() ?? throw new EndOfStreamException($"After {events.Count} events of {count}."));
        }

        return events;
    }

    public async Task<IReadOnlyList<SeenEvent>> ToEndAsync()
    {
        var events = new List<SeenEvent>();
        while (await NextAsync() is { } next)
        {
            events.Add(next);
        }

        return events;
    }

    public ValueTask DisposeAsync()
    {
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}
