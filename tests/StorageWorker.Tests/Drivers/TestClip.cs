using Sora.Contracts;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Identity;
using Sora.TestServers.Processes;

namespace Sora.StorageWorker.Tests.Drivers;

/// <summary>One video, with its upstream's side and its owner.</summary>
internal sealed class TestClip(StorageSystem system)
{
    public string VideoId { get; } = Ids.New("video", TimeProvider.System.GetUtcNow());

    public string UpstreamId { get; } = $"up_{Guid.NewGuid():n}";

    public Caller Owner { get; } = new(
        "user_ann", "org_1", $"proj_{Guid.NewGuid():n}", "member", ["*"], "key_1", 30);

    public string Folder => Path.Combine(system.ObjectsRoot, "clips", Owner.Project, VideoId);

    /// <summary>Every file that the store holds of this clip.</summary>
    public IReadOnlyList<string> Files => Directory.Exists(Folder)
        ? Directory.GetFiles(Folder, "*", SearchOption.AllDirectories)
        : [];

    public VideoRendered Rendered(int epoch = 1) => new(
        VideoId, Owner.Organization, Owner.Project, epoch, "stub", "default", UpstreamId, "320x180", 2);

    public VideoDeleted Deleted() => new(
        VideoId, Owner.Organization, Owner.Project, TimeProvider.System.GetUtcNow());

    public VideoCompleted Completed(DateTimeOffset expiresAt) => new(
        VideoId, Owner.Organization, Owner.Project, Owner.User, "stub", UpstreamId,
        TimeProvider.System.GetUtcNow(), expiresAt);

    /// <summary>Sets up what the upstream answers for a variant, in turn.</summary>
    public TestClip At(string variant, params RequestDelegate[] inTurn)
    {
        system.Stub.On(UpstreamPath(variant), inTurn);
        return this;
    }

    public int DownloadsOf(string variant) => system.Stub.CallsOf(UpstreamPath(variant));

    /// <summary>Sets up what VideoService answers.</summary>
    public TestClip InVideoService(RequestDelegate answer)
    {
        system.Stub.On($"/v1/videos/{VideoId}", answer);
        return this;
    }

    public async Task<ClipStored> StoreAsync()
    {
        await system.PublishAsync(Rendered());
        return await system.Announcements.WaitForStoredAsync(VideoId);
    }

    public Task<HttpResponseMessage> GetContentAsync(string query = "", params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"v1/videos/{VideoId}/content{query}");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return system.SendAsync(request, Owner);
    }

    public Task<string?> StateAsync() => system.QueryAsync<string>(
        "select state from clips where video_id = @VideoId", new { VideoId });

    public Task WaitForErasureAsync() => Wait.UntilAsync(
        $"the bytes of {VideoId} are gone",
        async _ => await system.QueryAsync<bool>(
            "select state = 'deleted' and next_attempt_at is null from clips where video_id = @VideoId",
            new { VideoId }));

    private string UpstreamPath(string variant) => $"/upstream/v1/videos/{UpstreamId}/content?variant={variant}";
}
