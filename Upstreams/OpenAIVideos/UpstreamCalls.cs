using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using System.Net.Http.Headers;
using Sora.ServiceDefaults;

namespace Sora.Upstreams.OpenAIVideos;

/// <summary>Makes one call in bounded time and reads its answer in bounded space.</summary>
internal sealed class UpstreamCalls(TimeProvider clock)
{
    // Longer than this, an upstream's wish is not a pause but a fault of its own.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    /// <summary>Calls and reads the answer. Faults of the network are in the answer.</summary>
    /// <param name="timeout">Time for the whole call.</param>
    /// <param name="largest">Bytes that the answer may have.</param>
    /// <param name="call">The call, to be made with these options.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <exception cref="OperationCanceledException">
    /// The caller's token was cancelled before the status came.
    /// </exception>
    public async Task<Answer> AskAsync(
        TimeSpan timeout,
        int largest,
        Func<RequestOptions, Task<ClientResult>> call,
        CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var result = await call(Options(either.Token));
            using var response = result.GetRawResponse();
            var (body, fault) = await JsonBody.ReadAsync(response, largest, either.Token);
            return new Answer(response.Status, body, RetryAfterOf(response, clock), fault);
        }
        catch (Exception exception) when (FaultOf(exception, deadline.Token, cancellationToken) is { } fault)
        {
            return Answer.None(fault);
        }
    }

    /// <summary>How every call is made: nothing buffered, nothing thrown for a status.</summary>
    public static RequestOptions Options(CancellationToken cancellationToken) => new()
    {
        BufferResponse = false,
        ErrorOptions = ClientErrorBehaviors.NoThrow,
        CancellationToken = cancellationToken,
    };

    /// <summary>
    /// The fault that an exception of a call stands for, or null when it is no fault of the network.
    /// </summary>
    public static string? FaultOf(Exception exception, CancellationToken deadline, CancellationToken caller) =>
        exception switch
        {
            OperationCanceledException when caller.IsCancellationRequested => null,
            OperationCanceledException when deadline.IsCancellationRequested => UpstreamFaults.TimedOut,
            OperationCanceledException { InnerException: TimeoutException } => UpstreamFaults.ConnectTimeout,
            ClientResultException { InnerException: { } inner } => FaultOf(inner, deadline, caller),
            HttpRequestException http => FaultOf(http.HttpRequestError),
            EgressRefusedException => UpstreamFaults.AddressRefused,
            IOException => UpstreamFaults.ConnectionLost,
            _ => null,
        };

    /// <summary>
    /// How long the upstream asks to wait, from <c>Retry-After</c> in seconds or as a date; null when it does
    /// not.
    /// </summary>
    public static TimeSpan? RetryAfterOf(PipelineResponse response, TimeProvider clock)
    {
        if (!response.Headers.TryGetValue("Retry-After", out var text)
            || !RetryConditionHeaderValue.TryParse(text, out var value))
        {
            return null;
        }

        var wait = value.Delta ?? (value.Date - clock.GetUtcNow()) ?? TimeSpan.Zero;
        return TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, LongestRetryAfter.Ticks));
    }

    /// <summary>The announced length, or null.</summary>
    public static long? LengthOf(PipelineResponse response) =>
        response.Headers.TryGetValue("Content-Length", out var text)
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : null;

    private static string FaultOf(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => UpstreamFaults.NameUnresolved,
        HttpRequestError.ConnectionError => UpstreamFaults.ConnectFailed,
        HttpRequestError.SecureConnectionError => UpstreamFaults.TlsFailed,
        _ => UpstreamFaults.ConnectionLost,
    };
}
