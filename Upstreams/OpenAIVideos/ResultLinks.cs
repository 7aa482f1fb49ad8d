using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using OpenAI.Videos;
using Sora.ServiceDefaults;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>
/// Fetches a clip by the address in its video's JSON. That address is foreign input: the credential goes to the
/// upstream's own origin only, and every other host is reached as users' URLs are, through the guarded client.
/// </summary>
internal sealed class ResultLinks(Uri baseUrl, GuardedHttp guarded)
{
    private const int LongestUrl = 4096;

    private readonly ClientPipeline _strangers = ClientPipeline.Create(new ClientPipelineOptions
    {
        Transport = new HttpClientPipelineTransport(
            new HttpClient(new GuardedHandler(guarded)) { Timeout = Timeout.InfiniteTimeSpan }),
        RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        NetworkTimeout = Timeout.InfiniteTimeSpan,
    });

    /// <summary>The address of a finished video's bytes, or null when none of the paths holds one.</summary>
    public Uri? Find(JsonElement video, IReadOnlyList<string> paths)
    {
        foreach (var path in paths)
        {
            if (At(video, path)?.Text(LongestUrl) is { } text
                && Uri.TryCreate(baseUrl, text, out var url)
                && url.Scheme is "http" or "https")
            {
                return url;
            }
        }

        return null;
    }

    /// <summary>Asks for the bytes, with the client's credential if they lie at the upstream itself.</summary>
    /// <exception cref="EgressRefusedException">The address leads where nothing of ours may go.</exception>
    public async Task<ClientResult> GetAsync(VideoClient client, Uri url, RequestOptions options)
    {
        var pipeline = IsOurs(url) ? client.Pipeline : _strangers;
        using var message = pipeline.CreateMessage();
        message.Request.Method = "GET";
        message.Request.Uri = url;
        message.Apply(options);
        await pipeline.SendAsync(message);
        return ClientResult.FromResponse(message.ExtractResponse()!);
    }

    private bool IsOurs(Uri url) =>
        Uri.Compare(url, baseUrl, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
        && url.UserInfo.Length == 0;

    private static JsonElement? At(JsonElement json, string path)
    {
        JsonElement? found = json;
        foreach (var step in path.Split('.'))
        {
            found = found switch
            {
                { ValueKind: JsonValueKind.Array } array when int.TryParse(step, out var index) =>
                    index < array.GetArrayLength() ? array[index] : null,
                { } other => other.Field(step),
                null => null,
            };
        }

        return found;
    }

    private sealed class GuardedHandler(GuardedHttp guarded) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) => guarded.SendAsync(request, cancellationToken);
    }
}
