using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Sora.TestServers.Processes;

/// <summary>Signals to processes, by id: .NET itself can only send SIGKILL.</summary>
public static partial class Signals
{
    private const int NoSuchProcess = 3;

    /// <summary>Sends a signal to one process, or to a process group when the id is negative.</summary>
    /// <returns>False where there is no such process any more.</returns>
    /// <exception cref="Win32Exception">The signal may not be sent.</exception>
    public static bool Send(int processId, Signal signal)
    {
        if (SendNative(processId, (int)signal) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new Win32Exception(error, $"{signal} to {processId}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendNative(int processId, int signal);
}

/// <summary>The signals used here, by their numbers on Linux.</summary>
public enum Signal
{
    /// <summary>Ask to stop now; a fast shutdown for PostgreSQL.</summary>
    Interrupt = 2,

    /// <summary>Stop without cleaning up; an immediate shutdown for PostgreSQL.</summary>
    Quit = 3,

    /// <summary>End at once, as a power cut does.</summary>
    Kill = 9,

    /// <summary>Ask to stop.</summary>
    Terminate = 15,

    /// <summary>Go on after <see cref="Pause"/>.</summary>
    Resume = 18,

    /// <summary>Stand still: connections stay open, nothing answers.</summary>
    Pause = 19,
}
