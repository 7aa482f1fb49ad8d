namespace Sora.WebhookService.Deliveries;

/// <summary>
/// When to try again, and how long to leave an endpoint alone: arithmetic, without a clock or dice of its own.
/// </summary>
internal static class RetrySchedule
{
    private const double MostJitter = 0.2;

    // So many failures in a row are not one bad request any more.
    private const int ToleratedFailures = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>The pause before a delivery's next attempt, or null when it has had all of them.</summary>
    /// <param name="pauses">The pause before each attempt.</param>
    /// <param name="failures">How many attempts have failed; at least one.</param>
    /// <param name="retryAfter">
    /// What the endpoint asked for. It is heard between the schedule's pause and twice that: nobody can hurry or stop us.
    /// </param>
    /// <param name="chance">0 to 1: how much of the jitter to add, so that what failed together comes back apart.</param>
    public static TimeSpan? Next(IReadOnlyList<TimeSpan> pauses, int failures, TimeSpan? retryAfter, double chance)
    {
        if (failures >= pauses.Count)
        {
            return null;
        }

        var pause = pauses[failures];
        var asked = retryAfter ?? TimeSpan.Zero;
        return Clamp(asked, pause * (1 + (MostJitter * chance)), 2 * pause);
    }

    /// <summary>
    /// How long an endpoint is left alone after a failure, so that its whole backlog does not find out the same. A few
    /// failures are borne; then the pause doubles with each. An endpoint that says that it is overloaded is believed at
    /// once.
    /// </summary>
    /// <param name="failures">How many attempts in a row have failed, over all its deliveries.</param>
    /// <param name="status">What it answered, or null.</param>
    /// <param name="retryAfter">What it asked for.</param>
    /// <param name="longest">No pause is longer.</param>
    public static TimeSpan PauseOf(int failures, int? status, TimeSpan? retryAfter, TimeSpan longest)
    {
        var isOverloaded = status is StatusCodes.Status429TooManyRequests
            or StatusCodes.Status502BadGateway or StatusCodes.Status504GatewayTimeout;
        var doublings = Math.Min(failures - ToleratedFailures, 16);
        var pause = doublings >= 0 ? FirstPause * Math.Pow(2, doublings) : isOverloaded ? FirstPause : TimeSpan.Zero;
        return Clamp(retryAfter ?? TimeSpan.Zero, pause < longest ? pause : longest, longest);
    }

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) =>
        value < least ? least : value > most ? most : value;
}
