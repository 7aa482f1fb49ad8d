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
        settings.AddPolicy(new FixedHeaders(options.Headers), PipelinePosition.PerCall);
        return options.Credentials.ToFrozenDictionary(
            credential => credential.Key,
            credential => new VideoClient(Authentication(options, credential.Value), settings),
            StringComparer.Ordinal);
    }

    /// <summary>An operation below <c>/videos</c> that the official client has no method for.</summary>
    public static async Task<ClientResult> PostAsync(
        VideoClient client, string operation, BinaryContent body, string contentType, RequestOptions request)
    {
        using var message = client.Pipeline.CreateMessage();
        message.Request.Method = "POST";
        message.Request.Uri = new Uri($"{client.Endpoint.AbsoluteUri.TrimEnd('/')}/videos/{operation}");
        message.Request.Headers.Set("Accept", "application/json");
        message.Request.Headers.Set("Content-Type", contentType);
        message.Request.Content = body;
        message.Apply(request);
        await client.Pipeline.SendAsync(message);
        return ClientResult.FromResponse(message.ExtractResponse()!);
    }

    /// <summary>One page of the list, newest first, after an id or from the start.</summary>
    public static async Task<ClientResult> ListAsync(VideoClient client, string? after, RequestOptions request)
    {
        var pages = client.GetVideosAsync(VideoList.PageSize, "desc", after, request).GetRawPagesAsync();
        await using var page = pages.GetAsyncEnumerator(request.CancellationToken);
        await page.MoveNextAsync();
        return page.Current;
    }

    private static ApiKeyAuthenticationPolicy Authentication(UpstreamOptions options, string key) =>
        options.AuthScheme.Length > 0
            ? ApiKeyAuthenticationPolicy.CreateHeaderApiKeyPolicy(
                new ApiKeyCredential(key), options.AuthHeader, options.AuthScheme)
            : ApiKeyAuthenticationPolicy.CreateHeaderApiKeyPolicy(new ApiKeyCredential(key), options.AuthHeader);

    private sealed class FixedHeaders(IReadOnlyDictionary<string, string> headers) : PipelinePolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            Set(message);
            ProcessNext(message, pipeline, currentIndex);
        }

        public override ValueTask ProcessAsync(
            PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            Set(message);
            return ProcessNextAsync(message, pipeline, currentIndex);
        }

        private void Set(PipelineMessage message)
        {
            foreach (var (name, value) in headers)
            {
                message.Request.Headers.Set(name, value);
            }
        }
    }
}
