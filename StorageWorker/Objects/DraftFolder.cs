namespace Sora.StorageWorker.Objects;

/// <summary>
/// The folder that drafts are made in. Every draft is locked for as long as its process lives.
/// </summary>
internal sealed class DraftFolder
{
    private readonly string _path;

    /// <summary>Makes the folder, and deletes what killed processes left in it.</summary>
    public DraftFolder(string path)
    {
        _path = Directory.CreateDirectory(path).FullName;
        foreach (var draft in Directory.EnumerateFiles(_path, "*.draft"))
        {
            DeleteAbandoned(draft);
        }
    }

    /// <inheritdoc cref="IObjectStore.CreateDraft"/>
    public Draft Create(long? expectedLength)
    {
        var path = Path.Combine(_path, $"{Guid.NewGuid():n}.draft");
        // Shared, hence a shared lock (flock): others may read it, and nobody gets it for himself.
        var handle = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite, FileOptions.Asynchronous,
            expectedLength ?? 0);
        return new Draft(path, handle);
    }

    private static void DeleteAbandoned(string draft)
    {
        try
        {
            using var handle = File.OpenHandle(draft, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            File.Delete(draft);
        }
        catch (IOException)
        {
            // Its process lives, or another one has just deleted it.
        }
    }
}
