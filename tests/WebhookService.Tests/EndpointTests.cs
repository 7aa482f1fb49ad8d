using System.Text.Json.Nodes;
using Npgsql;
using Sora.WebhookService.Tests.Harness;
using Xunit;

namespace Sora.WebhookService.Tests;

/// <summary>The customers' endpoints over HTTP, in the official SDK's shapes.</summary>
public sealed class EndpointTests(SharedWebhookSystem shared)
{
    private const string Endpoints = "/v1/webhook_endpoints";

    private static readonly Uri Url = new("https://example.com/hooks?token=t0ken");

    private WebhookSystem System => shared.System;

    [Fact]
    public async Task A_new_endpoint_shows_its_secret_once_and_its_hint_ever_after()
    {
        var customer = System.NewCustomer();
        var created = await customer.PostAsync(
            Endpoints, new { name = "Mine", url = Url, event_types = new[] { "video.failed" } });
        var secret = (string)created["signing_secret"]!;
        created.AsObject().Remove("signing_secret");
        var read = await customer.GetAsync($"{Endpoints}/{created["id"]}");

        Assert.Matches(@"\Awhe_[0-9a-f]{48}\z", (string)created["id"]!);
        Assert.Matches(@"\Awhsec_[A-Za-z0-9+/]{43}=\z", secret);
        Assert.Equal($"whsec_...{secret[^4..]}", (string)created["signing_secret_hint"]!);
        Assert.Equal("webhook_endpoint", (string)created["object"]!);
        Assert.Equal(("Mine", Url.OriginalString), ((string)created["name"]!, (string)created["url"]!));
        Assert.Equal("""["video.failed"]""", created["event_types"]!.ToJsonString());
        Assert.Equal("enabled", (string)created["sora"]!["status"]!);
        Assert.InRange((long)created["created_at"]!, Now() - 60, Now());
        Assert.Equal((long)created["created_at"]!, (long)created["updated_at"]!);
        Assert.Equal(created.ToJsonString(), read.ToJsonString());
    }

    [Fact]
    public async Task A_secret_is_sealed_in_the_database_and_in_no_audit_entry()
    {
        var endpoint = await System.NewCustomer().CreateEndpointAsync(Url);
        var row = await System.QueryAsync<byte[]>(
            "select sealed from webhook_secrets where endpoint_id = @Id", new { endpoint.Id });
        var audit = await System.AuditAsync("webhook_endpoint.created", endpoint.Id);

        Assert.DoesNotContain(endpoint.Secret, global::System.Text.Encoding.Latin1.GetString(row!));
        Assert.Equal(-1, row.AsSpan().IndexOf(Convert.FromBase64String(endpoint.Secret["whsec_".Length..])));
        Assert.Equal(endpoint.Customer.Caller.User, audit.Actor);
        Assert.Equal("example.com", audit.Details["host"]);
        Assert.DoesNotContain(audit.Details.Values, value => value.Contains("t0ken") || value.Contains("whsec_"));
    }

    [Fact]
    public async Task An_update_changes_what_it_names_and_nothing_else()
    {
        var endpoint = await System.NewCustomer().CreateEndpointAsync(Url);
        var same = await endpoint.Customer.PostAsync(endpoint.Path, new { name = "My endpoint" });
        var changed = await endpoint.Customer.PostAsync(
            endpoint.Path, new { event_types = new[] { "video.failed", "video.failed" } });
        await System.AuditAsync("webhook_endpoint.updated", endpoint.Id);

        Assert.Equal((long)same["created_at"]!, (long)same["updated_at"]!);
        Assert.Equal("""["video.failed"]""", changed["event_types"]!.ToJsonString());
        Assert.Equal(("My endpoint", Url.OriginalString), ((string)changed["name"]!, (string)changed["url"]!));
        Assert.Null(changed["signing_secret"]);
        Assert.Equal(changed.ToJsonString(), (await endpoint.ReadAsync()).ToJsonString());
    }

    [Fact]
    public async Task A_deleted_endpoint_is_gone_with_its_secrets()
    {
        var endpoint = await System.NewCustomer().CreateEndpointAsync(Url);
        var deleted = await endpoint.Customer.AskAsync(HttpMethod.Delete, endpoint.Path);

        Assert.Equal(
            $$"""{"id":"{{endpoint.Id}}","deleted":true,"object":"webhook_endpoint.deleted"}""", deleted.ToJsonString());
        Assert.Equal(
            "webhook_endpoint_not_found", (await endpoint.Customer.RefusedAsync(404, HttpMethod.Get, endpoint.Path)).Code);
        Assert.Equal(404, (int)(await endpoint.Customer.SendAsync(HttpMethod.Delete, endpoint.Path)).StatusCode);
        Assert.Equal(0, await System.QueryAsync<long>(
            "select count(*) from webhook_secrets where endpoint_id = @Id", new { endpoint.Id }));
        await System.AuditAsync("webhook_endpoint.deleted", endpoint.Id);
    }

