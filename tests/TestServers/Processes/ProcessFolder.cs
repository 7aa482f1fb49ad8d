using System.Diagnostics;

namespace Sora.TestServers.Processes;

/// <summary>
/// A temporary folder for processes and their files. A guard process stands beside it: when this object is
/// disposed or its owner dies, by kill -9 too, the guard ends every process registered here and deletes the folder.
/// </summary>
public sealed class ProcessFolder : IDisposable
{
    // Reads until the owner's end of the pipe is closed. Each *.pid holds "SIGNAL PROCESS_GROUP".
    private const string GuardScript = """
        trap '' INT TERM HUP QUIT
        exec > /dev/null 2>&1
        cat
        for file in "$0"/*.pid; do
          read -r signal group < "$file" && kill -s "$signal" -- "-$group"
        done
        for file in "$0"/*.pid; do
          read -r signal group < "$file" || continue
          for attempt in $(seq 100); do kill -0 -- "-$group" || break; sleep 0.05; done
          kill -s KILL -- "-$group"
        done
        for attempt in 1 2 3 4 5; do rm -rf "$0" && break; sleep 0.1; done
        """;

    private readonly Process _guard;

    /// <summary>Makes the folder under the temporary path and starts its guard.</summary>
    /// <param name="name">Part of the folder's name, for people who look.</param>
    public ProcessFolder(string name)
    {
        Path = Directory.CreateTempSubdirectory($"sora-{name}-").FullName;
        // Servers that run under an account of their own have to pass through.
        File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        _guard = Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", GuardScript, Path])
        {
            RedirectStandardInput = true,
        })!;
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>Puts a process group under the guard.</summary>
    /// <param name="name">The name it is forgotten by.</param>
    /// <param name="processGroup">The id of the group's leader.</param>
    /// <param name="lastSignal">What ends it for good.</param>
    internal void Register(string name, int processGroup, Signal lastSignal) =>
        File.WriteAllText(PidFile(name), $"{(lastSignal == Signal.Quit ? "QUIT" : "KILL")} {processGroup}\n");

    /// <summary>Takes a process group that has ended from under the guard: its id may come to mean another.</summary>
    internal void Forget(string name) => File.Delete(PidFile(name));

    /// <summary>Ends what still runs here, deletes the folder and waits until both are done.</summary>
    public void Dispose()
    {
        _guard.StandardInput.Close();
        _guard.WaitForExit();
        _guard.Dispose();
    }

    private string PidFile(string name) => System.IO.Path.Combine(Path, $"{name}.pid");
}
