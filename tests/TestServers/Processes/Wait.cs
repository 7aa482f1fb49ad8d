namespace Sora.TestServers.Processes;

/// <summary>Waiting for conditions instead of for time.</summary>
public static class Wait
{
    /// <summary>Returns as soon as the condition holds; asks every 50 ms.</summary>
    /// <param name="what">What is waited for, for the message: "the gateway is healthy".</param>
    /// <param name="condition">Must not throw for "not yet".</param>
    /// <param name="timeout">How long it may take; 60 s when not given.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <exception cref="TimeoutException">It did not come to hold in time.</exception>
    public static Task UntilAsync(
        string what,
        Func<CancellationToken, Task<bool>> condition,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        ForAsync(what, async token => await condition(token) ? "" : null, timeout, cancellationToken);

    /// <summary>Returns the first value that is not null; asks every 50 ms.</summary>
    /// <inheritdoc cref="UntilAsync"/>
    public static async Task<T> ForAsync<T>(
        string what,
        Func<CancellationToken, Task<T?>> value,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
        where T : class
    {
        var limit = timeout ?? TimeSpan.FromSeconds(60);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            while (true)
            {
                if (await value(deadline.Token) is { } found)
                {
                    return found;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Waited {limit.TotalSeconds:0.#} s in vain: {what}.");
        }
    }
}
