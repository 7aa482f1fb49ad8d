using System.Text.Json;

namespace Sora.Simulator.Tests;

public sealed class ChargeTests : IDisposable
{
    private readonly string _folder = SimulatorHost.NewFolder();

    private string ChargeFile => Path.Combine(_folder, "charges.jsonl");

    [Fact]
    public async Task Every_accepted_video_is_charged_once_with_its_price_and_marker()
    {
        await using var simulator = SimulatorHost.StartIn(_folder);
        await simulator.CreateAsync("a [job:one] [fault:stuck]");
        await simulator.CreateAsync("a [job:one] [fault:stuck]");
        await simulator.CreateAsync("b [job:two] [fault:stuck]", "1920x1080", "8");
        using var refused = await simulator.PostAsync("/v1/videos", new { prompt = "c", seconds = "5" });
        var all = await simulator.ChargesAsync();
        var one = (await simulator.GetAsync("/simulator/charges?marker=one")).GetProperty("data");

        Assert.Equal((3, 400_000 + 400_000 + 5_600_000), (all.Number("count"), all.Number("micro_dollars")));
        Assert.Equal(2, one.GetArrayLength());
        Assert.Equal(one[0].Text("fingerprint"), one[1].Text("fingerprint"));
        Assert.NotEqual(one[0].Text("id"), one[1].Text("id"));
    }

    [Fact]
    public async Task Charges_and_videos_outlive_a_restart_and_running_videos_go_on()
    {
        var (ended, running) = ("", "");
        await using (var simulator = SimulatorHost.StartIn(_folder))
        {
            ended = (await simulator.CreateAndEndAsync("a")).Text("id");
            running = (await simulator.CreateAsync("b [fault:slow=3]")).Text("id");
            Assert.NotEqual("completed", (await simulator.GetAsync($"/v1/videos/{running}")).Text("status"));
        }

        await using var restarted = SimulatorHost.StartIn(_folder);

        Assert.Equal(2, (await restarted.ChargesAsync()).Number("count"));
        Assert.Equal("completed", (await restarted.GetAsync($"/v1/videos/{ended}")).Text("status"));
        Assert.Equal("completed", (await restarted.EndAsync(running)).Text("status"));
        Assert.Equal(2, File.ReadAllLines(ChargeFile).Length);
    }

    [Fact]
    public async Task Half_a_line_that_a_crash_left_is_dropped_and_its_video_charged_anew()
    {
        await using (var simulator = SimulatorHost.StartIn(_folder))
        {
            await simulator.CreateAsync("a [fault:stuck]");
            await simulator.CreateAsync("b [fault:stuck]");
        }

        var text = await File.ReadAllTextAsync(ChargeFile);
        await File.WriteAllTextAsync(ChargeFile, text[..^40]);
        await using var restarted = SimulatorHost.StartIn(_folder);
        await restarted.CreateAsync("c [fault:stuck]");

        var lines = await File.ReadAllLinesAsync(ChargeFile);
        var ids = lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line).Text("id")).ToArray();
        Assert.Equal(3, ids.Distinct().Count());
        Assert.Equal(lines.Length, (await restarted.ChargesAsync()).Number("count"));
    }

    [Fact]
    public async Task A_charge_is_in_the_file_before_the_create_is_answered()
    {
        await using var simulator = SimulatorHost.StartIn(_folder);
        var id = (await simulator.CreateAsync("a [fault:stuck]")).Text("id");

        Assert.Contains(id, await File.ReadAllTextAsync(ChargeFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_idempotency_key_is_charged_once_only_where_keys_are_honoured()
    {
        await using (var honouring = SimulatorHost.StartIn(_folder, ("HonoursIdempotencyKeys", "true")))
        {
            honouring.Client.DefaultRequestHeaders.Add("Idempotency-Key", "k1");
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(_ => honouring.CreateAsync("a [fault:stuck]")));
            using var other = await honouring.PostAsync("/v1/videos", new { prompt = "b" });

            Assert.Single(answers.Select(video => video.Text("id")).Distinct());
            Assert.Equal("idempotency_key_reused", (await other.ErrorAsync()).Text("code"));
            Assert.Equal(1, (await honouring.ChargesAsync()).Number("count"));
        }

        await using var ignoring = SimulatorHost.StartIn(_folder);
        ignoring.Client.DefaultRequestHeaders.Add("Idempotency-Key", "k1");
        await ignoring.CreateAsync("a [fault:stuck]");
        Assert.Equal(2, (await ignoring.ChargesAsync()).Number("count"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
