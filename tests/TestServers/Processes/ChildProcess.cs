using System.Diagnostics;

namespace Sora.TestServers.Processes;

/// <summary>
/// A program that runs as a child process in a folder and on a port of its own, that can be stopped, killed,
/// frozen and brought back where it was.
/// </summary>
public abstract class ChildProcess(ProcessFolder folder, string name, int port) : IAsyncDisposable
{
    private Process? _process;

    /// <summary>What it is called in messages and file names.</summary>
    public string Name => name;

    /// <summary>The TCP port on 127.0.0.1 it listens on; the same after a restart.</summary>
    public int Port => port;

    /// <summary>Everything it wrote to stdout and stderr, over all its starts.</summary>
    public string LogFile => Path.Combine(folder.Path, $"{name}.log");

    /// <summary>Its process id while it runs.</summary>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public int ProcessId => Running.Id;

    /// <summary>Whether the process is alive; that it answers is another matter.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The folder of its files; goes away with its guard.</summary>
    protected ProcessFolder Folder => folder;

    /// <summary>What asks it to stop in an orderly way.</summary>
    protected virtual Signal StopSignal => Signal.Terminate;

    /// <summary>What ends it when its data is not needed any more.</summary>
    protected virtual Signal LastSignal => Signal.Kill;

    /// <summary>How long it may take from start to ready.</summary>
    protected virtual TimeSpan StartTimeout => TimeSpan.FromSeconds(60);

    private Process Running => _process ?? throw new InvalidOperationException($"{name} is not running.");

    /// <summary>Starts it and returns once it answers.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message holds the end of its log.</exception>
    /// <exception cref="TimeoutException">It runs but does not answer in time.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        _process = Launch(await PrepareAsync(cancellationToken));
        folder.Register(name, _process.Id, LastSignal);
        await Wait.UntilAsync($"{name} is ready (log: {LogFile})", IsReadyOrDeadAsync, StartTimeout, cancellationToken);
    }

    /// <summary>Asks it to stop and returns once it has; kills it after 20 s.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        Signals.Send(Running.Id, StopSignal);
        try
        {
            await Running.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(20), cancellationToken);
            Forget();
        }
        catch (TimeoutException)
        {
            await KillAsync(cancellationToken);
        }
    }

    /// <summary>kill -9 to the process and all its descendants; returns once they are gone.</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        Running.Kill(entireProcessTree: true);
        await Running.WaitForExitAsync(cancellationToken);
        Forget();
    }

    /// <summary>Freezes it: its connections stay open and nothing answers.</summary>
    public void Pause() => Signals.Send(-Running.Id, Signal.Pause);

    /// <summary>Lets it go on after <see cref="Pause"/>.</summary>
    public void Resume() => Signals.Send(-Running.Id, Signal.Resume);

    /// <summary>Brings it back on the same port and the same data, stopping it first where it runs.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        if (IsRunning)
        {
            await StopAsync(cancellationToken);
        }

        await StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_process is null)
        {
            return;
        }

        if (Signals.Send(-_process.Id, LastSignal))
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        }

        Forget();
    }

    /// <summary>Makes its folder ready and says how to start it.</summary>
    protected abstract Task<Command> PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Whether it answers; called until it does, may throw nothing but cancellation.</summary>
    protected abstract Task<bool> IsReadyAsync(CancellationToken cancellationToken);

    private async Task<bool> IsReadyOrDeadAsync(CancellationToken cancellationToken)
    {
        if (Running.HasExited)
        {
            var lines = File.Exists(LogFile) ? File.ReadLines(LogFile).TakeLast(20) : [];
            throw new InvalidOperationException(
                $"{name} ended with {Running.ExitCode} at its start:\n{string.Join('\n', lines)}");
        }

        return await IsReadyAsync(cancellationToken);
    }

    // A session of its own keeps Ctrl-C in the terminal from reaching it; its output goes straight to the file, so
    // that it never waits for a reader. In bash, as other shells drop variables with a dash in their names.
    private Process Launch(Command command)
    {
        const string Detached = "exec \"$@\" < /dev/null >> \"$0\" 2>&1";
        var detached = new Command("setsid", ["bash", "-c", Detached, LogFile, command.Program, .. command.Arguments])
        {
            Environment = command.Environment,
            WorkingDirectory = command.WorkingDirectory ?? folder.Path,
        };
        return Process.Start(detached.ToStartInfo())!;
    }

    private void Forget()
    {
        folder.Forget(name);
        _process?.Dispose();
        _process = null;
    }
}
