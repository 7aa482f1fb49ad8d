using System.Net;
using System.Text;
using Sora.Simulator.Faults;

namespace Sora.Simulator.Tests;

public sealed class JobFaultTests(SharedSimulator shared)
{
    private readonly SimulatorHost _simulator = shared.Host;

    [Theory]
    [InlineData("moderation", "moderation_blocked", "Your request was blocked by our moderation system.")]
    [InlineData("fail-at=40", "generation_failed", "The video could not be generated.")]
    public async Task A_failure_comes_in_band(string fault, string code, string message)
    {
        var video = await _simulator.CreateAndEndAsync($"a [fault:{fault}]");

        Assert.Equal("failed", video.Text("status"));
        Assert.Equal(
            $$"""{"code":"{{code}}","message":"{{message}}"}""",
            video.GetProperty("error").GetRawText());
    }

    [Fact]
    public async Task A_failure_comes_at_the_progress_that_was_asked_for()
    {
        var video = await _simulator.CreateAndEndAsync("a [fault:fail-at=40] [fault:slow=2]");

        Assert.Equal(40, video.Number("progress"));
    }

    [Fact]
    public async Task A_stuck_video_stays_where_it_is()
    {
        var video = await _simulator.CreateAsync("a [fault:stuck=33]");
        var later = await _simulator.GetAsync($"/v1/videos/{video.Text("id")}");

        Assert.Equal(("in_progress", 33), (later.Text("status"), later.Number("progress")));
    }

    [Fact]
    public async Task A_slow_video_takes_its_time()
    {
        var video = await _simulator.CreateAndEndAsync("a [fault:slow=1.5]");

        Assert.InRange(video.Number("completed_at") - video.Number("created_at"), 1, 30);
    }

    [Fact]
    public async Task An_unknown_status_lasts_until_the_end()
    {
        var video = await _simulator.CreateAsync("a [fault:unknown-status] [fault:slow=1]");

        Assert.Equal("processing", video.Text("status"));
        Assert.Equal("completed", (await _simulator.EndAsync(video.Text("id"))).Text("status"));
    }

    [Fact]
    public async Task A_forgotten_video_is_not_found_and_stays_charged()
    {
        var video = await _simulator.CreateAsync("a [job:forgotten] [fault:stuck]");
        using var forgotten = await _simulator.Client.DeleteAsync($"/simulator/videos/{video.Text("id")}");
        using var read = await _simulator.Client.GetAsync($"/v1/videos/{video.Text("id")}");

        Assert.Equal(HttpStatusCode.NotFound, read.StatusCode);
        Assert.Equal(1, (await _simulator.GetAsync("/simulator/charges?marker=forgotten")).Number("count"));
    }

    [Theory]
    [InlineData("expired", 404)]
    [InlineData("expired=410", 410)]
    [InlineData("content-error", 500)]
    public async Task A_refused_download_succeeds_at_the_second_try(string fault, int status)
    {
        var id = (await _simulator.CreateAndEndAsync($"a [fault:{fault}]")).Text("id");
        using var first = await _simulator.DownloadAsync(id);
        using var second = await _simulator.DownloadAsync(id);

        Assert.Equal((status, 200), ((int)first.StatusCode, (int)second.StatusCode));
    }

    [Fact]
    public async Task A_fault_with_a_bare_star_strikes_every_download()
    {
        var id = (await _simulator.CreateAndEndAsync("a [fault:expired*]")).Text("id");
        for (var i = 0; i < 3; i++)
        {
            using var answer = await _simulator.DownloadAsync(id);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Truncated_content_ends_before_its_length()
    {
        var id = (await _simulator.CreateAndEndAsync("a [fault:truncated]")).Text("id");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _simulator.DownloadAsync(id));
    }

    [Fact]
    public async Task A_short_file_looks_whole_and_is_half()
    {
        var id = (await _simulator.CreateAndEndAsync("a [fault:short-file]")).Text("id");
        using var half = await _simulator.DownloadAsync(id);
        using var whole = await _simulator.DownloadAsync(id);

        Assert.Equal(whole.Content.Headers.ContentLength / 2, half.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Content_that_is_no_mp4_calls_itself_one()
    {
        var id = (await _simulator.CreateAndEndAsync("a [fault:not-mp4]")).Text("id");
        using var answer = await _simulator.DownloadAsync(id);
        var bytes = await answer.Content.ReadAsByteArrayAsync();

        Assert.Equal("video/mp4", answer.Content.Headers.ContentType?.MediaType);
        Assert.NotEqual("ftyp", Encoding.ASCII.GetString(bytes, 4, 4));
    }

    [Fact]
    public async Task Slow_content_pauses_and_comes_whole()
    {
        var id = (await _simulator.CreateAndEndAsync("a [fault:slow-content=0.5]")).Text("id");
        using var slow = await _simulator.DownloadAsync(id);
        using var quick = await _simulator.DownloadAsync(id);

        Assert.Equal(await quick.Content.ReadAsByteArrayAsync(), await slow.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public void Every_fault_is_documented_with_its_default()
    {
        var page = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "simulator.md"));

        Assert.Equal(Enum.GetValues<FaultKind>(), FaultCatalogue.All.Select(fault => fault.Kind));
        Assert.All(FaultCatalogue.All, fault =>
        {
            var row = Assert.Single(page, line => line.StartsWith($"| `{fault.Word}` |", StringComparison.Ordinal));
            Assert.Contains(fault.Summary, row, StringComparison.Ordinal);
            Assert.Contains(fault.MaxValue > 0 ? $"| {fault.DefaultValue} |" : "| |", row, StringComparison.Ordinal);
        });
    }
}
