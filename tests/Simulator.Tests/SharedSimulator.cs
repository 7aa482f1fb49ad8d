using Sora.Simulator.Tests;

[assembly: AssemblyFixture(typeof(SharedSimulator))]

namespace Sora.Simulator.Tests;

/// <summary>One simulator for all tests that need no settings of their own, so that its cheap clip is rendered once.</summary>
public sealed class SharedSimulator : IAsyncDisposable
{
    internal SimulatorHost Host { get; } = SimulatorHost.Start();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
