using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>
/// What lies beyond the official client's own suites: each area is walked through, and every answer, good and bad, must be
/// as the OpenAPI document says.
/// </summary>
public sealed class SurfaceConformanceTests(PlatformFixture platform)
{
    private const string Password = "a kite above the quiet park";

    [Fact]
    public Task Keys_and_projects_and_what_was_done_with_them() => WalkAsync(
        async (walk, _) =>
        {
            await WalkKeysAsync(walk);
            await WalkProjectsAsync(walk);
            var page = (await walk.AskAsync(200, "GET", "/v1/audit_log?limit=1"))!;
            await walk.AskAsync(200, "GET", $"/v1/audit_log?limit=1&after={page["last_id"]}");
            await walk.AskAsync(200, "GET", "/v1/audit_log?format=csv");
            await walk.AskAsync(200, "GET", "/v1/audit_log?format=ndjson");
            await walk.AskAsync(400, "GET", "/v1/audit_log?since=yesterday");
        },
        "API keys", "Projects", "Audit log");

    [Fact]
    public Task People_and_their_sessions() => WalkAsync(WalkPeopleAsync, "Session", "People");

    [Fact]
    public Task A_video_from_its_models_to_its_links() => WalkAsync(
        async (walk, proxy) =>
        {
            await walk.AskAsync(200, "GET", "/v1/models");
            await walk.AskAsync(200, "GET", "/v1/models/sora-2");
            await walk.AskAsync(404, "GET", "/v1/models/nobodys");
            await walk.AskAsync(200, "GET", "/v1/usage");
            using var http = ConformanceWalk.WithKey(proxy.Address, platform.System.ApiKey);
            var wanted = await http.CreateAsync("A kite that nobody waits for");
            await walk.AskAsync(200, "POST", $"/v1/videos/{wanted}/cancel");
            await walk.AskAsync(404, "POST", "/v1/videos/video_unknown/cancel");
            var id = await http.CreateAsync("A kite to watch and to share");
            await http.WaitForEndAsync(id);
            await walk.AskAsync(400, "POST", $"/v1/videos/{id}/cancel");
            await WalkEventsAsync(walk, id);
            await WalkSharesAsync(walk, proxy, id);
        },
        "Models", "Usage", "Live events", "Shares");

    [Fact]
    public Task Webhooks_and_what_they_sent() => WalkAsync(WalkWebhooksAsync, "Webhooks");

    private static async Task WalkKeysAsync(ConformanceWalk walk)
    {
        await walk.AskAsync(400, "POST", "/v1/api_keys", new { });
        await walk.AskAsync(400, "POST", "/v1/api_keys", "[");
        await walk.AskAsync(404, "POST", "/v1/api_keys", new { name = "Elsewhere", project = "proj_unknown" });
        var key = (await walk.AskAsync(200, "POST", "/v1/api_keys", new { name = "Narrow", scopes = new[] { "videos:read" } }))!;
        var path = $"/v1/api_keys/{key["id"]}";
        await walk.AskAsync(403, "GET", "/v1/audit_log", change: With($"{key["value"]}"));
        await walk.AskAsync(401, "GET", "/v1/audit_log", change: With("sora_live_nobodys"));
        await walk.AskAsync(200, "GET", "/v1/api_keys?limit=1");
        await walk.AskAsync(400, "GET", "/v1/api_keys?limit=0");
        await walk.AskAsync(200, "GET", path);
        await walk.AskAsync(404, "GET", "/v1/api_keys/key_unknown");
        await walk.AskAsync(200, "POST", path, new { requests_per_minute = 100, models = new[] { "sora-2" } });
        await walk.AskAsync(200, "POST", path, new { requests_per_minute = (int?)null });
        await walk.AskAsync(400, "POST", path, new { name = (string?)null });
        await walk.AskAsync(200, "POST", $"{path}/rotate");
        await walk.AskAsync(409, "POST", $"{path}/rotate");
        await walk.AskAsync(400, "POST", $"{path}/rotate", new { replace = "both" });
        await walk.AskAsync(200, "DELETE", path);
        await walk.AskAsync(400, "POST", path, new { name = "Late" });
    }

