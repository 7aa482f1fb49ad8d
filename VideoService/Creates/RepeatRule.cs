namespace Sora.VideoService.Creates;

/// <summary>
/// When a request counts as the repetition of an earlier one. The official SDKs repeat a create by themselves, without a
/// key; people ask for five takes of one prompt. What tells the two apart differs by SDK (measured: node and python count
/// their repetitions, .NET does not and repeats within 100 ms).
/// </summary>
/// <param name="Window">
/// How long ago the earlier request may have come or, where its delivery is watched, been answered; null: none counts.
/// </param>
/// <param name="OnlyUndelivered">
/// Whether the earlier request must have ended without a delivered answer, or not have ended yet.
/// </param>
public sealed record RepeatRule(TimeSpan? Window, bool OnlyUndelivered)
{
    /// <summary>The key decides; kept for a week.</summary>
    public static readonly RepeatRule ByKey = new(TimeSpan.FromDays(7), false);

    /// <summary>The client says that it repeats: <c>x-stainless-retry-count</c> of 1 or more.</summary>
    public static readonly RepeatRule Announced = new(TimeSpan.FromSeconds(120), false);

    /// <summary>
    /// The .NET client, which repeats without saying so: a repetition only where the answer before was lost. The gateway
    /// reports what it has handed to its client; an answer that is lost behind the gateway's socket cannot be told from
    /// one that has arrived, and its repetition is a new video. Equal requests that overlap in time count as one:
    /// who wants several takes at once gives each a key.
    /// </summary>
    public static readonly RepeatRule Suspected = new(TimeSpan.FromSeconds(10), true);

    /// <summary>Everything else is something new.</summary>
    public static readonly RepeatRule Never = new(null, false);

    /// <summary>The rule for a request without a key.</summary>
    public static RepeatRule Of(IHeaderDictionary headers)
    {
        var count = headers["x-stainless-retry-count"];
        if (count.Count > 0)
        {
            return int.TryParse(count, out var repetitions) && repetitions > 0 ? Announced : Never;
        }

        return headers["x-stainless-lang"] == "csharp" ? Suspected : Never;
    }
}
