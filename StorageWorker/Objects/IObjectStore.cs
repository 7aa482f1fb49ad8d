namespace Sora.StorageWorker.Objects;

/// <summary>
/// Keeps finished files under keys. An object is there as a whole or not at all, and once it is kept it
/// survives a power cut. What a store or its disk cannot do is an <see cref="IOException"/>, worth another
/// attempt later.
/// </summary>
public interface IObjectStore
{
    /// <summary>
    /// An empty file that nobody sees until it is kept, and that is gone when it is disposed.
    /// </summary>
    /// <param name="expectedLength">
    /// Bytes to reserve, so that a full disk is noticed before the download; or null.
    /// </param>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public Draft CreateDraft(long? expectedLength = null);

    /// <summary>Makes the draft's bytes durable under the key, in the place of what was there.</summary>
    /// <exception cref="IOException">It is not kept, and nothing of it is visible.</exception>
    public Task KeepAsync(Draft draft, ObjectKey key, CancellationToken cancellationToken);

    /// <summary>Opens a part of an object.</summary>
    /// <param name="key">The object.</param>
    /// <param name="offset">The first byte wanted.</param>
    /// <param name="length">How many bytes are wanted, at least one.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>The bytes, or null when there is no such object.</returns>
    /// <exception cref="IOException">The store does not answer.</exception>
    public Task<ObjectContent?> OpenAsync(ObjectKey key, long offset, long length, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes every object below the folder, and the folder; does nothing where there is none.
    /// </summary>
    /// <exception cref="IOException">Some may be left.</exception>
    public Task DeleteAllAsync(ObjectKey folder, CancellationToken cancellationToken);

    /// <summary>Deletes one object; does nothing where there is none.</summary>
    /// <exception cref="IOException">It may still be there.</exception>
    public Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken);

    /// <summary>Every object that is kept, in no order; one that comes or goes meanwhile may be listed or not.</summary>
    /// <exception cref="IOException">The list breaks off.</exception>
    public IAsyncEnumerable<StoredObject> ListAsync(CancellationToken cancellationToken);
}

/// <summary>An object as the store lists it.</summary>
/// <param name="Key">Where it lies; any text, as others may have put it there.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="ModifiedAt">When it was last written.</param>
public sealed record StoredObject(string Key, long Length, DateTimeOffset ModifiedAt);
