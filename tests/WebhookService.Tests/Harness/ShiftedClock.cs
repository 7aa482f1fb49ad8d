namespace Sora.WebhookService.Tests.Harness;

/// <summary>The system's clock, so much later.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
}
