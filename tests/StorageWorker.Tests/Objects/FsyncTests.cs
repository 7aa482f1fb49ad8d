using Microsoft.Win32.SafeHandles;
using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Tests.Objects;

public sealed class FsyncTests
{
    // fsync(2) on a device without a disk behind it fails with EINVAL; .NET's own flush returns as if all
    // were well.
    private const string NoDisk = "/dev/full";

    [Fact]
    public void A_failing_fsync_is_an_exception()
    {
        using var handle = OpenNoDisk();

        Assert.Contains("fsync failed", Assert.Throws<IOException>(() => Fsync.Flush(handle)).Message);
    }

    [Fact]
    public void Files_and_folders_on_a_disk_are_flushed()
    {
        var folder = Directory.CreateTempSubdirectory("sora-fsync-");
        try
        {
            using var handle = File.OpenHandle(Path.Combine(folder.FullName, "file"), FileMode.CreateNew, FileAccess.Write);
            RandomAccess.Write(handle, "bytes"u8, 0);

            Fsync.Flush(handle);
            Fsync.FlushFolder(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_exception() =>
        Assert.Contains("open failed", Assert.Throws<IOException>(() => Fsync.FlushFolder("/no/such/folder")).Message);

    [Fact]
    public async Task What_could_not_be_forced_to_the_disk_is_not_kept()
    {
        var root = Directory.CreateTempSubdirectory("sora-store-");
        try
        {
            var store = new DiskStore(root.FullName);
            var path = Path.Combine(root.FullName, ".drafts", "failing.draft");
            await File.WriteAllTextAsync(path, "bytes that never reached the disk");
            using (var draft = new Draft(path, OpenNoDisk()))
            {
                await Assert.ThrowsAsync<IOException>(
                    () => store.KeepAsync(draft, ObjectKey.Of("clips", "video.mp4"), default));
            }

            Assert.Empty(Directory.GetFiles(root.FullName, "*", SearchOption.AllDirectories));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_full_disk_is_an_exception_and_leaves_nothing()
    {
        var path = Path.GetTempFileName();
        using (var draft = new Draft(path, OpenNoDisk()))
        {
            var fault = await Assert.ThrowsAsync<IOException>(
                () => draft.FillAsync(new MemoryStream(new byte[1000]), 1000, default));
            Assert.Contains("No space left", fault.Message);
        }

        Assert.False(File.Exists(path));
    }

    private static SafeFileHandle OpenNoDisk() =>
        File.OpenHandle(NoDisk, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
}
