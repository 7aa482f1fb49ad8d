using System.Text.Json.Nodes;
using Sora.WebhookService.Tests.Harness;
using Xunit;

namespace Sora.WebhookService.Tests;

/// <summary>Every mistake is named, and leaves nothing behind.</summary>
public sealed class EndpointInputTests(SharedWebhookSystem shared)
{
    private const string Endpoints = "/v1/webhook_endpoints";

    private WebhookSystem System => shared.System;

    public static TheoryData<string, string?> BadCreates => new()
    {
        { "{}", "name" },
        { """{"url":"https://a.example","event_types":["video.completed"]}""", "name" },
        { """{"name":"a","event_types":["video.completed"]}""", "url" },
        { """{"name":"a","url":"https://a.example"}""", "event_types" },
        { """{"name":null,"url":"https://a.example","event_types":["video.completed"]}""", "name" },
        { Create(name: ""), "name" },
        { Create(name: "  "), "name" },
        { Create(name: "a\u0000b"), "name" },
        { Create(name: "a\nb"), "name" },
        { Create(name: new string('n', 257)), "name" },
        { """{"name":7,"url":"https://a.example","event_types":["video.completed"]}""", "name" },
        { """{"name":"\ud800","url":"https://a.example","event_types":["video.completed"]}""", "name" },
        { Create(types: "[]"), "event_types" },
        { Create(types: """["batch.completed"]"""), "event_types" },
        { Create(types: """["video.completed",null]"""), "event_types" },
        { Create(types: """[7]"""), "event_types[0]" },
        { Create(types: "\"video.completed\""), "event_types" },
        { """{"name":"a","url":"https://a.example","event_types":["video.completed"],"project":"p"}""", "project" },
        { """{"name":"a","name":"b","url":"https://a.example","event_types":["video.completed"]}""", "name" },
        { "[]", null },
        { "null", null },
        { "{", null },
        { "not json", null },
    };

    [Theory]
    [MemberData(nameof(BadCreates))]
    public async Task A_create_that_is_wrong_names_what_is_wrong(string body, string? param)
    {
        var customer = System.NewCustomer();
        using var answer = await customer.SendRawAsync(HttpMethod.Post, Endpoints, body);
        var error = await Inbox.ErrorAsync(answer, 400);

        Assert.Equal(("invalid_request_error", param), (error.Type, error.Param));
        Assert.Empty((await customer.GetAsync(Endpoints))["data"]!.AsArray());
    }

    [Theory]
    [InlineData(""), InlineData("/relative"), InlineData("//127.0.0.1/"), InlineData("ftp://a.example/")]
    [InlineData("javascript:alert(1)"), InlineData("http://a.example/"), InlineData("https://"), InlineData("https:// a/")]
    [InlineData("https://user@a.example/"), InlineData("https://user:password@a.example/")]
    [InlineData("https://1.1.1.1:443@10.0.0.1/"), InlineData("https://a.example\\@10.0.0.1/"), InlineData("https://a.example/\n")]
    [InlineData("https://10.0.0.1/"), InlineData("https://169.254.169.254/latest"), InlineData("https://192.168.1.1/")]
    [InlineData("https://172.16.0.1/"), InlineData("https://100.64.0.1/"), InlineData("https://0.0.0.0/")]
    [InlineData("https://0/")]
    [InlineData("https://[::1]/"), InlineData("https://[::]/"), InlineData("https://[fd00::1]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/"), InlineData("https://[64:ff9b::10.0.0.1]/"), InlineData("https://[2002:7f00:1::]/")]
    [InlineData("https://168.63.129.16/"), InlineData("https://224.0.0.1/"), InlineData("https://255.255.255.255/")]
    [InlineData("https://0x0a.1/"), InlineData("https://167772161/"), InlineData("https://1.1.1.1:22/")]
    public async Task A_URL_that_leads_inside_or_nowhere_is_refused(string url)
    {
        var customer = System.NewCustomer();
        var body = new { name = "a", url, event_types = new[] { "video.completed" } };
        var error = await customer.RefusedAsync(400, HttpMethod.Post, Endpoints, body);

        Assert.Equal("url", error.Param);
        Assert.Empty((await customer.GetAsync(Endpoints))["data"]!.AsArray());

        var endpoint = await customer.CreateEndpointAsync(new Uri("https://a.example/"));
        Assert.Equal("url", (await customer.RefusedAsync(400, HttpMethod.Post, endpoint.Path, new { url })).Param);
        Assert.Equal("https://a.example/", (string)(await endpoint.ReadAsync())["url"]!);
    }

