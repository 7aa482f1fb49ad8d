using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Sora.Bench.Clients;

/// <summary>
/// A caller of the public API: the official SDKs' requests, without their cost in the same machine's CPU.
/// </summary>
internal sealed class VideoClient : IDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private readonly RetryingHandler _retries;
    private readonly HttpClient _http;

    /// <param name="gateway">The public door.</param>
    /// <param name="apiKey">The key to come with.</param>
    /// <param name="sdk">Whose manner to repeat requests it has.</param>
    public VideoClient(Uri gateway, string apiKey, Sdk sdk)
    {
        _retries = new RetryingHandler(sdk);
        _http = new HttpClient(_retries)
        {
            BaseAddress = gateway,
            Timeout = TimeSpan.FromMinutes(2),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", apiKey) },
        };
    }

    /// <summary>How many requests had to be sent again.</summary>
    public long Repeated => _retries.Repeated;

    /// <inheritdoc cref="RetryingHandler.UnansweredCreates"/>
    public long UnansweredCreates => _retries.UnansweredCreates;

    /// <summary>Asks for a four-second video.</summary>
    /// <exception cref="HttpRequestException">It was refused, or nobody answered.</exception>
    public async Task<SeenVideo> CreateAsync(string prompt, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync(
            "v1/videos", new { model = "sora-2", prompt, seconds = "4", size = "1280x720" }, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    /// <summary>Looks at a video.</summary>
    /// <exception cref="HttpRequestException">Nobody answered.</exception>
    public async Task<SeenVideo> GetAsync(string id, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync($"v1/videos/{id}", cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    /// <summary>Downloads the clip.</summary>
    /// <returns>Whether it begins as an MP4 does.</returns>
    /// <exception cref="HttpRequestException">Nobody answered.</exception>
    public async Task<bool> DownloadAsync(string id, CancellationToken cancellationToken)
    {
        var clip = await _http.GetByteArrayAsync($"v1/videos/{id}/content", cancellationToken);
        return clip.AsSpan().Length > 8 && clip.AsSpan(4, 4).SequenceEqual("ftyp"u8);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<SeenVideo> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        var pause = answer.Headers.TryGetValues("openai-poll-after-ms", out var values)
            && int.TryParse(values.First(), out var milliseconds)
                ? TimeSpan.FromMilliseconds(milliseconds)
                : ShortestPause;
        return new SeenVideo(body.GetProperty("id").GetString()!, body.GetProperty("status").GetString()!, pause);
    }
}

/// <summary>A video as a client sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">One of the four public statuses.</param>
/// <param name="PollAfter">When the service wants to be asked again.</param>
internal sealed record SeenVideo(string Id, string Status, TimeSpan PollAfter)
{
    /// <summary>Whether nothing more will happen to it.</summary>
    public bool HasEnded => Status is "completed" or "failed";
}
