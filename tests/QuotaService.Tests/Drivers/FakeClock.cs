namespace Sora.QuotaService.Tests.Drivers;

/// <summary>The system's clock, moved.</summary>
internal sealed class FakeClock : TimeProvider
{
    private static readonly AsyncLocal<TimeSpan> Offset = new();

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset.Value;

    /// <summary>Moves the time of the current test only.</summary>
    public static void Advance(TimeSpan time) => Offset.Value += time;
}
