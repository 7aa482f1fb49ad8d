using Sora.Simulator.Tests;

[assembly: AssemblyFixture(typeof(SharedSimulator))]

namespace Sora.Simulator.Tests;

/// <summary>One simulator for all tests that need no settings of their own; it goes last and takes the clips with it.</summary>
public sealed class SharedSimulator : IAsyncDisposable
{
    internal SimulatorHost Host { get; } = SimulatorHost.Start();

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Directory.Delete(SimulatorHost.ClipFolder, recursive: true);
    }
}
