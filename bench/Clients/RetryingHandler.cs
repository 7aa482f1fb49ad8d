using System.Net;

namespace Sora.Bench.Clients;

/// <summary>
/// Repeats what the official SDKs repeat, as often and with the same pauses: twice, after half a second to eight.
/// </summary>
internal sealed class RetryingHandler() : DelegatingHandler(new SocketsHttpHandler { UseCookies = false, UseProxy = false })
{
    private const int Retries = 2;
    private const string RetryCount = "x-stainless-retry-count";
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LongestAskedFor = TimeSpan.FromMinutes(1);

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
            request.Headers.Remove(RetryCount);
            request.Headers.Add(RetryCount, $"{retry}");
            TimeSpan? asked = null;
            try
            {
                var answer = await SendOnceAsync(request, cancellationToken);
                if (retry == Retries || !IsWorthRepeating(answer))
                {
                    return answer;
                }

                asked = answer.Headers.RetryAfter?.Delta;
                answer.Dispose();
            }
            catch (HttpRequestException) when (retry < Retries)
            {
                // No connection, or one that was cut.
            }

            Interlocked.Increment(ref _repeated);
            await Task.Delay(Pause(retry, asked), cancellationToken);
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

    private static bool IsWorthRepeating(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("x-should-retry", out var advice)
            ? advice.Contains("true")
            : answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests
                or >= HttpStatusCode.InternalServerError;

    private static TimeSpan Pause(int retry, TimeSpan? asked)
    {
        if (asked > TimeSpan.Zero && asked <= LongestAskedFor)
        {
            return asked.Value;
        }

        var pause = First * Math.Pow(2, retry);
        return (pause < Longest ? pause : Longest) * (1 - (0.25 * Random.Shared.NextDouble()));
    }
}