    [Theory]
    [InlineData("https://1.1.1.1/"), InlineData("https://[2606:4700:4700::1111]/"), InlineData("https://a.example:8443/x?y=z")]
    [InlineData("https://bücher.example/")]
    public async Task A_public_URL_is_taken(string url) =>
        await System.NewCustomer().CreateEndpointAsync(new Uri(url));

    [Theory]
    [InlineData(2048, 200), InlineData(2049, 400)]
    public async Task A_URL_has_a_bound(int length, int status)
    {
        var url = "https://a.example/".PadRight(length, 'a');
        using var answer = await System.NewCustomer().SendAsync(
            HttpMethod.Post, Endpoints, new { name = "a", url, event_types = new[] { "video.completed" } });

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Plain_http_is_refused_unless_the_installation_allows_it()
    {
        await using var system = await WebhookSystem.StartAsync(("Egress:AllowHttp", null), ("Egress:AllowedNetworks:0", null));
        var error = await system.NewCustomer().RefusedAsync(400, HttpMethod.Post, Endpoints, new
        {
            name = "a",
            url = system.Receiver.Address,
            event_types = new[] { "video.completed" },
        });

        Assert.Equal("url", error.Param);
    }

    [Theory]
    [InlineData("", """{"name":""}""", "name")]
    [InlineData("", """{"event_types":[]}""", "event_types")]
    [InlineData("", """{"sora":{"status":"paused"}}""", "sora.status")]
    [InlineData("", """{"sora":{"disabled_at":1}}""", "sora.disabled_at")]
    [InlineData("", """{"id":"whe_1"}""", "id")]
    [InlineData("/rotate_secret", """{"keep_old_secret_active_for_24_hours":"yes"}""", "keep_old_secret_active_for_24_hours")]
    [InlineData("/rotate_secret", """{"keep":true}""", "keep")]
    [InlineData("/test", "{}", "event_type")]
    [InlineData("/test", """{"event_type":"batch.completed"}""", "event_type")]
    [InlineData("/replay", """{"since":-1}""", "since")]
    [InlineData("/replay", """{"since":"yesterday"}""", "since")]
    [InlineData("/replay", """{"until":253402300800}""", "until")]
    [InlineData("/replay", """{"since":2,"until":1}""", "until")]
    [InlineData("/replay", """{"status":"pending"}""", "status")]
    public async Task A_change_that_is_wrong_names_what_is_wrong(string route, string body, string param)
    {
        var endpoint = await System.NewCustomer().CreateEndpointAsync(new Uri("https://a.example/"));
        using var answer = await endpoint.Customer.SendRawAsync(HttpMethod.Post, endpoint.Path + route, body);

        Assert.Equal(param, (await Inbox.ErrorAsync(answer, 400)).Param);
    }

    [Theory]
    [InlineData("limit=0", "limit"), InlineData("limit=101", "limit"), InlineData("limit=x", "limit")]
    [InlineData("order=up", "order"), InlineData("status=lost", "status")]
    public async Task A_query_that_is_wrong_names_what_is_wrong(string query, string param)
    {
        var endpoint = await System.NewCustomer().CreateEndpointAsync(new Uri("https://a.example/"));

        var error = await endpoint.Customer.RefusedAsync(400, HttpMethod.Get, $"{endpoint.Path}/deliveries?{query}");

        Assert.Equal(param, error.Param);
        Assert.Contains("'", error.Message);
    }

    [Theory]
    [InlineData("whe_1"), InlineData("%01"), InlineData("a%2Fb"), InlineData("whe_' or 1=1 --")]
    public async Task What_is_no_id_is_not_found(string id)
    {
        var customer = System.NewCustomer();
        foreach (var path in new[] { $"{Endpoints}/{id}", $"{Endpoints}/{id}/deliveries", $"{Endpoints}/{id}/deliveries/{id}" })
        {
            await customer.RefusedAsync(404, HttpMethod.Get, path);
        }
    }

    [Theory]
    [InlineData("text/plain"), InlineData("application/x-www-form-urlencoded")]
    public async Task A_body_is_JSON(string type)
    {
        using var answer = await System.NewCustomer().SendRawAsync(HttpMethod.Post, Endpoints, Create(), type);

        Assert.Equal("unsupported_content_type", (await Inbox.ErrorAsync(answer, 400)).Code);
    }

    private static string Create(
        string name = "a", string url = "https://a.example/", string types = """["video.completed"]""") => new JsonObject
        {
            ["name"] = name,
            ["url"] = url,
            ["event_types"] = JsonNode.Parse(types),
        }.ToJsonString();
}
