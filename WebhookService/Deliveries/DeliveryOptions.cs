using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.WebhookService.Deliveries;

/// <summary>Section <c>Deliveries</c>: how events are sent to the customers' endpoints.</summary>
public sealed class DeliveryOptions
{
    // Standard Webhooks' example: ten attempts over 75.6 hours.
    private static readonly TimeSpan[] StandardSchedule =
    [
        TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>
    /// The pause before each attempt, the first included; each is stretched by up to a fifth, at random. 1 to 20
    /// entries of 0 to 7 d, ten over 75.6 h unless set. After the last attempt a delivery has failed.
    /// </summary>
    public TimeSpan[] Schedule { get; set; } = [];

    /// <summary>The longest that an endpoint may take for its answer. 100 ms to 1 min, 15 s unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a delivery belongs to the sender that claimed it: the time until a dead sender's deliveries are sent by
    /// another. Longer than <see cref="Timeout"/>, at most 10 min; 30 s unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the senders wait for a wake-up before they look by themselves. 10 ms to 1 min, one second unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Requests that this process has on the way to endpoints that answer well. 1 to 1024, 64 unless set.</summary>
    [Range(1, 1024)]
    public int Senders { get; set; } = 64;

    /// <summary>
    /// Requests beside those, to endpoints that fail or are slow: they wait for each other only. 1 to 1024, 16 unless
    /// set.
    /// </summary>
    [Range(1, 1024)]
    public int SlowSenders { get; set; } = 16;

    /// <summary>
    /// Requests on the way to one endpoint, over all processes; one only while it fails. 1 to 64, 4 unless set.
    /// </summary>
    [Range(1, 64)]
    public int PerEndpoint { get; set; } = 4;

    /// <summary>An endpoint that took longer than this counts as slow. 10 ms to 1 min, 3 s unless set.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan SlowAfter { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The longest that an endpoint is left alone because it fails or asks for it. 0 to 1 h, one minute unless set.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MaxPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// An endpoint that has answered nothing but failures, at least ten, for this long is disabled. 1 s to 30 d, five
    /// days unless set: longer than a whole schedule.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan DisableAfter { get; set; } = TimeSpan.FromDays(5);

    internal IReadOnlyList<TimeSpan> Pauses => Schedule.Length == 0 ? StandardSchedule : Schedule;
}

/// <summary>The ranges that the attributes say.</summary>
[OptionsValidator]
internal sealed partial class DeliveryOptionsValidator : IValidateOptions<DeliveryOptions>;

/// <summary>The rules that no attribute can say.</summary>
internal sealed class DeliveryTimesValidator : IValidateOptions<DeliveryOptions>
{
    private const int MaxAttempts = 20;
    private static readonly TimeSpan MaxPause = TimeSpan.FromDays(7);

    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        if (options.Pauses.Count > MaxAttempts || options.Pauses.Any(pause => pause < TimeSpan.Zero || pause > MaxPause))
        {
            return ValidateOptionsResult.Fail(
                $"Deliveries:Schedule must have 1 to {MaxAttempts} pauses of 0 to {MaxPause.Days} days.");
        }

        return options.Lease > options.Timeout
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Deliveries:Lease ({options.Lease}) must be longer than Deliveries:Timeout ({options.Timeout}).");
    }
}
