using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace Sora.Simulator.Rendering;

/// <summary>Runs ffmpeg and ffprobe: a bounded number at once, each with a time limit.</summary>
internal sealed class Ffmpeg(IOptions<SimulatorOptions> options, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(options.Value.MaxRenders);

    /// <summary>Runs a program to its end and returns its output.</summary>
    /// <param name="program"><c>ffmpeg</c> or <c>ffprobe</c>.</param>
    /// <param name="folder">The working directory, where relative paths of the arguments lie.</param>
    /// <param name="arguments">The arguments, unescaped.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <exception cref="RenderingFailedException">It failed or took too long.</exception>
    public async Task<string> RunAsync(
        string program,
        string folder,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            return await RunInSlotAsync(program, folder, arguments, cancellationToken);
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task<string> RunInSlotAsync(
        string program,
        string folder,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.RenderLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var process = Start(program, folder, arguments);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException exception)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            throw new RenderingFailedException($"{program} took longer than {options.Value.RenderLimit}.", exception);
        }

        return process.ExitCode == 0
            ? await output
            : throw new RenderingFailedException($"{program} ended with {process.ExitCode}: {await errors}");
    }

    private static Process Start(string program, string folder, IEnumerable<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception exception)
        {
            throw new RenderingFailedException($"{program} cannot be started: is it installed?", exception);
        }
    }
}
