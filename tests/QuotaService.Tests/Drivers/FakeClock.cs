namespace Sora.QuotaService.Tests.Drivers;

/// <summary>The system's clock, shifted for each test by itself.</summary>
internal sealed class FakeClock : TimeProvider
{
    private static readonly AsyncLocal<TimeSpan> Offset = new();

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset.Value;

    /// <summary>Lets the current test, and only that, live so much later than the system.</summary>
    public static void Shift(TimeSpan time) => Offset.Value = time;
}
