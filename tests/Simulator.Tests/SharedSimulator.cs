using Sora.Simulator.Tests;

[assembly: AssemblyFixture(typeof(SharedSimulator))]

namespace Sora.Simulator.Tests;

/// <summary>A simulator for all tests without settings of their own; it goes last, with the clips.</summary>
public sealed class SharedSimulator : IAsyncDisposable
{
    internal SimulatorHost Host { get; } = SimulatorHost.Start();

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Directory.Delete(SimulatorHost.ClipFolder, recursive: true);
    }
}