    private static async Task WalkProjectsAsync(ConformanceWalk walk)
    {
        var organization = (await walk.AskAsync(200, "GET", "/v1/organization"))!;
        await walk.AskAsync(200, "POST", "/v1/organization", new { name = $"{organization["name"]}" });
        await walk.AskAsync(400, "POST", "/v1/organization", new { title = "Kites" });
        var project = (await walk.AskAsync(200, "POST", "/v1/projects", new { name = "Conformance", retention_days = 7 }))!;
        var path = $"/v1/projects/{project["id"]}";
        await walk.AskAsync(400, "POST", "/v1/projects", new { name = "" });
        await walk.AskAsync(200, "GET", "/v1/projects?order=asc");
        await walk.AskAsync(200, "GET", path);
        await walk.AskAsync(404, "GET", "/v1/projects/proj_unknown");
        await walk.AskAsync(200, "POST", path, new { name = "Renamed" });
        await walk.AskAsync(400, "POST", path, new { retention_days = 0 });
        await walk.AskAsync(200, "GET", $"{path}/members");
        await walk.AskAsync(404, "GET", "/v1/projects/proj_unknown/members");
        await walk.AskAsync(404, "PUT", $"{path}/members/user_unknown", new { role = "viewer" });
        await walk.AskAsync(200, "POST", $"{path}/archive");
        await walk.AskAsync(400, "POST", path, new { name = "Late" });
    }

    private async Task WalkPeopleAsync(ConformanceWalk walk, ConformanceProxy proxy)
    {
        var email = $"grace-{Scenario.NewMark().ToLowerInvariant()}@example.com";
        await walk.AskAsync(400, "POST", "/v1/invitations", new { email = "nobody", role = "member" });
        await walk.AskAsync(404, "POST", "/v1/invitations", new { email, role = "viewer", project_id = "proj_unknown" });
        var other = (await walk.AskAsync(200, "POST", "/v1/invitations", new { email, role = "member" }))!;
        await walk.AskAsync(200, "DELETE", $"/v1/invitations/{other["id"]}");
        var invitation = (await walk.AskAsync(200, "POST", "/v1/invitations", new { email, role = "member" }))!;
        await walk.AskAsync(200, "GET", "/v1/invitations?limit=1");
        await walk.AskAsync(200, "GET", $"/v1/invitations/{invitation["id"]}");
        await walk.AskAsync(404, "GET", "/v1/invitations/invite_unknown");

        using var http = ConformanceWalk.AsPage(proxy.Address);
        var page = new ConformanceWalk(http);
        var session = await WalkInAsync(page, email, $"{invitation["token"]}");
        await walk.AskAsync(409, "DELETE", $"/v1/invitations/{invitation["id"]}");
        await WalkUsersAsync(walk, $"{session["user"]!["id"]}", page);
    }

    private static async Task<JsonNode> WalkInAsync(ConformanceWalk page, string email, string token)
    {
        await page.AskAsync(404, "POST", "/v1/invitations/accept", new { token = "nobodys" });
        await page.AskAsync(400, "POST", "/v1/invitations/accept", new { token, name = "Grace", password = "short" });
        var session = (await page.AskAsync(
            200, "POST", "/v1/invitations/accept", new { token, name = "Grace", password = Password }))!;
        await page.AskAsync(403, "POST", "/v1/session/end_all", new { });
        page.Prove(session);
        await page.AskAsync(200, "GET", "/v1/session");
        await page.AskAsync(403, "GET", "/v1/audit_log");
        var changed = new { current_password = Password, new_password = $"{Password} again" };
        page.Prove((await page.AskAsync(200, "POST", "/v1/session/password", changed))!);
        await page.AskAsync(400, "POST", "/v1/session/password", changed);
        await page.AskAsync(200, "POST", "/v1/session/end_all", new { });
        await page.AskAsync(401, "GET", "/v1/session");
        await page.AskAsync(401, "POST", "/v1/session", new { email, password = Password });
        await page.AskAsync(400, "POST", "/v1/session", new { email });
        page.Prove((await page.AskAsync(200, "POST", "/v1/session", new { email, password = changed.new_password }))!);
        return session;
    }

