using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sora.StorageWorker.Objects;

/// <summary>
/// Forces files and folders to the disk. .NET's own flushes return as if all were well when fsync(2) fails,
/// so a clip would be announced that a power cut takes away; here a failure is an <see cref="IOException"/>.
/// </summary>
internal static partial class Fsync
{
    private const int Interrupted = 4; // EINTR
    private const int ReadOnly = 0; // O_RDONLY
    private const int CloseOnExec = 0x80000; // O_CLOEXEC on Linux

    /// <summary>Returns when the file's bytes and length are on the disk.</summary>
    /// <exception cref="IOException">They may not be.</exception>
    public static void Flush(SafeFileHandle handle)
    {
        while (FsyncNative(handle) != 0)
        {
            ThrowUnlessInterrupted("fsync");
        }
    }

    /// <summary>Returns when the names in the folder are on the disk.</summary>
    /// <exception cref="IOException">They may not be.</exception>
    public static void FlushFolder(string path)
    {
        SafeFileHandle folder;
        while ((folder = OpenNative(path, ReadOnly | CloseOnExec)).IsInvalid)
        {
            folder.Dispose();
            ThrowUnlessInterrupted("open");
        }

        using (folder)
        {
            Flush(folder);
        }
    }

    private static void ThrowUnlessInterrupted(string call)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != Interrupted)
        {
            throw new IOException($"{call} failed: {Marshal.GetPInvokeErrorMessage(error)}.", error);
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FsyncNative(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenNative(string path, int flags);
}
