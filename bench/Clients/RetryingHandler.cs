using System.Net;

namespace Sora.Bench.Clients;

/// <summary>Which official SDK a client is like.</summary>
internal enum Sdk
{
    /// <summary>Repeats twice, after half a second to eight, and counts its repetitions in a header.</summary>
    Node,

    /// <summary>Repeats three times, at once unless told to wait, and does not say so.</summary>
    DotNet,
}

/// <summary>Repeats what the official SDKs repeat, as often and with the same pauses.</summary>
internal sealed class RetryingHandler(Sdk sdk)
    : DelegatingHandler(new SocketsHttpHandler { UseCookies = false, UseProxy = false })
{
    private const string RetryCount = "x-stainless-retry-count";
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LongestAskedFor = TimeSpan.FromMinutes(1);

    private readonly int _retries = sdk is Sdk.Node ? 2 : 3;
    private long _repeated;
    private long _unansweredCreates;

    /// <summary>How many requests were sent again.</summary>
    public long Repeated => Volatile.Read(ref _repeated);

    /// <summary>
    /// How many creates were sent and ended without a video: each may have left one that its client does not know.
    /// </summary>
    public long UnansweredCreates => Volatile.Read(ref _unansweredCreates);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var retry = 0; ; retry++)
        {
            Introduce(request, retry);
            TimeSpan? asked = null;
            try
            {
                var answer = await SendOnceAsync(request, cancellationToken);
                if (retry == _retries || !IsWorthRepeating(answer))
                {
                    return answer;
                }

                asked = answer.Headers.RetryAfter?.Delta;
                answer.Dispose();
            }
            catch (HttpRequestException) when (retry < _retries)
            {
                // No connection, or one that was cut.
            }

            Interlocked.Increment(ref _repeated);
            await Task.Delay(Pause(retry, asked), cancellationToken);
        }
    }

    private void Introduce(HttpRequestMessage request, int retry)
    {
        if (sdk is Sdk.Node)
        {
            request.Headers.Remove(RetryCount);
            request.Headers.Add(RetryCount, $"{retry}");
        }
        else if (retry == 0)
        {
            request.Headers.Add("X-Stainless-Lang", "csharp");
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isAnswered = false;
        try
        {
            var answer = await base.SendAsync(request, cancellationToken);
            isAnswered = answer.IsSuccessStatusCode;
            return answer;
        }
        finally
        {
            if (!isAnswered && request.Method == HttpMethod.Post)
            {
                Interlocked.Increment(ref _unansweredCreates);
            }
        }
    }

    private bool IsWorthRepeating(HttpResponseMessage answer) =>
        sdk is Sdk.Node && answer.Headers.TryGetValues("x-should-retry", out var advice)
            ? advice.Contains("true")
            : answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
                or >= HttpStatusCode.InternalServerError
                || (sdk is Sdk.Node && answer.StatusCode is HttpStatusCode.Conflict);

    private TimeSpan Pause(int retry, TimeSpan? asked)
    {
        if (asked > TimeSpan.Zero && asked <= LongestAskedFor)
        {
            return asked.Value;
        }

        if (sdk is Sdk.DotNet)
        {
            return TimeSpan.Zero;
        }

        var pause = First * Math.Pow(2, retry);
        return (pause < Longest ? pause : Longest) * (1 - (0.25 * Random.Shared.NextDouble()));
    }
}
