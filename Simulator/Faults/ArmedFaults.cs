namespace Sora.Simulator.Faults;

/// <summary>Faults that the control route gave to the next creates, whatever their prompts say.</summary>
internal sealed class ArmedFaults
{
    private readonly Lock _changing = new();
    private readonly List<(Fault Fault, int Creates)> _armed = [];

    public IReadOnlyList<(Fault Fault, int Creates)> All
    {
        get
        {
            lock (_changing)
            {
                return [.. _armed];
            }
        }
    }

    public void Arm(Fault fault, int creates)
    {
        lock (_changing)
        {
            _armed.Add((fault, creates));
        }
    }

    public void Clear()
    {
        lock (_changing)
        {
            _armed.Clear();
        }
    }

    /// <summary>The faults of this create; each has one create less to strike afterwards.</summary>
    public IReadOnlyList<Fault> Take()
    {
        lock (_changing)
        {
            Fault[] taken = [.. _armed.Select(armed => armed.Fault)];
            for (var i = _armed.Count - 1; i >= 0; i--)
            {
                _armed[i] = (_armed[i].Fault, _armed[i].Creates - 1);
                if (_armed[i].Creates == 0)
                {
                    _armed.RemoveAt(i);
                }
            }

            return taken;
        }
    }
}
