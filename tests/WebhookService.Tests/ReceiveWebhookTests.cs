using System.Net;
using Sora.Contracts;
using Sora.TestServers;
using Sora.TestServers.Processes;
using Sora.WebhookService.Signatures;
using Sora.WebhookService.Tests.Harness;
using Xunit;

namespace Sora.WebhookService.Tests;

/// <summary>What an upstream's webhook does, over HTTP.</summary>
public sealed class ReceiveWebhookTests(Inbox inbox)
{
    [Fact]
    public async Task A_signed_webhook_is_stored_as_it_came_and_announced()
    {
        const string Body = """{ "type":"video.failed", "data": {"id":"video_9", "x":"é"} }""";
        var webhook = inbox.NewWebhook() with { Body = Body };
        using var answer = await inbox.SendAsync(webhook);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(webhook.Body, await inbox.QueryAsync<string>(
            "select body from inbound_webhooks where upstream = 'simulator' and webhook_id = @Id", new { webhook.Id }));
        Assert.Equal(
            [new UpstreamNotified(Inbox.Upstream, webhook.Id, "video_9", "video.failed")],
            await inbox.HearAsync(webhook.Id));
    }

    [Fact]
    public async Task Fifty_repetitions_at_once_leave_one_row_and_one_message()
    {
        var webhook = inbox.NewWebhook();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => inbox.SendAsync(webhook)));
        using var late = await inbox.SendAsync(webhook);

        Assert.All(answers.Append(late), answer => Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode));
        Assert.Equal(1, await inbox.CountRowsAsync(webhook.Id));
        Assert.Single(await inbox.HearAsync(webhook.Id));
    }

    [Fact]
    public async Task While_its_secret_changes_an_upstream_may_sign_with_either()
    {
        using var old = await inbox.SendAsync(inbox.NewWebhook());
        using var next = await inbox.SendAsync(new Webhook(inbox.NextSecret));
        using var neither = await inbox.SendAsync(new Webhook(new WebhookSecret("another")));

        Assert.Equal((204, 204, 401), ((int)old.StatusCode, (int)next.StatusCode, (int)neither.StatusCode));
    }

    [Theory]
    [InlineData(-310, 401, "Webhook timestamp is too old")]
    [InlineData(310, 401, "Webhook timestamp is too new")]
    public async Task A_stale_webhook_is_refused_and_leaves_nothing(int age, int status, string message)
    {
        var webhook = inbox.NewWebhook() with { Timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + age };
        using var answer = await inbox.SendAsync(webhook);

        Assert.Equal(message, (await Inbox.ErrorAsync(answer, status)).Message);
        Assert.Equal(0, await inbox.CountRowsAsync(webhook.Id));
    }

    [Theory]
    [InlineData("webhook-id", null, 400)]
    [InlineData("webhook-timestamp", null, 400)]
    [InlineData("webhook-timestamp", "hello", 400)]
    [InlineData("webhook-signature", null, 400)]
    [InlineData("webhook-signature", "v1,", 401)]
    [InlineData("webhook-id", "wh_other", 401)]
    public async Task A_webhook_that_is_not_as_it_was_signed_is_refused(string header, string? value, int status)
    {
        var webhook = inbox.NewWebhook();
        using var request = Inbox.Request(webhook, inbox.Address);
        request.Headers.Remove(header);
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        using var answer = await Inbox.SendAsync(request);
        var error = await Inbox.ErrorAsync(answer, status);

        Assert.Equal(("invalid_request_error", "invalid_webhook_signature"), (error.Type, error.Code));
        Assert.Equal(0, await inbox.CountRowsAsync(webhook.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"type":"video.completed"}""")]
    [InlineData("""{"type":"video.completed","data":null}""")]
    [InlineData("""{"type":"video.completed","data":{}}""")]
    [InlineData("""{"type":"video.completed","data":{"id":null}}""")]
    [InlineData("""{"type":"video.completed","data":{"id":7}}""")]
    [InlineData("""{"type":"video.completed","data":{"id":""}}""")]
    [InlineData("""{"type":"video.completed","data":{"id":"../video"}}""")]
    [InlineData("""{"type":"video.completed","data":{"id":"video_1\n"}}""")]
    [InlineData("""{"type":"video.completed","data":{"id":"a","id":"b"}}""")]
    [InlineData("""{"type":"Video Completed","data":{"id":"video_1"}}""")]
    [InlineData("""{"data":{"id":"video_1"}}""")]
    [InlineData("""{"type":"video.completed","data":{"id":"video_1"}} and more""")]
    public async Task A_signed_body_that_is_no_event_is_refused(string body)
    {
        var webhook = inbox.NewWebhook() with { Body = body };
        using var answer = await inbox.SendAsync(webhook);

        Assert.Equal("invalid_event", (await Inbox.ErrorAsync(answer, 400)).Code);
        Assert.Equal(0, await inbox.CountRowsAsync(webhook.Id));
    }

    [Theory]
    [InlineData(128, 204)]
    [InlineData(129, 400)]
    public async Task An_upstreams_id_has_a_bound(int length, int status)
    {
        var body = $$$"""{"type":"video.completed","data":{"id":"{{{new string('a', length)}}}"}}""";
        using var answer = await inbox.SendAsync(inbox.NewWebhook() with { Body = body });

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(65_535, 204)]
    [InlineData(65_536, 204)]
    [InlineData(65_537, 413)]
    public async Task A_webhook_is_at_most_64_KiB(int length, int status)
    {
        var body = """{"type":"video.completed","data":{"id":"video_1"}}""".PadRight(length);
        using var answer = await inbox.SendAsync(inbox.NewWebhook() with { Body = body });

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("Simulator")]
    public async Task An_upstream_that_is_not_configured_is_an_unknown_url(string upstream)
    {
        using var answer = await inbox.SendAsync(inbox.NewWebhook() with { Upstream = upstream });

        Assert.Equal("unknown_url", (await Inbox.ErrorAsync(answer, 404)).Code);
    }

    [Fact]
    public async Task While_the_database_is_away_nothing_is_taken_and_afterwards_everything_is()
    {
        using var folder = new ProcessFolder("webhooks");
        await using var postgres = new PostgresServer(folder);
        await postgres.StartAsync(TestContext.Current.CancellationToken);
        var service = inbox.Start(inbox.Settings(postgres.ConnectionString));
        var webhook = inbox.NewWebhook();
        await postgres.StopAsync(TestContext.Current.CancellationToken);

        using var refused = await inbox.SendAsync(webhook, service.Address);
        Assert.Equal("service_unavailable", (await Inbox.ErrorAsync(refused, 503)).Code);
        Assert.Equal("2", Assert.Single(refused.Headers.GetValues("Retry-After")));

        await postgres.StartAsync(TestContext.Current.CancellationToken);
        using var taken = await inbox.SendAsync(webhook, service.Address);
        Assert.Equal(HttpStatusCode.NoContent, taken.StatusCode);
        Assert.Equal(1, await inbox.QueryAsync<long>(
            "select count(*) from inbound_webhooks", database: postgres.ConnectionString));
    }

    [Fact]
    public async Task Old_webhooks_are_forgotten_and_recent_ones_kept()
    {
        await inbox.QueryAsync<int>(
            """
            insert into inbound_webhooks (upstream, webhook_id, type, upstream_id, body, received_at)
            values ('simulator', 'wh_old', 'x', 'x', '', now() - interval '30 days 1 minute'),
                   ('simulator', 'wh_recent', 'x', 'x', '', now() - interval '29 days')
            """);
        inbox.Start(inbox.Settings(inbox.Database));

        await Wait.UntilAsync("the old one is gone", async _ => await inbox.CountRowsAsync("wh_old") == 0);
        Assert.Equal(1, await inbox.CountRowsAsync("wh_recent"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_?")]
    public void A_secret_that_cannot_be_read_keeps_the_service_from_starting(string secret)
    {
        var settings = inbox.Settings(inbox.Database);
        settings[$"Webhooks:Upstreams:{Inbox.Upstream}:Secrets:1"] = secret;

        var exception = Assert.ThrowsAny<Exception>(() => inbox.Start(settings));

        Assert.Contains("Webhooks:Upstreams:simulator:Secrets", exception.ToString(), StringComparison.Ordinal);
    }
}
