using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Frozen;
using OpenAI.Videos;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>Makes the official client behave: one request a call, our own limits in time.</summary>
internal static class VideoClients
{
    /// <summary>One client for each credential, over the upstream's one connection pool.</summary>
    public static FrozenDictionary<string, VideoClient> Create(UpstreamOptions options, HttpClient http)
    {
        var settings = new VideoClientOptions
        {
            Endpoint = options.BaseUrl,
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        };
        return options.Credentials.ToFrozenDictionary(
            credential => credential.Key,
            credential => new VideoClient(new ApiKeyCredential(credential.Value), settings),
            StringComparer.Ordinal);
    }

    /// <summary>One page of the list, newest first, after an id or from the start.</summary>
    public static async Task<ClientResult> ListAsync(VideoClient client, string? after, RequestOptions request)
    {
        var pages = client.GetVideosAsync(VideoList.PageSize, "desc", after, request).GetRawPagesAsync();
        await using var page = pages.GetAsyncEnumerator(request.CancellationToken);
        await page.MoveNextAsync();
        return page.Current;
    }
}
