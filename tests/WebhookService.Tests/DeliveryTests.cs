using Sora.Contracts;
using Sora.ServiceDefaults;
using Sora.TestServers.Processes;
using Sora.WebhookService.Tests.Harness;
using Xunit;

namespace Sora.WebhookService.Tests;

/// <summary>From what happened to a signed request at the customer's URL.</summary>
public sealed class DeliveryTests(SharedWebhookSystem shared)
{
    private WebhookSystem System => shared.System;

    [Fact]
    public async Task A_finished_video_is_told_signed_and_thin()
    {
        var mailbox = System.Receiver.NewMailbox();
        var endpoint = await System.NewCustomer().CreateEndpointAsync(mailbox);
        var video = await endpoint.Customer.CompleteVideoAsync();
        var received = Assert.Single(await mailbox.HearAsync());
        var delivery = await endpoint.DeliveryAsync("delivered");

        Assert.Matches(
            """\A{"id":"evt_[0-9a-f]{48}","object":"event","created_at":\d{10},"type":"video.completed","""
            + $"\"data\":{{\"id\":\"{video}\"}}}}\\z",
            received.Body);
        Assert.Null(received.FindFault(endpoint.Secret));
        Assert.NotNull(received.FindFault("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="));
        Assert.Equal("application/json", received.Headers.ContentType);
        Assert.Equal("Sora/1.0 (webhooks)", received.Headers.UserAgent);
        Assert.False(received.Headers.ContainsKey("traceparent"));
        Assert.Equal(received.Id, (string)delivery["id"]!);
        Assert.Equal(received.Body, (string)delivery["body"]!);
        Assert.Equal((1, 204, null), (
            (int)delivery["attempt_count"]!, (int)delivery["attempts"]![0]!["status_code"]!, delivery["attempts"]![0]!["error"]));
    }

    [Fact]
    public async Task A_failed_video_is_told_to_those_who_want_to_know_and_to_nobody_else()
    {
        var customer = System.NewCustomer();
        var (wants, other, stranger) =
            (System.Receiver.NewMailbox(), System.Receiver.NewMailbox(), System.Receiver.NewMailbox());
        await customer.CreateEndpointAsync(wants, "video.failed");
        await customer.CreateEndpointAsync(other, "video.completed");
        await System.NewCustomer(customer.Caller.Organization).CreateEndpointAsync(stranger);
        await customer.FailVideoAsync();
        await customer.CompleteVideoAsync();
        await other.HearAsync();

        Assert.Contains("\"video.failed\"", Assert.Single(await wants.HearAsync()).Body);
        Assert.Contains("\"video.completed\"", Assert.Single(other.Received).Body);
        Assert.Empty(stranger.Received);
    }

    [Fact]
    public async Task Two_endpoints_get_one_event_under_two_ids()
    {
        var customer = System.NewCustomer();
        var (one, two) = (System.Receiver.NewMailbox(), System.Receiver.NewMailbox());
        var (first, second) = (await customer.CreateEndpointAsync(one), await customer.CreateEndpointAsync(two));
        await customer.CompleteVideoAsync();
        var (left, right) = ((await one.HearAsync())[0], (await two.HearAsync())[0]);

        Assert.Equal(left.Body, right.Body);
        Assert.NotEqual(left.Id, right.Id);
        Assert.Null(left.FindFault(first.Secret));
        Assert.NotNull(left.FindFault(second.Secret));
    }

