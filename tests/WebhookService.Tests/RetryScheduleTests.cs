using FsCheck;
using FsCheck.Fluent;
using Sora.WebhookService.Deliveries;
using Xunit;

namespace Sora.WebhookService.Tests;

/// <summary>When an attempt comes, whatever an endpoint asks for.</summary>
public sealed class RetryScheduleTests
{
    private static readonly IReadOnlyList<TimeSpan> Standard = new DeliveryOptions().Pauses;

    [Theory]
    [InlineData(0.0), InlineData(0.5), InlineData(1.0)]
    public void Ten_attempts_take_at_least_75_hours(double chance)
    {
        var pauses = Enumerable.Range(1, 9).Select(failures => RetrySchedule.Next(Standard, failures, null, chance)!.Value);
        var total = pauses.Aggregate(Standard[0], (sum, pause) => sum + pause);

        Assert.Equal(10, Standard.Count);
        Assert.InRange(total, TimeSpan.FromHours(75), TimeSpan.FromHours(75.7 * 1.2));
        Assert.Null(RetrySchedule.Next(Standard, 10, null, chance));
    }

    [Fact]
    public void A_pause_is_never_shorter_than_its_schedule_nor_longer_than_twice_that() => Prop.ForAll(
        Gen.Choose(1, 9).SelectMany(failures => Gen.Choose(-10, 1_000_000).SelectMany(asked =>
            Gen.Choose(0, 1000).Select(chance => (failures, asked, chance / 1000.0)))).ToArbitrary(),
        input =>
        {
            var (failures, asked, chance) = input;
            var pause = RetrySchedule.Next(Standard, failures, TimeSpan.FromSeconds(asked), chance);
            return pause >= Standard[failures] && pause <= 2 * Standard[failures];
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(2 * 3600, 3 * 3600, 3 * 3600)]
    [InlineData(2 * 3600, 60, 2 * 3600)]
    [InlineData(2 * 3600, 100 * 3600, 4 * 3600)]
    public void Retry_After_is_heard_within_bounds(int scheduled, int asked, int expected) => Assert.Equal(
        TimeSpan.FromSeconds(expected),
        RetrySchedule.Next(
            [TimeSpan.Zero, TimeSpan.FromSeconds(scheduled)], 1, TimeSpan.FromSeconds(asked), chance: 0));

    [Theory]
    [InlineData(1, 500, null, 0.0), InlineData(2, null, null, 0.0)]
    [InlineData(3, 500, null, 1.0), InlineData(4, null, null, 2.0)]
    [InlineData(8, 500, null, 32.0), InlineData(9, 500, null, 60.0)]
    [InlineData(1_000_000, 500, null, 60.0)]
    [InlineData(1, 429, null, 1.0), InlineData(1, 502, null, 1.0), InlineData(1, 504, null, 1.0), InlineData(1, 503, null, 0.0)]
    [InlineData(1, 429, 20, 20.0), InlineData(1, 503, 20, 20.0), InlineData(1, 429, 86_400, 60.0), InlineData(5, 429, 1, 4.0)]
    public void An_endpoint_is_left_alone_the_longer_the_more_it_fails(
        int failures, int? status, int? retryAfter, double seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds),
        RetrySchedule.PauseOf(
            failures,
            status,
            retryAfter is { } asked ? TimeSpan.FromSeconds(asked) : null,
            longest: TimeSpan.FromMinutes(1)));

    [Fact]
    public void A_schedule_has_bounds()
    {
        Assert.True(Validate(new DeliveryOptions()));
        Assert.False(Validate(new DeliveryOptions { Schedule = [TimeSpan.FromSeconds(-1)] }));
        Assert.False(Validate(new DeliveryOptions { Schedule = [TimeSpan.FromDays(8)] }));
        Assert.False(Validate(new DeliveryOptions { Schedule = new TimeSpan[21] }));
        Assert.True(Validate(new DeliveryOptions { Schedule = new TimeSpan[20] }));
        Assert.False(Validate(new DeliveryOptions { Lease = TimeSpan.FromSeconds(15) }));
    }

    private static bool Validate(DeliveryOptions options) => new DeliveryTimesValidator().Validate(null, options).Succeeded;
}
