using Sora.StorageWorker.Objects;

namespace Sora.StorageWorker.Tests.Objects;

public sealed class DiskStoreTests : ObjectStoreTests, IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("sora-store-");

    public DiskStoreTests() => Store = new DiskStore(_root.FullName);

    private protected override IObjectStore Store { get; }

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task A_planted_link_does_not_lead_out_of_the_store()
    {
        var outside = Directory.CreateTempSubdirectory("sora-outside-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(outside.FullName, "secret"), "secret");
            Directory.CreateSymbolicLink(Path.Combine(_root.FullName, "clips"), outside.FullName);
            using var draft = Store.CreateDraft();
            await draft.FillAsync(new MemoryStream([1]), 1, default);

            await Assert.ThrowsAsync<IOException>(() => Store.KeepAsync(draft, ObjectKey.Of("clips", "new"), default));
            await Assert.ThrowsAsync<IOException>(() => Store.OpenAsync(ObjectKey.Of("clips", "secret"), 0, 1, default));
            await Assert.ThrowsAsync<IOException>(() => Store.DeleteAllAsync(ObjectKey.Of("clips"), default));

            Assert.Equal(["secret"], outside.GetFiles().Select(file => file.Name));
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Fact]
    public void What_a_killed_process_left_is_deleted_at_the_next_start_and_what_is_in_use_is_not()
    {
        var left = Path.Combine(_root.FullName, ".drafts", "left.draft");
        File.WriteAllText(left, "half a clip");
        using var used = Store.CreateDraft();

        _ = new DiskStore(_root.FullName);

        Assert.False(File.Exists(left));
        Assert.True(File.Exists(used.Path));
    }
}
