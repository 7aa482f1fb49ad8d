using System.Net.Http.Headers;
using System.Net.ServerSentEvents;

namespace Sora.Bench.Clients;

/// <summary>
/// Watches all videos of the project as a browser does: whenever its stream ends, it comes again with the last id.
/// </summary>
internal sealed class EventWatcher(HttpClient http, string apiKey)
{
    private static readonly TimeSpan PauseBeforeReturn = TimeSpan.FromSeconds(1);

    private readonly List<SeenEvent> _seen = [];
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string _lastId = "";

    /// <summary>The events in the order in which they came.</summary>
    public IReadOnlyList<SeenEvent> Seen => _seen;

    /// <summary>How often a stream was opened.</summary>
    public int Streams { get; private set; }

    /// <summary>Done when the first stream is open.</summary>
    public Task Connected => _connected.Task;

    /// <summary>How many have come so far; read while it watches.</summary>
    public int Count => Volatile.Read(ref _count);

    private int _count;

    /// <summary>Watches until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await WatchAsync(stop);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                // The gateway is away, or the run is over.
            }

            await Task.Delay(PauseBeforeReturn, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "v1/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        if (_lastId.Length > 0)
        {
            request.Headers.Add("Last-Event-ID", _lastId);
        }

        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        answer.EnsureSuccessStatusCode();
        Streams++;
        _connected.TrySetResult();

        // The data is thrown away unread: a thousand browsers would parse it elsewhere.
        var parser = SseParser.Create(await answer.Content.ReadAsStreamAsync(stop), (_, data) => data.Length);
        await foreach (var item in parser.EnumerateAsync(stop))
        {
            _lastId = item.EventId!;
            _seen.Add(new SeenEvent(long.Parse(_lastId), TimeProvider.System.GetUtcNow()));
            Volatile.Write(ref _count, _seen.Count);
        }
    }
}

/// <summary>An event that came.</summary>
/// <param name="Position">Its id.</param>
/// <param name="At">When it was read.</param>
internal readonly record struct SeenEvent(long Position, DateTimeOffset At);
