using System.Text.Json;
using Sora.Simulator.Webhooks;

namespace Sora.Simulator.Tests;

public sealed class WebhookTests : IAsyncDisposable
{
    private const string Secret = "whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c=";
    private const string OtherSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private readonly WebhookReceiver _receiver = WebhookReceiver.Start();
    private readonly SimulatorHost _simulator;

    public WebhookTests() => _simulator = SimulatorHost.Start(
        ("Webhooks:Url", _receiver.Url), ("Webhooks:Secret", Secret), ("Webhooks:FirstRetry", "00:00:00.05"));

    [Theory]
    [InlineData(Secret, "video.completed", "v1,stZqUqKn9cFPn8b+NoFQTT7do6Db+UbvkwZSc5/7+Ag=")]
    [InlineData(Secret, "video.failed", "v1,PZUpNaOOUFw+9T8I8g0ih1xomEgXYUdb0tll/JQA3Ls=")]
    [InlineData(OtherSecret, "video.completed", "v1,7w2YZhIMaWl1dqGKZ7wmV4HlUzvxxJvLtsrQzJFmK9Y=")]
    public void A_signature_is_that_of_the_published_vectors(string secret, string type, string expected)
    {
        const string id = "wh_685c059ae39c8190af8c71ed1022a24d";
        const string start = """{"id":"evt_685c059ae3a481909bdc86819b066fb6","object":"event","created_at":1750861210""";
        var body = $$$"""{{{start}}},"type":"{{{type}}}","data":{"id":"video_123"}}""";

        Assert.Equal(expected, WebhookSignature.Sign(secret, id, "1750861210", body));
    }

    [Fact]
    public void A_signature_is_that_of_standard_webhooks() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            """{"test": 2432232314}"""));

    [Theory]
    [InlineData("", "video.completed")]
    [InlineData("[fault:moderation]", "video.failed")]
    public async Task The_end_is_announced_once_thin_and_signed(string fault, string type)
    {
        var id = (await _simulator.CreateAndEndAsync($"a {fault}")).Text("id");
        var (first, _) = await BarrierAsync();
        var body = JsonSerializer.Deserialize<JsonElement>(first.Body);

        Assert.True(first.IsSignedWith(Secret));
        Assert.Matches("^wh_[0-9a-f]{32}$", first.Id);
        Assert.Matches("^evt_[0-9a-f]{32}$", body.Text("id"));
        Assert.Equal(("event", type), (body.Text("object"), body.Text("type")));
        Assert.Equal($$"""{"id":"{{id}}"}""", body.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task A_refused_event_is_sent_again_under_the_same_id()
    {
        _receiver.Refuse(2);
        await _simulator.CreateAndEndAsync("a");
        var attempts = await _receiver.WaitAsync(3);

        Assert.Single(attempts.Select(attempt => attempt.Id).Distinct());
        Assert.All(attempts, attempt => Assert.True(attempt.IsSignedWith(Secret)));
    }

    [Fact]
    public async Task A_missing_event_never_comes()
    {
        var missing = (await _simulator.CreateAndEndAsync("a [fault:webhook-missing]")).Text("id");
        await _simulator.CreateAndEndAsync("b");
        var attempt = (await _receiver.WaitAsync(1))[0];

        Assert.NotEqual(missing, attempt.VideoId);
    }

    [Fact]
    public async Task A_duplicated_event_comes_that_often_under_one_id()
    {
        await _simulator.CreateAndEndAsync("a [fault:webhook-duplicate=5]");

        Assert.Single((await _receiver.WaitAsync(5)).Select(attempt => attempt.Id).Distinct());
    }

    [Fact]
    public async Task A_late_event_comes_after_that_of_a_later_video()
    {
        var late = (await _simulator.CreateAndEndAsync("a [fault:webhook-late=3]")).Text("id");
        var later = (await _simulator.CreateAndEndAsync("b")).Text("id");

        Assert.Equal([later, late], (await _receiver.WaitAsync(2)).Select(attempt => attempt.VideoId));
    }

    [Fact]
    public async Task An_early_event_comes_before_the_answer_to_the_create()
    {
        var id = (await _simulator.CreateAsync("a [fault:webhook-early] [fault:stuck]")).Text("id");

        Assert.Equal(id, Assert.Single(_receiver.Received).VideoId);
    }

    [Fact]
    public async Task Events_out_of_order_contradict_each_other_and_the_first_comes_too_soon()
    {
        var id = (await _simulator.CreateAsync("a [fault:webhook-out-of-order] [fault:slow=4]")).Text("id");
        await _receiver.WaitAsync(1);
        var meanwhile = await _simulator.GetAsync($"/v1/videos/{id}");
        var types = (await _receiver.WaitAsync(2)).Select(attempt => attempt.Type);

        Assert.Equal("in_progress", meanwhile.Text("status"));
        Assert.Equal(["video.completed", "video.failed"], types);
    }

    [Fact]
    public async Task A_forged_event_has_the_signature_of_another_secret()
    {
        await _simulator.CreateAndEndAsync("a [fault:webhook-forged]");

        Assert.False((await _receiver.WaitAsync(1))[0].IsSignedWith(Secret));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("whsec_dG9vc2hvcnQ=")]
    [InlineData("RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c=")]
    public void A_url_without_a_proper_secret_keeps_the_simulator_from_starting(string? secret) =>
        Assert.ThrowsAny<Exception>(() => SimulatorHost.Start(
            ("Webhooks:Url", _receiver.Url), ("Webhooks:Secret", secret ?? "")));

    public async ValueTask DisposeAsync()
    {
        await _simulator.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    /// <summary>The first event, after the event of a second video has come: nothing between them was missed.</summary>
    private async Task<(WebhookAttempt First, WebhookAttempt Second)> BarrierAsync()
    {
        await _receiver.WaitAsync(1);
        await _simulator.CreateAndEndAsync("barrier [fault:moderation]");
        var both = await _receiver.WaitAsync(2);
        return (both[0], both[1]);
    }
}
