namespace Sora.ServiceDefaults.Tests.Drivers;

/// <summary>A clock that stands still until it is told to move; timers run as ever.</summary>
internal sealed class FakeClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