    private static async Task WalkUsersAsync(ConformanceWalk walk, string user, ConformanceWalk page)
    {
        var project = (await walk.AskAsync(200, "GET", "/v1/projects?order=asc"))!["data"]![0]!["id"];
        var member = $"/v1/projects/{project}/members/{user}";
        await walk.AskAsync(200, "GET", "/v1/users");
        await walk.AskAsync(200, "GET", $"/v1/users/{user}");
        await walk.AskAsync(404, "GET", "/v1/users/user_unknown");
        await walk.AskAsync(200, "PUT", member, new { role = "viewer" });
        await walk.AskAsync(400, "PUT", member, new { role = "owner" });
        await page.AskAsync(200, "GET", "/v1/videos?limit=1");
        await page.AskAsync(404, "GET", "/v1/videos", change: request => request.Headers.Add("OpenAI-Project", "proj_unknown"));
        page.Prove((await page.AskAsync(200, "GET", "/v1/session"))!);
        await page.AskAsync(200, "DELETE", "/v1/session");
        await walk.AskAsync(200, "GET", $"/v1/projects/{project}/members?limit=1");
        await walk.AskAsync(200, "DELETE", member);
        await walk.AskAsync(200, "POST", $"/v1/users/{user}", new { role = "admin" });
        await walk.AskAsync(400, "POST", $"/v1/users/{user}", new { role = "king" });
        await walk.AskAsync(200, "POST", $"/v1/users/{user}/disable", new { });
        await walk.AskAsync(200, "POST", $"/v1/users/{user}/enable", new { });
        await walk.AskAsync(200, "DELETE", $"/v1/users/{user}");
    }

    private static async Task WalkEventsAsync(ConformanceWalk walk, string id)
    {
        await walk.AskAsync(200, "GET", $"/v1/videos/{id}/events");
        await walk.AskAsync(204, "GET", $"/v1/videos/{id}/events?after={long.MaxValue}");
        await walk.AskAsync(404, "GET", "/v1/videos/video_unknown/events");
        await walk.AskAsync(200, "GET", "/v1/events");
        await walk.AskAsync(400, "GET", "/v1/events?after=yesterday");
    }

    private static async Task WalkSharesAsync(ConformanceWalk walk, ConformanceProxy proxy, string id)
    {
        var shares = $"/v1/videos/{id}/shares";
        await walk.AskAsync(400, "POST", shares, new { expires_in = 1 });
        await walk.AskAsync(404, "POST", "/v1/videos/video_unknown/shares");
        var share = (await walk.AskAsync(200, "POST", shares, new { variant = "thumbnail" }))!;
        using var http = new HttpClient { BaseAddress = proxy.Address };
        var stranger = new ConformanceWalk(http);
        await stranger.AskAsync(200, "GET", $"{share["url"]}");
        await stranger.AskAsync(206, "GET", $"{share["url"]}", change: request => request.Headers.Range = new(0, 9));
        await stranger.AskAsync(416, "GET", $"{share["url"]}", change: request => request.Headers.Range = new(1L << 40, null));
        await walk.AskAsync(200, "GET", $"{shares}?limit=1");
        await walk.AskAsync(404, "GET", $"{shares}?after=share_unknown");
        await walk.AskAsync(200, "DELETE", $"{shares}/{share["id"]}");
        await walk.AskAsync(404, "DELETE", $"{shares}/share_unknown");
        await stranger.AskAsync(404, "GET", $"{share["url"]}");
    }