    [Fact]
    public async Task An_end_that_is_announced_again_with_another_message_is_one_event()
    {
        var customer = System.NewCustomer();
        var mailbox = System.Receiver.NewMailbox();
        await customer.CreateEndpointAsync(mailbox);
        var now = System.Clock.GetUtcNow();
        var completed = new VideoCompleted(
            Ids.New("video", now), customer.Caller.Organization, customer.Caller.Project, customer.Caller.User, "simulator",
            "up_1", now, now.AddDays(1));
        await System.PublishAsync(completed);
        await System.PublishAsync(completed);
        await mailbox.HearAsync();
        var later = await customer.CompleteVideoAsync();

        // The queue is in order: whatever became of the second message is there before the later video's event.
        await mailbox.HearAsync(2);
        Assert.Single(mailbox.Received, received => received.Body.Contains(completed.VideoId, StringComparison.Ordinal));
        Assert.Single(mailbox.Received, received => received.Body.Contains(later, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_video_that_waits_for_an_approval_is_told_to_those_who_want_to_know()
    {
        var customer = System.NewCustomer();
        var mailbox = System.Receiver.NewMailbox();
        await customer.CreateEndpointAsync(mailbox, "video.approval_requested");
        var now = System.Clock.GetUtcNow();
        var id = Ids.New("video", now);
        await System.PublishAsync(new ApprovalRequested(
            id, customer.Caller.Organization, customer.Caller.Project, customer.Caller.User, "create", "sora-2-pro",
            "1280x720", 8, 2_400_000, "It is expensive.", now, now.AddDays(3)));

        var received = Assert.Single(await mailbox.HearAsync());
        Assert.Contains($"\"type\":\"video.approval_requested\",\"data\":{{\"id\":\"{id}\"}}", received.Body);
    }

    [Fact]
    public async Task A_message_that_comes_twice_is_one_event()
    {
        var mailbox = System.Receiver.NewMailbox();
        var endpoint = await System.NewCustomer().CreateEndpointAsync(mailbox);
        var (caller, now) = (endpoint.Customer.Caller, TimeProvider.System.GetUtcNow());
        await System.PublishTwiceAsync(new VideoCompleted(
            Ids.New("video", now), caller.Organization, caller.Project, caller.User, "simulator", "up_1", now, now));
        await endpoint.Customer.FailVideoAsync();
        var received = await mailbox.HearAsync(2);

        Assert.Single(received, webhook => webhook.Body.Contains("video.completed"));
        Assert.Equal(2, (await endpoint.LogAsync()).Count);
    }

    [Theory]
    [InlineData(301, "redirect"), InlineData(302, "redirect"), InlineData(307, "redirect"), InlineData(308, "redirect")]
    [InlineData(304, "redirect"), InlineData(400, "status"), InlineData(404, "status"), InlineData(500, "status")]
    public async Task Only_a_2xx_is_a_success_and_a_redirect_is_not_followed(int status, string error)
    {
        var elsewhere = System.Receiver.NewMailbox();
        var answers = 0;
        var mailbox = System.Receiver.NewMailbox(context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref answers) == 1 ? status : 202;
            context.Response.Headers.Location = elsewhere.Url.AbsoluteUri;
            return Task.CompletedTask;
        });
        var endpoint = await System.NewCustomer().CreateEndpointAsync(mailbox);
        await endpoint.Customer.CompleteVideoAsync();
        var delivery = await endpoint.DeliveryAsync("delivered");
        var received = await mailbox.HearAsync(2);

        Assert.Equal((status, error), (
            (int)delivery["attempts"]![1]!["status_code"]!, (string)delivery["attempts"]![1]!["error"]!));
        Assert.Equal((202, null), ((int)delivery["last_status_code"]!, delivery["last_error"]));
        Assert.Single(received.Select(webhook => webhook.Id).Distinct());
        Assert.All(received, webhook => Assert.Null(webhook.FindFault(endpoint.Secret)));
        Assert.Empty(elsewhere.Received);
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_is_given_up_in_time()
    {
        await using var system = await WebhookSystem.StartAsync(
            ("Deliveries:Timeout", "00:00:00.300"), ("Deliveries:Schedule:1", "01:00:00"));
        var endpoint = await system.NewCustomer().CreateEndpointAsync(system.Receiver.NewMailbox(Mailbox.Silence));
        await endpoint.Customer.CompleteVideoAsync();
        var attempt = await Wait.ForAsync("the attempt is written down", async _ =>
        {
            var log = await endpoint.LogAsync();
            return log.Count > 0 && (int)log[0]!["attempt_count"]! == 1 ? log[0] : null;
        });

        Assert.Equal(("pending", "timeout", null), (
            (string)attempt["status"]!, (string)attempt["last_error"]!, attempt["last_status_code"]));
        Assert.InRange((long)attempt["next_attempt_at"]! - (long)attempt["created_at"]!, 3600, 3600 * 1.2 + 5);
    }

    [Fact]
    public async Task An_answer_without_end_is_read_no_further_than_shown()
    {
        var mailbox = System.Receiver.NewMailbox(async context =>
        {
            context.Response.StatusCode = 200;
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(new string('a', 512) + '\0', context.RequestAborted);
            }
        });
        var endpoint = await System.NewCustomer().CreateEndpointAsync(mailbox);
        await endpoint.Customer.CompleteVideoAsync();
        var delivery = await endpoint.DeliveryAsync("delivered");

        Assert.Equal(1024, ((string)delivery["attempts"]![0]!["response_body"]!).Length);
    }

    [Fact]
    public async Task A_host_that_nobody_knows_or_nobody_answers_on_is_named_in_the_log()
    {
        await using var system = await WebhookSystem.StartAsync(("Deliveries:Schedule:1", "01:00:00"));
        var customer = system.NewCustomer();
        var nobody = await customer.CreateEndpointAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}/"));
        var unknown = await customer.CreateEndpointAsync(new Uri("https://nobody.invalid/"));
        await customer.CompleteVideoAsync();

        Assert.Equal("connection", await LastErrorAsync(nobody));
        Assert.Equal("name_resolution", await LastErrorAsync(unknown));
    }

