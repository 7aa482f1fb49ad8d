using System.Diagnostics;

namespace Sora.TestServers.Processes;

/// <summary>A program to run, with what it gets.</summary>
/// <param name="Program">Its path, or its name on the PATH.</param>
/// <param name="Arguments">Its arguments, each as it is.</param>
public sealed record Command(string Program, params string[] Arguments)
{
    /// <summary>Environment variables beside the inherited ones; null takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Where it starts; the caller's own folder when null.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Runs it to its end.</summary>
    /// <returns>What it wrote to stdout.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it wrote.</exception>
    internal async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var start = ToStartInfo();
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException(
                $"{Program} ended with {process.ExitCode}:\n{await output}{await errors}");
    }

    /// <summary>The same for <see cref="Process.Start(ProcessStartInfo)"/>.</summary>
    internal ProcessStartInfo ToStartInfo()
    {
        var start = new ProcessStartInfo(Program, Arguments) { WorkingDirectory = WorkingDirectory ?? "" };
        foreach (var (key, value) in Environment)
        {
            start.Environment[key] = value;
        }

        return start;
    }
}
