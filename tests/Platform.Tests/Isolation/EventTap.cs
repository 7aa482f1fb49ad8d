namespace Sora.Platform.Tests.Isolation;

/// <summary>Somebody's <c>GET /v1/events</c>, from the first event on, held open.</summary>
internal sealed class EventTap : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly StringWriter _heard = new();
    private readonly Lock _gate = new();
    private readonly Task _listening;

    private EventTap(HttpResponseMessage answer)
    {
        _listening = ListenAsync(answer);
    }

    /// <summary>All that has come.</summary>
    public string Heard
    {
        get
        {
            lock (_gate)
            {
                return _heard.ToString();
            }
        }
    }

    public static async Task<EventTap> OpenAsync(HttpClient http, Action<HttpRequestMessage> identify)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events");
        request.Headers.Add("Last-Event-ID", "0");
        identify(request);
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new EventTap(answer.EnsureSuccessStatusCode());
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task ListenAsync(HttpResponseMessage answer)
    {
        using var own = answer;
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(_end.Token));
        while (await reader.ReadLineAsync(_end.Token) is { } line)
        {
            lock (_gate)
            {
                _heard.WriteLine(line);
            }
        }
    }
}
