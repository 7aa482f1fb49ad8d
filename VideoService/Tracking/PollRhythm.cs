namespace Sora.VideoService.Tracking;

/// <summary>
/// When to ask the upstream again: soon after the submission, then ten times over the expected render, then with patience.
/// Every interval has jitter, so that jobs that began together do not stay together.
/// </summary>
public static class PollRhythm
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>One to two seconds after the upstream took the job.</summary>
    public static TimeSpan First() => Jittered(Shortest, TimeSpan.FromSeconds(2));

    /// <summary>
    /// A tenth of the expected time, within bounds, until the expected end; 10 to 20 seconds after it.
    /// </summary>
    public static TimeSpan Next(TimeSpan sinceSubmission, TimeSpan expected)
    {
        if (sinceSubmission >= expected + Shortest)
        {
            // The first looks after the expected end are the likeliest to find it, so the patience grows into its bounds.
            var late = (sinceSubmission - expected) / 2;
            return late < TimeSpan.FromSeconds(10)
                ? Jittered(Max(late, Shortest), Max(late, Shortest) * 1.2)
                : Jittered(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20));
        }

        var step = Min(Max(expected / 10, Shortest), Longest);
        return Jittered(step * 0.9, step * 1.1);
    }

    /// <summary>After an upstream that could not be asked; what it asked for itself wins, within a minute.</summary>
    public static TimeSpan AfterFailure(TimeSpan? retryAfter) =>
        retryAfter is { } asked
            ? Min(Max(asked, Shortest), TimeSpan.FromMinutes(1))
            : Jittered(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));

    /// <summary>Looks at a job whose deadline has passed: its result may still come and must be booked.</summary>
    public static TimeSpan Late() => Jittered(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));

    private static TimeSpan Jittered(TimeSpan from, TimeSpan to) => from + ((to - from) * Random.Shared.NextDouble());

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