    [Fact]
    public async Task A_list_is_paged_newest_first()
    {
        var customer = System.NewCustomer();
        var ids = new List<string>();
        for (var number = 0; number < 5; number++)
        {
            ids.Insert(0, (await customer.CreateEndpointAsync(Url)).Id);
        }

        var first = await customer.GetAsync($"{Endpoints}?limit=2");
        var second = await customer.GetAsync($"{Endpoints}?limit=2&after={first["last_id"]}");
        var third = await customer.GetAsync($"{Endpoints}?limit=2&after={second["last_id"]}");
        var oldest = await customer.GetAsync($"{Endpoints}?limit=1&order=asc");

        Assert.Equal(ids, new[] { first, second, third }.SelectMany(page => page["data"]!.AsArray()).Select(Id));
        Assert.Equal(("list", true, false), (
            (string)first["object"]!, (bool)first["has_more"]!, (bool)third["has_more"]!));
        Assert.Equal((ids[0], ids[^1]), ((string)first["first_id"]!, (string)oldest["first_id"]!));
        Assert.Equal(
            """{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}""",
            (await System.NewCustomer().GetAsync(Endpoints)).ToJsonString());
    }

    [Fact]
    public async Task A_project_has_a_bounded_number_of_endpoints_also_when_they_come_at_once()
    {
        await using var system = await WebhookSystem.StartAsync(("Endpoints:MaxPerProject", "3"));
        var customer = system.NewCustomer();
        var body = new { name = "One of many", url = Url, event_types = new[] { "video.completed" } };
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => customer.SendAsync(HttpMethod.Post, Endpoints, body)));

        Assert.Equal(3, answers.Count(answer => answer.IsSuccessStatusCode));
        Assert.Equal(
            "too_many_webhook_endpoints", (await customer.RefusedAsync(400, HttpMethod.Post, Endpoints, body)).Code);
    }

    [Fact]
    public async Task Another_project_finds_nothing_on_any_route()
    {
        var mailbox = System.Receiver.NewMailbox();
        var owner = await System.NewCustomer().CreateEndpointAsync(mailbox);
        await owner.Customer.CompleteVideoAsync();
        var delivery = (string)(await owner.DeliveryAsync("delivered"))["id"]!;
        var stranger = System.NewCustomer(owner.Customer.Caller.Organization);
        var own = await stranger.CreateEndpointAsync(Url);

        (HttpMethod Method, string Path, object? Body)[] requests =
        [
            (HttpMethod.Get, owner.Path, null),
            (HttpMethod.Post, owner.Path, new { name = "Taken over" }),
            (HttpMethod.Delete, owner.Path, null),
            (HttpMethod.Post, $"{owner.Path}/rotate_secret", new { }),
            (HttpMethod.Post, $"{owner.Path}/test", new { event_type = "video.completed" }),
            (HttpMethod.Post, $"{owner.Path}/replay", new { status = "delivered" }),
            (HttpMethod.Get, $"{owner.Path}/deliveries", null),
            (HttpMethod.Get, $"{owner.Path}/deliveries/{delivery}", null),
            (HttpMethod.Get, $"{own.Path}/deliveries/{delivery}", null),
            (HttpMethod.Post, $"{owner.Path}/deliveries/{delivery}/replay", new { }),
            (HttpMethod.Post, $"{own.Path}/deliveries/{delivery}/replay", new { }),
            (HttpMethod.Get, $"{Endpoints}?after={owner.Id}", null),
            (HttpMethod.Get, $"{own.Path}/deliveries?after={delivery}", null),
        ];
        foreach (var (method, path, body) in requests)
        {
            await stranger.RefusedAsync(404, method, path, body);
        }

        Assert.Equal([own.Id], (await stranger.GetAsync(Endpoints))["data"]!.AsArray().Select(Id));
        Assert.Equal("My endpoint", (string)(await owner.ReadAsync())["name"]!);
        Assert.Single(mailbox.Received);
    }

    [Theory]
    [InlineData("webhook_endpoints")]
    [InlineData("webhook_secrets")]
    [InlineData("webhook_events")]
    [InlineData("webhook_deliveries")]
    [InlineData("webhook_attempts")]
    public async Task The_database_itself_shows_a_project_only_its_own(string table)
    {
        var endpoint = await System.NewCustomer().CreateEndpointAsync(System.Receiver.NewMailbox());
        await endpoint.Customer.CompleteVideoAsync();
        await endpoint.DeliveryAsync("delivered");

        Assert.Equal(1, await CountAsync(table, endpoint.Customer.Caller.Project));
        Assert.Equal(0, await CountAsync(table, "proj_other"));
    }

    [Fact]
    public async Task Without_an_internal_token_nothing_is_answered()
    {
        using var http = new HttpClient { BaseAddress = System.ServiceAddress };
        foreach (var path in new[] { Endpoints, $"{Endpoints}/whe_1", "/v1/webhook_event_types" })
        {
            Assert.Equal(401, (int)(await http.GetAsync(path)).StatusCode);
        }
    }

    [Fact]
    public async Task The_event_types_are_those_that_happen() => Assert.Equal(
        """{"object":"list","data":["video.completed","video.failed","video.approval_requested","webhook_endpoint.disabled"]}""",
        (await System.NewCustomer().GetAsync("/v1/webhook_event_types")).ToJsonString());

    private async Task<long> CountAsync(string table, string project)
    {
        await using var connection = new NpgsqlConnection(System.Database);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(
            $"set local role webhookdb_app; select set_config('app.project', $1, true); select count(*) from {table}"
                .Replace("$1", $"'{project}'"),
            connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.NextResultAsync();
        await reader.ReadAsync();
        return reader.GetInt64(0);
    }

    private static string Id(JsonNode? item) => (string)item!["id"]!;

    private long Now() => System.Clock.GetUtcNow().ToUnixTimeSeconds();
}