    [Fact]
    public async Task A_name_that_leads_inside_gets_no_connection()
    {
        // The name passes the create, as anybody's DNS may say anything later; the connection is what is guarded.
        await using var system = await WebhookSystem.StartAsync(
            ("Egress:AllowedNetworks:0", null), ("Deliveries:Schedule:1", "01:00:00"));
        var customer = system.NewCustomer();
        var port = system.Receiver.Address.Port;
        var endpoint = await customer.CreateEndpointAsync(new Uri($"http://localhost:{port}/"));
        await customer.CompleteVideoAsync();
        var error = await LastErrorAsync(endpoint);
        var test = await customer.RefusedAsync(
            400, HttpMethod.Post, $"{endpoint.Path}/test", new { event_type = "video.completed" });

        Assert.Equal("refused", error);
        Assert.Contains("not on the public internet", test.Message);
        Assert.Equal(0, system.Receiver.Connections);
    }

    [Fact]
    public async Task A_test_event_is_sent_once_and_answers_what_the_endpoint_said()
    {
        var mailbox = System.Receiver.NewMailbox(Mailbox.Status(418));
        var endpoint = await System.NewCustomer().CreateEndpointAsync(mailbox, "video.completed");
        var result = await endpoint.Customer.PostAsync($"{endpoint.Path}/test", new { event_type = "video.failed" });
        var received = Assert.Single(mailbox.Received);

        Assert.Equal(
            $$"""{"object":"webhook_endpoint.test","webhook_endpoint_id":"{{endpoint.Id}}","event_type":"video.failed","""
            + """ "status_code":418,"success":true}""".TrimStart(),
            result.ToJsonString());
        Assert.Null(received.FindFault(endpoint.Secret));
        Assert.Contains("\"video.failed\"", received.Body);
        Assert.Empty(await endpoint.LogAsync());
    }

    [Fact]
    public async Task Events_are_forgotten_after_30_days_with_their_deliveries()
    {
        await using var system = await WebhookSystem.PrepareAsync();
        await using (var first = new ServiceHost(system.Settings))
        {
            first.StartServer();
        }

        await system.QueryAsync<int>(
            """
            insert into webhook_endpoints (id, organization, project, name, url, event_types, created_at, updated_at)
            values ('whe_1', 'o', 'p', 'n', 'https://a.example', '{video.completed}', now(), now());
            insert into webhook_events (id, organization, project, type, subject, body, created_at) values
                ('evt_old', 'o', 'p', 'video.completed', 'video_1', '{}', now() - interval '30 days 1 minute'),
                ('evt_recent', 'o', 'p', 'video.completed', 'video_2', '{}', now() - interval '29 days');
            insert into webhook_deliveries (id, event_id, endpoint_id, project, status, created_at)
            select replace(id, 'evt', 'wh'), id, 'whe_1', 'p', 'failed', created_at from webhook_events;
            insert into webhook_attempts (delivery_id, number, project, sent_at, duration_ms)
            select id, 1, project, created_at, 1 from webhook_deliveries;
            """);
        await using var second = new ServiceHost(system.Settings);
        second.StartServer();

        await Wait.UntilAsync("the old one is gone", async _ => await system.QueryAsync<long>(
            "select count(*) from webhook_attempts") == 1);
        Assert.Equal("evt_recent", await system.QueryAsync<string>("select event_id from webhook_deliveries"));
    }

    private static Task<string> LastErrorAsync(CustomersEndpoint endpoint) => Wait.ForAsync(
        "the attempt is written down",
        async _ =>
        {
            var log = await endpoint.LogAsync();
            return log.Count > 0 ? (string?)log[0]!["last_error"] : null;
        });
}
