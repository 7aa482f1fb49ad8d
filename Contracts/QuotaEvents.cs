namespace Sora.Contracts;

/// <summary>
/// The price of a video is held, and somebody has to approve before it is made. When nobody does in time, the video expires
/// and the hold is released.
/// </summary>
/// <param name="VideoId">Our id, <c>video_…</c>.</param>
/// <param name="Organization">The organisation whose rule asks for it.</param>
/// <param name="Project">The project that owns the video.</param>
/// <param name="User">Who wants the video; nobody approves their own.</param>
/// <param name="Kind">What makes it: <c>create</c>, <c>remix</c>, <c>edit</c> or <c>extension</c>.</param>
/// <param name="Model">The public model id.</param>
/// <param name="Size"><c>WIDTHxHEIGHT</c> in pixels.</param>
/// <param name="Seconds">Length in seconds.</param>
/// <param name="AmountMicroUsd">Its price in micro-dollars.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="ExpiresAt">Until when it can be approved.</param>
public sealed record ApprovalRequested(
    string VideoId,
    string Organization,
    string Project,
    string User,
    string Kind,
    string Model,
    string Size,
    int Seconds,
    long AmountMicroUsd,
    string Reason,
    DateTimeOffset RequestedAt,
    DateTimeOffset ExpiresAt);

/// <summary>
/// Money has been held for long and nobody said what became of these videos. VideoService says it again for each that has
/// ended (<see cref="VideoCompleted"/>, <see cref="VideoFailed"/>) or that it does not have (<see cref="VideoUnknown"/>).
/// </summary>
/// <param name="VideoIds">At most a hundred of our ids.</param>
public sealed record OutcomesAsked(IReadOnlyList<string> VideoIds);
