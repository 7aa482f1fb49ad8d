using Sora.TestServers.Processes;

namespace Sora.StorageWorker.Tests.Scrubbing;

public sealed class ScrubTests(StorageSystem system)
{
    [Fact]
    public async Task One_flipped_bit_is_found_reported_once_and_never_served()
    {
        var clip = await StoredAsync(Answers.Bytes(Media.Mp4), Answers.Status(404));
        Flip(VideoOf(clip));

        await ScrubAsync(clip);
        await Wait.UntilAsync("it was looked at again and again", _ => Task.FromResult(clip.DownloadsOf("video") > 3));

        using var answer = await clip.GetContentAsync();
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Contains("asset_damaged", text);
        Assert.Equal("false", Assert.Single(answer.Headers.GetValues("x-should-retry")));
        Assert.Equal("changed", await RotAsync(clip));
        Assert.Single(
            system.LogLines,
            line => line.StartsWith($"Error: The video of {clip.VideoId} is damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_video_comes_back_from_the_upstream_byte_for_byte()
    {
        var clip = await StoredAsync(Answers.Bytes(Media.Mp4));
        Flip(VideoOf(clip));

        await ScrubAsync(clip);
        await Wait.UntilAsync("it is whole again", async _ => clip.DownloadsOf("video") == 2 && await RotAsync(clip) is null);

        using var answer = await clip.GetContentAsync();
        Assert.Equal(Media.Mp4, await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Another_video_in_its_place_is_not_taken_for_it()
    {
        byte[] other = [.. Media.Mp4];
        other[^1] ^= 1;
        var clip = await StoredAsync(Answers.Bytes(Media.Mp4), Answers.Bytes(other));
        File.Delete(VideoOf(clip));

        await ScrubAsync(clip);
        await Wait.UntilAsync("it was copied again", _ => Task.FromResult(clip.DownloadsOf("video") > 2));

        Assert.NotNull(await RotAsync(clip));
        using var answer = await clip.GetContentAsync();
        Assert.Equal(500, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_damaged_picture_is_made_again_from_the_video()
    {
        var clip = await StoredAsync(Answers.Bytes(Media.Mp4));
        await WaitForFilesAsync(clip, 3);
        var picture = clip.Files.Single(file => file.Contains("thumbnail"));
        Flip(picture);

        await ScrubAsync(clip, "thumbnail");
        await Wait.UntilAsync("there is a new one", async _ => await system.QueryAsync<bool>(
            """
            select count(*) = 1 from clip_files
            where video_id = @VideoId and variant = 'thumbnail' and stored_at > verify_at - interval '8 days'
                and object_key not like @Old
            """,
            new { clip.VideoId, Old = $"%{Path.GetFileName(Path.GetDirectoryName(picture))}/thumbnail%" }));

        using var answer = await clip.GetContentAsync("?variant=thumbnail");
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.False(File.Exists(picture));
    }

    [Fact]
    public async Task A_healthy_file_is_read_within_every_cycle_and_its_next_check_lies_in_the_second_half_of_the_next()
    {
        var clip = await StoredAsync(Answers.Bytes(Media.Mp4));
        await system.ExecuteAsync(
            "update clip_files set verified_at = now() - interval '8 days' where video_id = @VideoId", new { clip.VideoId });

        await Wait.UntilAsync("all were read", async _ => await system.QueryAsync<bool>(
            "select bool_and(verified_at > now() - interval '1 day') from clip_files where video_id = @VideoId",
            new { clip.VideoId }));

        Assert.True(await system.QueryAsync<bool>(
            """
            select bool_and(verify_at - verified_at between interval '3 days' and interval '7 days') from clip_files
            where video_id = @VideoId
            """,
            new { clip.VideoId }));
    }

    [Fact]
    public async Task An_object_that_no_row_knows_is_reported_once_it_is_old_and_left_alone()
    {
        var folder = Directory.CreateDirectory(
            Path.Combine(system.ObjectsRoot, "clips", $"proj_{Guid.NewGuid():n}", "stray", "1"));
        var (old, young) = (Path.Combine(folder.FullName, "old.mp4"), Path.Combine(folder.FullName, "young.mp4"));
        await File.WriteAllTextAsync(old, "old");
        await File.WriteAllTextAsync(young, "young");
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25));
        var clip = await StoredAsync(Answers.Bytes(Media.Mp4));
        File.SetLastWriteTimeUtc(VideoOf(clip), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25));

        var (key, upload) = (Path.GetRelativePath(system.ObjectsRoot, old), await OldUploadAsync(folder.FullName));
        await Wait.UntilAsync("it is reported", _ => Task.FromResult(
            system.LogLines.Any(line => line.Contains($"knows the object {key} of 3 bytes"))));

        Assert.True(File.Exists(old));
        Assert.DoesNotContain(system.LogLines, line => line.Contains("young.mp4") || line.Contains(upload));
        Assert.DoesNotContain(system.LogLines, line => line.Contains($"object clips/{clip.Owner.Project}"));
        folder.Delete(recursive: true);
    }

    private async Task<string> OldUploadAsync(string folder)
    {
        var path = Path.Combine(folder, "upload.mp4");
        await File.WriteAllTextAsync(path, "upload");
        var key = Path.GetRelativePath(system.ObjectsRoot, path);
        await system.ExecuteAsync(
            """
            insert into uploads (id, organization, project, object_key, content_type, width, height, milliseconds, length, sha256)
            values (@key, 'org_1', 'proj_1', @key, 'video/mp4', 1, 1, 1, 6, repeat('0', 64))
            """,
            new { key });
        File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25));
        return key;
    }

    private async Task<TestClip> StoredAsync(params RequestDelegate[] inTurn)
    {
        var clip = system.NewClip().At("video", inTurn);
        await clip.StoreAsync();
        return clip;
    }

    private Task ScrubAsync(TestClip clip, string variant = "video") => system.ExecuteAsync(
        "update clip_files set verify_at = now() where video_id = @VideoId and variant = @variant",
        new { clip.VideoId, variant });

    private Task<string?> RotAsync(TestClip clip) => system.QueryAsync<string>(
        "select rot from clip_files where video_id = @VideoId and variant = 'video'", new { clip.VideoId });

    private static Task WaitForFilesAsync(TestClip clip, int count) =>
        Wait.UntilAsync($"there are {count} files", _ => Task.FromResult(clip.Files.Count == count));

    private static string VideoOf(TestClip clip) => clip.Files.Single(file => file.EndsWith("video.mp4"));

    private static void Flip(string path)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.Position = file.Length / 2;
        var value = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(value ^ 1));
    }
}
