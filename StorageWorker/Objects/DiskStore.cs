using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Sora.StorageWorker.Objects;

/// <summary>
/// Objects as files below one folder. The order makes a kept object survive a power cut: the file is forced
/// to the disk, then renamed, then the folder that holds its name is forced to the disk.
/// </summary>
internal sealed class DiskStore : IObjectStore
{
    private readonly string _root;
    private readonly DraftFolder _drafts;

    /// <summary>A store below <paramref name="root"/>, which is made when it is not there.</summary>
    public DiskStore(string root)
    {
        _root = Directory.CreateDirectory(root).FullName;
        // In the root, so that a rename stays within one file system; no key begins with a dot.
        _drafts = new DraftFolder(Path.Combine(_root, ".drafts"));
    }

    /// <inheritdoc/>
    public Draft CreateDraft(long? expectedLength = null) => _drafts.Create(expectedLength);

    /// <inheritdoc/>
    public Task KeepAsync(Draft draft, ObjectKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Fsync.Flush(draft.Handle);
        var path = PathOf(key);
        var folder = Path.GetDirectoryName(path)!;
        CreateFolder(folder);
        draft.MoveTo(path);
        try
        {
            Fsync.FlushFolder(folder);
        }
        catch (IOException)
        {
            File.Delete(path);
            throw;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ObjectContent?> OpenAsync(
        ObjectKey key, long offset, long length, CancellationToken cancellationToken)
    {
        try
        {
            var handle = File.OpenHandle(
                PathOf(key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
                FileOptions.Asynchronous);
            return Task.FromResult<ObjectContent?>(new Content(handle, offset, length));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<ObjectContent?>(null);
        }
    }

    /// <inheritdoc/>
    public Task DeleteAllAsync(ObjectKey folder, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(folder);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        DeleteEmptyParents(Path.GetDirectoryName(path)!);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(key);
        if (File.Exists(path))
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A folder may be deleted under the walk: what was in it is gone, and no stray.
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = true };
        foreach (var file in new DirectoryInfo(_root).EnumerateFiles("*", all))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = Path.GetRelativePath(_root, file.FullName);
            if (!key.StartsWith('.') && file.Exists)
            {
                yield return new StoredObject(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));
            }
        }

        await Task.CompletedTask;
    }

    // The second wall behind the key's own form: neither dots nor a planted link lead out of the root.
    private string PathOf(ObjectKey key)
    {
        var path = Path.GetFullPath(Path.Combine(_root, key.Value));
        for (var part = path; part != _root; part = Path.GetDirectoryName(part))
        {
            if (part is null || new FileInfo(part).LinkTarget is not null)
            {
                throw new IOException("The object's key leads out of the store.");
            }
        }

        return path;
    }

    // A new folder's own name lies in its parent: that has to be on the disk as well.
    private static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder)!;
        CreateFolder(parent);
        Directory.CreateDirectory(folder);
        Fsync.FlushFolder(parent);
    }

    private void DeleteEmptyParents(string folder)
    {
        try
        {
            for (; folder != _root; folder = Path.GetDirectoryName(folder)!)
            {
                Directory.Delete(folder);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else deleted it, and goes on upwards.
        }
        catch (IOException)
        {
            // Others live in it.
        }
    }

    private sealed class Content(SafeFileHandle handle, long offset, long length) : ObjectContent
    {
        public override Task CopyToAsync(PipeWriter destination, CancellationToken cancellationToken) => CopyAsync(
            (memory, copied, token) => RandomAccess.ReadAsync(handle, memory, offset + copied, token),
            length,
            destination,
            cancellationToken);

        public override ValueTask DisposeAsync()
        {
            handle.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
