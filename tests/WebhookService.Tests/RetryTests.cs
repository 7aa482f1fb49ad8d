using System.Globalization;
using System.Text.Json.Nodes;
using Sora.TestServers.Processes;
using Sora.WebhookService.Tests.Harness;
using Xunit;

namespace Sora.WebhookService.Tests;

/// <summary>What becomes of a delivery, and of an endpoint, that fails.</summary>
public sealed class RetryTests(SharedWebhookSystem shared)
{
    private static readonly object Enabled = new { sora = new { status = "enabled" } };
    private static readonly object Disabled = new { sora = new { status = "disabled" } };

    private WebhookSystem System => shared.System;

    [Fact]
    public async Task After_ten_attempts_a_delivery_has_failed_and_a_replay_keeps_its_id()
    {
        var mailbox = System.Receiver.NewMailbox(Mailbox.Status(500));
        var endpoint = await System.NewCustomer().CreateEndpointAsync(mailbox);
        await endpoint.Customer.CompleteVideoAsync();
        var failed = await endpoint.DeliveryAsync("failed");

        Assert.Equal(10, mailbox.Received.Count);
        Assert.Equal((10, null), ((int)failed["attempt_count"]!, failed["next_attempt_at"]));
        Assert.Equal(
            Enumerable.Range(1, 10).Reverse(),
            failed["attempts"]!.AsArray().Select(attempt => (int)attempt!["number"]!));
        Assert.NotNull((long?)(await endpoint.ReadAsync())["sora"]!["failing_since"]);

        mailbox.Answer = Mailbox.Status(200);
        System.Clock.Shift += TimeSpan.FromSeconds(2);
        var replayed = await endpoint.Customer.PostAsync($"{endpoint.Path}/deliveries/{failed["id"]}/replay");
        await endpoint.DeliveryAsync("delivered");
        var (first, last) = (mailbox.Received[0], mailbox.Received[^1]);

        Assert.Equal("pending", (string)replayed["status"]!);
        Assert.Equal((first.Id, first.Body), (last.Id, last.Body));
        Assert.True(Number(last.Timestamp) > Number(first.Timestamp), "The timestamp is not fresh.");
        Assert.NotEqual(first.Signatures, last.Signatures);
        Assert.Null(last.FindFault(endpoint.Secret, last.At + System.Clock.Shift));
        Assert.Null((long?)(await endpoint.ReadAsync())["sora"]!["failing_since"]);
    }

    [Fact]
    public async Task Retry_After_makes_the_next_attempt_later_up_to_twice_the_pause()
    {
        await using var system = await WebhookSystem.StartAsync(("Deliveries:Schedule:1", "00:10:00"));
        var asked = system.Receiver.NewMailbox(context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "90000";
            return Task.CompletedTask;
        });
        var endpoint = await system.NewCustomer().CreateEndpointAsync(asked);
        await endpoint.Customer.CompleteVideoAsync();
        await asked.HearAsync();
        var delivery = await FailedOnceAsync(endpoint);

