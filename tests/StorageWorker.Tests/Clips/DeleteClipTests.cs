using Sora.TestServers.Processes;

namespace Sora.StorageWorker.Tests.Clips;

public sealed class DeleteClipTests(StorageSystem system)
{
    [Fact]
    public async Task A_deleted_video_leaves_neither_bytes_nor_empty_folders()
    {
        var clip = system.NewClip().At("video", Answers.Bytes(Media.Mp4));
        await clip.StoreAsync();

        await system.PublishAsync(clip.Deleted());
        await clip.WaitForErasureAsync();

        Assert.False(Directory.Exists(Path.GetDirectoryName(clip.Folder)));
        using var answer = await clip.GetContentAsync();
        Assert.Contains("video_not_found", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_deletion_may_come_twice()
    {
        var clip = system.NewClip().At("video", Answers.Bytes(Media.Mp4));
        await clip.StoreAsync();

        await system.PublishAndWaitAsync(clip.Deleted(), "MarkClipDeleted");
        await clip.WaitForErasureAsync();
        await system.PublishAndWaitAsync(clip.Deleted(), "MarkClipDeleted");
        await clip.WaitForErasureAsync();

        Assert.Empty(clip.Files);
    }

    [Fact]
    public async Task A_deletion_that_comes_first_keeps_the_clip_from_being_copied()
    {
        var clip = system.NewClip().At("video", Answers.Bytes(Media.Mp4));
        await system.PublishAsync(clip.Deleted());
        await clip.WaitForErasureAsync();

        await system.PublishAndWaitAsync(clip.Rendered(), "QueueClip");

        Assert.Equal("deleted", await clip.StateAsync());
        Assert.Equal(0, clip.DownloadsOf("video"));
    }

    [Fact]
    public async Task A_deletion_during_the_copy_is_not_undone_by_it()
    {
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var clip = system.NewClip().At("video", Answers.Halting(Media.Mp4, reached, goOn.Task));
        await system.PublishAsync(clip.Rendered());
        await reached.Task;

        await system.PublishAsync(clip.Deleted());
        await clip.WaitForErasureAsync();
        goOn.SetResult();

        await Wait.UntilAsync("the copy has ended", _ => Task.FromResult(clip.DownloadsOf("spritesheet") == 1));
        await Wait.UntilAsync("it took its bytes away", _ => Task.FromResult(!Directory.Exists(clip.Folder)));
        Assert.Empty(system.Announcements.StoredOf(clip.VideoId));
        Assert.Equal("deleted", await clip.StateAsync());
    }

    [Fact]
    public async Task A_hidden_clip_is_not_served_from_that_moment()
    {
        var clip = system.NewClip().At("video", Answers.Bytes(Media.Mp4));
        await clip.StoreAsync();

        using var hidden = await HideAsync(clip, new { command_id = "cmd_1" });
        using var answer = await clip.GetContentAsync();

        Assert.Equal(204, (int)hidden.StatusCode);
        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Contains("video_not_found", await answer.Content.ReadAsStringAsync());
        Assert.NotEmpty(clip.Files);
    }

    [Fact]
    public async Task A_foreign_project_hides_nothing()
    {
        var clip = system.NewClip().At("video", Answers.Bytes(Media.Mp4));
        await clip.StoreAsync();

        using var hidden = await HideAsync(clip, new { command_id = "cmd_1" }, system.NewClip());
        using var answer = await clip.GetContentAsync();

        Assert.Equal(204, (int)hidden.StatusCode);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Hiding_takes_a_command_id_and_a_service()
    {
        var clip = system.NewClip();

        using var withoutId = await HideAsync(clip, new { });
        using var fromGateway = await HideAsync(clip, new { command_id = "cmd_1" }, issuer: "gateway");

        Assert.Equal(400, (int)withoutId.StatusCode);
        Assert.Contains("\"param\":\"command_id\"", await withoutId.Content.ReadAsStringAsync());
        Assert.Equal(403, (int)fromGateway.StatusCode);
    }

    private Task<HttpResponseMessage> HideAsync(
        TestClip clip, object body, TestClip? other = null, string issuer = "video-service") => system.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, $"internal/clips/{clip.VideoId}/hide") { Content = JsonContent.Create(body) },
        (other ?? clip).Owner,
        issuer);
}
