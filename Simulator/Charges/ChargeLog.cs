using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace Sora.Simulator.Charges;

/// <summary>
/// The witness of "charged at most once": an append-only file of JSON lines. A charge is on the disk before the create
/// that caused it is answered.
/// </summary>
internal sealed class ChargeLog : IDisposable
{
    private readonly OrderedDictionary<string, Charge> _charges = [];
    private readonly Lock _charging = new();
    private readonly SemaphoreSlim _oneWriter = new(1);
    private readonly SafeFileHandle _file;
    private long _length;

    public ChargeLog(IOptions<SimulatorOptions> options)
    {
        Directory.CreateDirectory(options.Value.DataFolder);
        // WriteThrough opens with O_SYNC: a write returns after the disk has it, and fails when the disk does.
        _file = File.OpenHandle(
            Path.Combine(options.Value.DataFolder, "charges.jsonl"),
            FileMode.OpenOrCreate,
            FileAccess.ReadWrite,
            FileShare.Read,
            FileOptions.WriteThrough);
        Load();
    }

    /// <summary>All charges, oldest first.</summary>
    public IReadOnlyList<Charge> All
    {
        get
        {
            lock (_charging)
            {
                return [.. _charges.Values];
            }
        }
    }

    public bool Contains(string videoId)
    {
        lock (_charging)
        {
            return _charges.ContainsKey(videoId);
        }
    }

    /// <summary>Returns when the charge is durable; on an <see cref="IOException"/> nothing was charged.</summary>
    public async Task AppendAsync(Charge charge, CancellationToken cancellationToken)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(charge, SimulatorJson.Options), (byte)'\n'];
        await _oneWriter.WaitAsync(cancellationToken);
        try
        {
            RandomAccess.Write(_file, line, _length);
            _length += line.Length;
            Remember(charge);
        }
        finally
        {
            _oneWriter.Release();
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _oneWriter.Dispose();
    }

    private void Load()
    {
        var bytes = new byte[RandomAccess.GetLength(_file)];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(_file, bytes.AsSpan(read), read) is > 0 and var count)
        {
            read += count;
        }

        // A process that died in mid-write leaves half a line: its create was never answered.
        _length = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        RandomAccess.SetLength(_file, _length);
        foreach (var range in bytes.AsSpan(0, (int)_length).Split((byte)'\n'))
        {
            if (bytes.AsSpan()[range] is { Length: > 0 } line
                && JsonSerializer.Deserialize<Charge>(line, SimulatorJson.Options) is { } charge)
            {
                Remember(charge);
            }
        }
    }

    private void Remember(Charge charge)
    {
        lock (_charging)
        {
            _charges[charge.Id] = charge;
        }
    }
}