        Assert.InRange((long)delivery["next_attempt_at"]! - (long)delivery["created_at"]!, 1200, 1203);
    }

    [Fact]
    public async Task An_endpoint_that_answers_410_is_disabled_and_the_others_are_told()
    {
        var customer = System.NewCustomer();
        var (gone, other) = (System.Receiver.NewMailbox(Mailbox.Status(410)), System.Receiver.NewMailbox());
        var endpoint = await customer.CreateEndpointAsync(gone, "video.completed", "webhook_endpoint.disabled");
        await customer.CreateEndpointAsync(other, "webhook_endpoint.disabled");
        await customer.CompleteVideoAsync();
        var notice = Assert.Single(await other.HearAsync());
        var audit = await System.AuditAsync("webhook_endpoint.disabled", endpoint.Id);
        var status = (await endpoint.ReadAsync())["sora"]!;

        Assert.Equal(endpoint.Id, (string)JsonNode.Parse(notice.Body)!["data"]!["id"]!);
        Assert.Contains("\"webhook_endpoint.disabled\"", notice.Body);
        Assert.Equal(("webhook-service", "gone"), (audit.Actor, audit.Details["reason"]));
        Assert.Equal(("disabled", "gone"), ((string)status["status"]!, (string)status["disabled_reason"]!));
        Assert.Single(gone.Received);
    }

    [Fact]
    public async Task What_happens_while_an_endpoint_is_disabled_is_held_and_can_be_replayed()
    {
        var mailbox = System.Receiver.NewMailbox();
        var endpoint = await System.NewCustomer().CreateEndpointAsync(mailbox);
        var disabled = await endpoint.Customer.PostAsync(endpoint.Path, Disabled);
        Assert.Equal("by_user", (string)disabled["sora"]!["disabled_reason"]!);
        var video = await endpoint.Customer.CompleteVideoAsync();
        var held = await endpoint.DeliveryAsync("held");
        var refused = await endpoint.Customer.RefusedAsync(
            400, HttpMethod.Post, $"{endpoint.Path}/deliveries/{held["id"]}/replay", new { });
        await endpoint.Customer.RefusedAsync(400, HttpMethod.Post, $"{endpoint.Path}/replay", new { });

        Assert.Equal("webhook_endpoint_disabled", refused.Code);
        Assert.Empty(mailbox.Received);

        await endpoint.Customer.PostAsync(endpoint.Path, Enabled);
        var replay = await endpoint.Customer.PostAsync($"{endpoint.Path}/replay");
        var received = Assert.Single(await mailbox.HearAsync());

        Assert.Equal((1, false), ((int)replay["count"]!, (bool)replay["has_more"]!));
        Assert.Equal((string)held["id"]!, received.Id);
        Assert.Contains(video, received.Body);
    }

    [Fact]
    public async Task What_waits_for_its_next_attempt_is_held_when_its_endpoint_is_disabled()
    {
        await using var system = await WebhookSystem.StartAsync(("Deliveries:Schedule:1", "00:10:00"));
        var mailbox = system.Receiver.NewMailbox(Mailbox.Status(500));
        var endpoint = await system.NewCustomer().CreateEndpointAsync(mailbox);
        await endpoint.Customer.CompleteVideoAsync();
        await FailedOnceAsync(endpoint);
        await endpoint.Customer.PostAsync(endpoint.Path, Disabled);
        var held = await endpoint.DeliveryAsync("held");

        Assert.Null(held["next_attempt_at"]);
    }

    [Fact]
    public async Task Days_of_nothing_but_failures_disable_an_endpoint()
    {
        await using var system = await WebhookSystem.StartAsync();
        var customer = system.NewCustomer();
        var (dead, other) = (system.Receiver.NewMailbox(Mailbox.Status(503)), system.Receiver.NewMailbox());
        var endpoint = await customer.CreateEndpointAsync(dead);
        await customer.CreateEndpointAsync(other, "webhook_endpoint.disabled");
        await customer.CompleteVideoAsync();
        await endpoint.DeliveryAsync("failed");
        Assert.Equal("enabled", (string)(await endpoint.ReadAsync())["sora"]!["status"]!);

        system.Clock.Shift = TimeSpan.FromDays(5.1);
        await customer.FailVideoAsync();
        await other.HearAsync();
        var audit = await system.AuditAsync("webhook_endpoint.disabled", endpoint.Id);

        Assert.Equal("failing", audit.Details["reason"]);
        Assert.Equal("failing", (string)(await endpoint.ReadAsync())["sora"]!["disabled_reason"]!);
        Assert.Equal(11, dead.Received.Count);
    }

    [Fact]
    public async Task A_success_among_the_failures_keeps_an_endpoint_enabled()
    {
        await using var system = await WebhookSystem.StartAsync();
        var mailbox = system.Receiver.NewMailbox(Mailbox.Status(503));
        var endpoint = await system.NewCustomer().CreateEndpointAsync(mailbox);
        await endpoint.Customer.CompleteVideoAsync();
        await endpoint.DeliveryAsync("failed");
        mailbox.Answer = Mailbox.Status(200);
        await endpoint.Customer.CompleteVideoAsync();
        await mailbox.HearAsync(11);
        await Wait.UntilAsync(
            "the success is written down", async _ => (await endpoint.LogAsync("?status=delivered")).Count == 1);

        mailbox.Answer = Mailbox.Status(503);
        system.Clock.Shift = TimeSpan.FromDays(6);
        await endpoint.Customer.CompleteVideoAsync();
        await mailbox.HearAsync(21);
        await Wait.UntilAsync("the failures are written down", async _ => (await endpoint.LogAsync("?status=failed")).Count == 2);

        Assert.Equal("enabled", (string)(await endpoint.ReadAsync())["sora"]!["status"]!);
    }

    [Fact]
    public async Task Many_are_replayed_by_time_and_status()
    {
        var mailbox = System.Receiver.NewMailbox();
        var endpoint = await System.NewCustomer().CreateEndpointAsync(mailbox);
        for (var video = 0; video < 5; video++)
        {
            await endpoint.Customer.CompleteVideoAsync();
        }

        await mailbox.HearAsync(5);
        await Wait.UntilAsync("all are delivered", async _ => (await endpoint.LogAsync("?status=delivered")).Count == 5);
        var created = (long)(await endpoint.LogAsync())[0]!["created_at"]!;
        await ReplayAsync(0, new { });
        await ReplayAsync(0, new { status = "delivered", since = created + 100 });
        await ReplayAsync(0, new { status = "delivered", until = created - 100 });
        await ReplayAsync(5, new { status = "delivered", since = created - 100, until = created + 100 });
        var received = await mailbox.HearAsync(10);

        Assert.All(received.GroupBy(webhook => webhook.Id), webhook => Assert.Equal(2, webhook.Count()));

        async Task ReplayAsync(int count, object body) =>
            Assert.Equal(count, (int)(await endpoint.Customer.PostAsync($"{endpoint.Path}/replay", body))["count"]!);
    }

    [Fact]
    public async Task A_log_is_paged_newest_first_and_filtered()
    {
        var endpoint = await System.NewCustomer().CreateEndpointAsync(System.Receiver.NewMailbox());
        for (var video = 0; video < 5; video++)
        {
            await endpoint.Customer.CompleteVideoAsync();
        }

        await Wait.UntilAsync("all are delivered", async _ => (await endpoint.LogAsync("?status=delivered")).Count == 5);
        var all = (await endpoint.LogAsync()).Select(Id).ToList();
        var first = await endpoint.Customer.GetAsync($"{endpoint.Path}/deliveries?limit=3");
        var second = await endpoint.LogAsync($"?limit=3&after={first["last_id"]}");

        Assert.Equal(all, first["data"]!.AsArray().Concat(second).Select(Id));
        Assert.True((bool)first["has_more"]!);
        Assert.Equal(Enumerable.Reverse(all), (await endpoint.LogAsync("?order=asc")).Select(Id));
        Assert.Empty(await endpoint.LogAsync("?status=failed"));
    }

    [Fact]
    public async Task During_a_rotation_with_overlap_both_secrets_verify_and_after_it_only_the_new()
    {
        await using var system = await WebhookSystem.StartAsync();
        var mailbox = system.Receiver.NewMailbox();
        var endpoint = await system.NewCustomer().CreateEndpointAsync(mailbox);
        var (lost, next) = (await RotateAsync(endpoint, true), await RotateAsync(endpoint, true));
        var both = await NextAsync();
        system.Clock.Shift = TimeSpan.FromHours(24) + TimeSpan.FromMinutes(1);
        var after = await NextAsync();
        var last = await RotateAsync(endpoint, false);
        var atOnce = await NextAsync();

        Assert.Equal(3, both.Signatures.Count);
        Assert.All([next, lost, endpoint.Secret], secret => Assert.Null(both.FindFault(secret)));
        Assert.Single(after.Signatures);
        Assert.Null(after.FindFault(next, after.At + system.Clock.Shift));
        Assert.NotNull(after.FindFault(endpoint.Secret, after.At + system.Clock.Shift));
        Assert.Single(atOnce.Signatures);
        Assert.Null(atOnce.FindFault(last, atOnce.At + system.Clock.Shift));
        var audit = await system.AuditAsync("webhook_endpoint.secret_rotated", endpoint.Id);
        Assert.Equal("true", audit.Details["old_secret_active_for_24_hours"]);
        Assert.Equal($"whsec_...{last[^4..]}", (string)(await endpoint.ReadAsync())["signing_secret_hint"]!);

        async Task<ReceivedWebhook> NextAsync()
        {
            var count = mailbox.Received.Count;
            await endpoint.Customer.CompleteVideoAsync();
            return (await mailbox.HearAsync(count + 1))[count];
        }
    }

    [Fact]
    public async Task Nothing_more_is_sent_to_a_deleted_endpoint()
    {
        var customer = System.NewCustomer();
        var (deleted, other) = (System.Receiver.NewMailbox(Mailbox.Status(500)), System.Receiver.NewMailbox());
        var endpoint = await customer.CreateEndpointAsync(deleted);
        await customer.CreateEndpointAsync(other);
        await customer.CompleteVideoAsync();
        await deleted.HearAsync();
        await customer.AskAsync(HttpMethod.Delete, endpoint.Path);
        await Wait.UntilAsync("nothing is on its way", async _ => await System.QueryAsync<long>(
            "select count(*) from webhook_deliveries where project = @Project and in_flight", customer.Caller) == 0);
        var count = deleted.Received.Count;
        await customer.CompleteVideoAsync();
        await other.HearAsync(2);

        Assert.Equal(count, deleted.Received.Count);
    }

    private static async Task<string> RotateAsync(CustomersEndpoint endpoint, bool keepsOld) =>
        (string)(await endpoint.Customer.PostAsync(
            $"{endpoint.Path}/rotate_secret", new { keep_old_secret_active_for_24_hours = keepsOld }))["signing_secret"]!;

    private static Task<JsonNode> FailedOnceAsync(CustomersEndpoint endpoint) => Wait.ForAsync("it has failed once", async _ =>
    {
        var log = await endpoint.LogAsync();
        return log.Count > 0 && (int)log[0]!["attempt_count"]! == 1 && log[0]!["last_error"] is not null ? log[0] : null;
    });

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Id(JsonNode? item) => (string)item!["id"]!;
}
