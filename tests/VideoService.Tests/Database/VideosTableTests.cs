using Npgsql;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Database;

/// <summary>What the database itself guarantees, whatever the code does.</summary>
public sealed class VideosTableTests(VideoSystem system)
{
    [Theory]
    [InlineData("failed")]
    [InlineData("rendering")]
    public async Task A_video_that_has_ended_cannot_end_otherwise_or_go_on(string stage)
    {
        var video = await system.Videos.InsertAsync(SomeVideo.ReadyOf(system.NewCustomer()));

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => system.Videos.ExecuteAsync(
            "update videos set stage = @stage, error_code = case @stage when 'failed' then 'x' end where id = @Id",
            new { video.Id, stage }));

        Assert.Equal(PostgresErrorCodes.RaiseException, refusal.SqlState);
    }

    [Fact]
    public async Task An_upstreams_video_belongs_to_one_job_of_that_upstream()
    {
        var first = await system.Videos.InsertAsync(SomeVideo.Of(system.NewCustomer()));
        await system.Videos.InsertAsync(
            SomeVideo.Of(system.NewCustomer()) with { UpstreamId = first.UpstreamId, Upstream = "blind" });

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => system.Videos.InsertAsync(
            SomeVideo.Of(system.NewCustomer()) with { UpstreamId = first.UpstreamId }));

        Assert.Equal(PostgresErrorCodes.UniqueViolation, refusal.SqlState);
    }

    [Fact]
    public async Task A_caller_sees_and_changes_only_the_own_project_whatever_the_query_says()
    {
        var owner = system.NewCustomer();
        var video = await system.Videos.InsertAsync(SomeVideo.Of(owner));
        await system.Get<FactWriter>().ApplyAsync(video.Id, new VideoFact.Deleted());

        Assert.Equal((1, 1, 1), await SeenAndChangedAsync(owner.Caller, video.Id));
        Assert.Equal((0, 0, 0), await SeenAndChangedAsync(system.NewCustomer().Caller, video.Id));
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => InsertAsync(system.NewCustomer().Caller, video.Id));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task Each_change_that_a_watcher_sees_is_a_row_of_the_timeline()
    {
        var video = await system.Videos.InsertAsync(SomeVideo.Of(system.NewCustomer()) with
        {
            Stage = VideoStage.Holding,
            UpstreamId = null,
            Attempt = 0,
        });
        await system.Get<FactWriter>().ApplyAsync(video.Id, new VideoFact.ApprovalNeeded(1, 1, "Dear.", video.DeadlineAt));
        await system.Get<FactWriter>().ApplyAsync(video.Id, new VideoFact.Deleted());

        Assert.Equal(
            [new("awaiting_approval", 0, null), new("cancelled", 0, "cancelled")],
            await system.Videos.TimelineAsync(video.Id));
    }

    [Fact]
    public async Task A_look_that_shows_nothing_new_is_no_row_of_the_timeline()
    {
        var rendering = await system.Videos.InsertAsync(SomeVideo.Of(system.NewCustomer()));
        foreach (var progress in new int?[] { 10, 10, null, 50 })
        {
            await system.Get<FactWriter>().ApplyAsync(rendering.Id, new VideoFact.Observed(
                Lifecycle.Story.Observed(Upstreams.UpstreamStatus.InProgress, progress).Video, TimeSpan.FromHours(1)));
        }

        Assert.Equal([new("rendering", 10, null), new("rendering", 50, null)], await system.Videos.TimelineAsync(rendering.Id));
        Assert.Equal(4, (await system.Videos.FindAsync(rendering.Id))!.Version);
    }

    private async Task<(int Videos, int Timeline, int Changed)> SeenAndChangedAsync(Caller caller, string id)
    {
        await using var work = await system.Get<ServiceDatabase>().BeginAsync(caller, TestContext.Current.CancellationToken);
        Task<IReadOnlyList<string>> Query(string sql) =>
            work.QueryAsync<string>(sql, new { id }, TestContext.Current.CancellationToken);
        return (
            (await Query("select id from videos where id = @id")).Count,
            (await Query("select video_id from video_timeline where video_id = @id")).Count,
            await work.ExecuteAsync(
                "update videos set misses = 1 where id = @id", new { id }, TestContext.Current.CancellationToken));
    }

    private async Task InsertAsync(Caller caller, string id)
    {
        await using var work = await system.Get<ServiceDatabase>().BeginAsync(caller, TestContext.Current.CancellationToken);
        await work.ExecuteAsync(
            """
            insert into video_timeline (video_id, version, project, stage, progress, at)
            select @id, 99, 'proj_of_somebody', 'ready', 100, now()
            """,
            new { id },
            TestContext.Current.CancellationToken);
    }
}
