using System.Net;
using System.Text.Json;

namespace Sora.Simulator.Tests;

public sealed class CallFaultTests(SharedSimulator shared)
{
    private readonly SimulatorHost _simulator = shared.Host;
    private readonly string _marker = Guid.NewGuid().ToString("N");

    [Theory]
    [InlineData("rate-limit=3", 429)]
    [InlineData("error-before-accept", 503)]
    [InlineData("error-before-accept=401", 401)]
    public async Task A_refused_call_is_not_charged_and_the_next_one_succeeds(string fault, int status)
    {
        using var refused = await CreateAsync(fault);
        Assert.Equal(status, (int)refused.StatusCode);
        Assert.Equal(status == 429 ? TimeSpan.FromSeconds(3) : null, refused.Headers.RetryAfter?.Delta);
        Assert.Equal(0, await ChargesAsync());

        using var accepted = await CreateAsync(fault);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        Assert.Equal(1, await ChargesAsync());
    }

    [Theory]
    [InlineData("error-after-accept", 500)]
    [InlineData("error-after-accept=502", 502)]
    [InlineData("create-status", 202)]
    [InlineData("create-status=201", 201)]
    public async Task A_call_answered_oddly_after_acceptance_is_charged(string fault, int status)
    {
        using var answer = await CreateAsync(fault);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(1, await ChargesAsync());
    }

    [Theory]
    [InlineData("cut-before-accept", 0)]
    [InlineData("cut-after-accept", 1)]
    public async Task A_cut_call_has_no_answer_and_is_charged_only_after_acceptance(string fault, int charges)
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => CreateAsync(fault));

        Assert.Equal(charges, await ChargesAsync());
    }

    [Fact]
    public async Task A_broken_answer_is_half_of_the_json_of_a_charged_video()
    {
        using var answer = await CreateAsync("broken-answer");
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(text));
        Assert.Equal(1, await ChargesAsync());
    }

    [Fact]
    public async Task A_late_answer_comes_long_after_the_charge()
    {
        var answering = CreateAsync("late-answer=3");
        await Until.TrueAsync(async () => await ChargesAsync() == 1);
        Assert.False(answering.IsCompleted);

        using var answer = await answering;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_late_acceptance_comes_although_the_caller_has_left()
    {
        await using var simulator = SimulatorHost.Start();
        using var patience = new CancellationTokenSource();
        var create = simulator.Client.PostAsJsonAsync(
            "/v1/videos", new { prompt = "a [fault:late-accept=3] [fault:stuck]" }, patience.Token);
        await Until.TrueAsync(async () => (await simulator.GetAsync("/simulator/state")).GetProperty("calls")
            .TryGetProperty("CreateVideo", out _));
        Assert.Equal(0, (await simulator.ChargesAsync()).Number("count"));
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => create);

        await Until.TrueAsync(async () => (await simulator.ChargesAsync()).Number("count") == 1);
    }

    [Fact]
    public async Task A_fault_strikes_as_often_as_its_star_says()
    {
        using var first = await CreateAsync("error-before-accept*2");
        using var second = await CreateAsync("error-before-accept*2");
        using var third = await CreateAsync("error-before-accept*2");

        Assert.Equal(
            [HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK],
            new[] { first.StatusCode, second.StatusCode, third.StatusCode });
    }

    [Fact]
    public async Task An_armed_fault_strikes_the_next_creates_whatever_their_prompts()
    {
        await using var simulator = SimulatorHost.Start();
        using var armed = await simulator.PostAsync(
            "/simulator/faults", new { fault = "error-before-accept=502", creates = 2 });
        armed.EnsureSuccessStatusCode();
        var statuses = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            using var answer = await simulator.PostAsync("/v1/videos", new { prompt = "same [fault:stuck]" });
            statuses.Add((int)answer.StatusCode);
        }

        Assert.Equal([502, 502, 200], statuses);
        Assert.Equal(3, (await simulator.GetAsync("/simulator/state")).GetProperty("calls").Number("CreateVideo"));
    }

    [Fact]
    public async Task A_disarmed_fault_does_not_strike_and_a_wrong_one_is_refused()
    {
        await using var simulator = SimulatorHost.Start();
        using var armed = await simulator.PostAsync("/simulator/faults", new { fault = "error-before-accept" });
        using var disarmed = await simulator.Client.DeleteAsync("/simulator/faults");
        using var wrong = await simulator.PostAsync("/simulator/faults", new { fault = "fail-at=400" });

        await simulator.CreateAsync("a [fault:stuck]");
        Assert.Equal("fault", (await wrong.ErrorAsync()).Text("param"));
    }

    private Task<HttpResponseMessage> CreateAsync(string fault) =>
        _simulator.PostAsync("/v1/videos", new { prompt = $"[job:{_marker}] [fault:{fault}] [fault:stuck]" });

    private async Task<int> ChargesAsync() =>
        (await _simulator.GetAsync($"/simulator/charges?marker={_marker}")).Number("count");
}
