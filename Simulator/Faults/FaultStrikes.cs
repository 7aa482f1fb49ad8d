using System.Collections.Concurrent;

namespace Sora.Simulator.Faults;

/// <summary>Counts how often a fault has struck, so that <c>*N</c> ends after N calls.</summary>
internal sealed class FaultStrikes
{
    private readonly ConcurrentDictionary<(string Subject, FaultKind Kind), int> _strikes = new();

    /// <summary>The fault of this kind if it strikes now; each asking counts.</summary>
    /// <param name="faults">The faults of a prompt or a video.</param>
    /// <param name="kind">The kind asked for.</param>
    /// <param name="subject">What is counted for: a prompt, or the id of a video.</param>
    public Fault? Strike(IEnumerable<Fault> faults, FaultKind kind, string subject)
    {
        if (faults.Find(kind) is not { } fault)
        {
            return null;
        }

        var strike = _strikes.AddOrUpdate((subject, kind), 1, (_, strikes) => strikes + 1);
        return fault.Times is { } times && strike > times ? null : fault;
    }
}