    private async Task WalkWebhooksAsync(ConformanceWalk walk, ConformanceProxy proxy)
    {
        // Any server will do as a receiver: what it answers is only written down.
        var url = new Uri(platform.System["simulator"].Address, "receiver").AbsoluteUri;
        var types = new[] { "video.completed" };
        await walk.AskAsync(200, "GET", "/v1/webhook_event_types");
        await walk.AskAsync(400, "POST", "/v1/webhook_endpoints", new { name = "Nowhere", url = "here", event_types = types });
        var endpoint = (await walk.AskAsync(
            200, "POST", "/v1/webhook_endpoints", new { name = "Conformance", url, event_types = types }))!;
        var path = $"/v1/webhook_endpoints/{endpoint["id"]}";
        await walk.AskAsync(200, "GET", "/v1/webhook_endpoints?limit=1");
        await walk.AskAsync(404, "GET", "/v1/webhook_endpoints?after=whe_unknown");
        await walk.AskAsync(200, "GET", path);
        await walk.AskAsync(404, "GET", "/v1/webhook_endpoints/whe_unknown");
        await walk.AskAsync(200, "POST", path, new { sora = new { status = "disabled" } });
        await walk.AskAsync(400, "POST", $"{path}/replay");
        await walk.AskAsync(200, "POST", path, new { sora = new { status = "enabled" } });
        await walk.AskAsync(400, "POST", path, new { sora = new { status = "asleep" } });
        await walk.AskAsync(200, "POST", $"{path}/rotate_secret", new { keep_old_secret_active_for_24_hours = true });
        await walk.AskAsync(200, "POST", $"{path}/test", new { event_type = "video.failed" });
        await walk.AskAsync(400, "POST", $"{path}/test", new { event_type = "video.lost" });
        await WalkDeliveriesAsync(walk, proxy, path);
        await walk.AskAsync(200, "DELETE", path);
    }

    private async Task WalkDeliveriesAsync(ConformanceWalk walk, ConformanceProxy proxy, string endpoint)
    {
        using var http = ConformanceWalk.WithKey(proxy.Address, platform.System.ApiKey);
        await http.WaitForEndAsync(await http.CreateAsync("A kite that is announced"));
        JsonNode? delivery = null;
        while (delivery?["last_status_code"] is null)
        {
            var page = (await walk.AskAsync(200, "GET", $"{endpoint}/deliveries?limit=1"))!;
            delivery = page["data"]!.AsArray().FirstOrDefault();
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        await walk.AskAsync(400, "GET", $"{endpoint}/deliveries?status=odd");
        await walk.AskAsync(200, "GET", $"{endpoint}/deliveries/{delivery["id"]}");
        await walk.AskAsync(404, "GET", $"{endpoint}/deliveries/wh_unknown");
        await walk.AskAsync(200, "POST", $"{endpoint}/deliveries/{delivery["id"]}/replay");
        await walk.AskAsync(200, "POST", $"{endpoint}/replay", new { status = "failed" });
    }

    private static Action<HttpRequestMessage> With(string apiKey) =>
        request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);

    /// <summary>Walks with the first API key; every documented operation with the tags must have succeeded once.</summary>
    private async Task WalkAsync(Func<ConformanceWalk, ConformanceProxy, Task> steps, params string[] tags)
    {
        using var folder = new ProcessFolder("conformance");
        await using var proxy = new ConformanceProxy(folder, ConformanceProxy.Document, platform.System.Gateway.Address);
        await proxy.StartAsync(TestContext.Current.CancellationToken);
        using var http = ConformanceWalk.WithKey(proxy.Address, platform.System.ApiKey);

        await steps(new ConformanceWalk(http), proxy);

        Assert.All(proxy.Exchanges, exchange => Assert.Empty(exchange.Violations));
        var answered = proxy.Exchanges.Where(exchange => exchange.Status < 300).Select(exchange => exchange.Request).ToList();
        var documented = JsonNode.Parse(await File.ReadAllTextAsync(ConformanceProxy.Document))!["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject(), (path, item) => (Path: path.Key, Method: item.Key, Says: item.Value!))
            .Where(item => tags.Contains($"{item.Says["tags"]![0]}"))
            .ToList();
        Assert.All(tags, tag => Assert.Contains(documented, item => tag == $"{item.Says["tags"]![0]}"));
        Assert.All(documented, item => Assert.Contains(answered, request => Regex.IsMatch(
            request, $@"^{item.Method} {Pattern(item.Path)}(\?.*)?$", RegexOptions.IgnoreCase)));
    }

    private static string Pattern(string path) => Regex.Replace(path, "{[^}]+}", "[^/?]+");
}
