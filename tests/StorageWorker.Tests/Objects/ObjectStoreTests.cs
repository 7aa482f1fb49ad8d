using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Sora.StorageWorker.Objects;
using Sora.StorageWorker.Scrubbing;

namespace Sora.StorageWorker.Tests.Objects;

/// <summary>What every store does, whatever it is made of.</summary>
public abstract class ObjectStoreTests
{
    private static readonly byte[] Large = RandomNumberGenerator.GetBytes(12_000_000);

    private readonly ObjectKey _folder = ObjectKey.Of("clips", $"proj_{Guid.NewGuid():n}", "video_1");

    private protected abstract IObjectStore Store { get; }

    [Fact]
    public async Task Twelve_megabytes_come_back_byte_for_byte()
    {
        var key = _folder.Child("large");
        using (var draft = await DraftOfAsync(Large))
        {
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Large)), draft.Sha256);
            await Store.KeepAsync(draft, key, default);
        }

        var back = await ReadAsync(key, 0, Large.Length);
        Assert.True(Large.AsSpan().SequenceEqual(back));
    }

    [Fact]
    public async Task A_part_comes_back_as_that_part()
    {
        var key = await KeepAsync("1", "0123456789");

        Assert.Equal("345"u8.ToArray(), await ReadAsync(key, 3, 3));
    }

    [Fact]
    public async Task An_object_that_is_shorter_than_asked_for_is_a_fault_and_not_an_end()
    {
        var key = await KeepAsync("1", "0123456789");

        await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync(key, 5, 100));
    }

    [Fact]
    public async Task A_draft_is_read_where_it_says_before_and_after_it_is_kept()
    {
        using var draft = await DraftOfAsync("bytes"u8.ToArray());
        Assert.Equal("bytes", await File.ReadAllTextAsync(draft.Path));

        await Store.KeepAsync(draft, _folder.Child("1"), default);

        Assert.Equal("bytes", await File.ReadAllTextAsync(draft.Path));
    }

    [Fact]
    public async Task A_second_object_takes_the_place_of_the_first()
    {
        await KeepAsync("1", "first");
        var key = await KeepAsync("1", "again");

        Assert.Equal("again"u8.ToArray(), await ReadAsync(key, 0, 5));
    }

    [Fact]
    public async Task Deleting_a_folder_takes_what_is_below_it_and_nothing_beside_it()
    {
        var below = await KeepAsync("1", "below");
        var beside = await KeepAsync("10", "beside");

        await Store.DeleteAllAsync(_folder.Child("1"), default);
        await Store.DeleteAllAsync(_folder.Child("1"), default);

        Assert.Null(await Store.OpenAsync(below, 0, 1, default));
        Assert.Equal("beside"u8.ToArray(), await ReadAsync(beside, 0, 6));
    }

    [Fact]
    public async Task One_object_is_deleted_and_its_neighbour_is_not()
    {
        var (gone, stays) = (await KeepAsync("1", "gone"), await KeepAsync("2", "stays"));

        await Store.DeleteAsync(gone, default);
        await Store.DeleteAsync(gone, default);

        Assert.Null(await Store.OpenAsync(gone, 0, 1, default));
        Assert.Equal("stays"u8.ToArray(), await ReadAsync(stays, 0, 5));
    }

    [Fact]
    public async Task Every_object_is_listed_with_its_length_and_age_and_no_draft_is()
    {
        var (first, second) = (await KeepAsync("1", "12345"), await KeepAsync("2", "1"));
        using var draft = await DraftOfAsync("draft"u8.ToArray());

        var listed = await Store.ListAsync(default)
            .Where(entry => entry.Key.StartsWith(_folder.Value, StringComparison.Ordinal)).ToListAsync();

        Assert.Equal(
            [(first.Value, 5L), (second.Value, 1L)],
            listed.OrderBy(entry => entry.Key).Select(entry => (entry.Key, entry.Length)));
        Assert.All(listed, entry => Assert.InRange(
            entry.ModifiedAt - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(-5), TimeSpan.FromMinutes(5)));
        Assert.DoesNotContain(await Store.ListAsync(default).ToListAsync(), entry => entry.Key.EndsWith(".draft"));
    }

    [Theory]
    [InlineData("0123456789", 10, null)]
    [InlineData("0123456788", 10, "changed")]
    [InlineData("012345678", 10, "short")]
    [InlineData("01234567890", 10, "long")]
    [InlineData(null, 10, "gone")]
    public async Task A_check_reads_every_byte_and_says_what_is_wrong(string? kept, int length, string? rot)
    {
        var key = kept is null ? _folder.Child("nothing") : await KeepAsync("1", kept);
        var check = new FileCheck(Store, Options.Create(new ScrubOptions()), TimeProvider.System);

        var found = await check.FindRotAsync(
            new FileClaim
            {
                VideoId = "video_1",
                Variant = "video",
                ObjectKey = key.Value,
                Length = length,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData("0123456789"u8)),
            },
            default);

        Assert.Equal(rot, found);
    }

    [Fact]
    public async Task A_draft_beyond_its_limit_says_so_and_leaves_nothing()
    {
        string path;
        using (var draft = Store.CreateDraft())
        {
            path = draft.Path;
            Assert.False(await draft.FillAsync(new MemoryStream(new byte[1001]), 1000, default));
        }

        Assert.False(File.Exists(path));
    }

    private async Task<ObjectKey> KeepAsync(string folder, string text)
    {
        var key = _folder.Child(folder).Child("file");
        using var draft = await DraftOfAsync(System.Text.Encoding.UTF8.GetBytes(text));
        await Store.KeepAsync(draft, key, default);
        return key;
    }

    private async Task<Draft> DraftOfAsync(byte[] bytes)
    {
        var draft = Store.CreateDraft(bytes.Length);
        Assert.True(await draft.FillAsync(new MemoryStream(bytes), bytes.Length, default));
        return draft;
    }

    private async Task<byte[]> ReadAsync(ObjectKey key, long offset, long length)
    {
        await using var content = await Store.OpenAsync(key, offset, length, default);
        Assert.NotNull(content);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(PipeWriter.Create(bytes), default);
        return bytes.ToArray();
    }
}
