using System.Text.Json;
using Sora.Gateway.Tests.Harness;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>API keys, managed by their users.</summary>
public sealed class ApiKeyRoutesTests(Edge edge)
{
    private const string Keys = "/v1/api_keys";

    [Fact]
    public async Task A_new_key_opens_and_its_secret_is_shown_this_once()
    {
        var expiry = TimeProvider.System.GetUtcNow().AddDays(30).ToUnixTimeSeconds();
        var key = await CreateAsync(new { name = " Nightly build ", scopes = new[] { "usage:read" }, expires_at = expiry });
        var (id, secret) = (Text(key, "id"), Text(key, "value"));
        using var used = await edge.GetAsync("/v1/usage", secret);
        using var refused = await edge.GetAsync("/v1/videos", secret);

        Assert.Equal((200, 403), ((int)used.StatusCode, (int)refused.StatusCode));
        Assert.Equal(
            ["api_key", "Nightly build", "active", secret[..18] + "…"],
            new[] { "object", "name", "status", "redacted_value" }.Select(name => Text(key, name)));
        Assert.Equal(expiry, key.GetProperty("expires_at").GetInt64());
        foreach (var path in new[] { Keys, $"{Keys}/{id}" })
        {
            using var answer = await edge.GetAsync(path);
            var shown = (await answer.JsonAsync()).GetRawText();
            Assert.Contains(id, shown, StringComparison.Ordinal);
            Assert.DoesNotContain(secret[18..], shown, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(secret[18..], edge.LoggedText, StringComparison.Ordinal);
        Assert.True((await GetAsync(id)).GetProperty("last_used_at").GetInt64() > 0);
    }

    [Fact]
    public async Task Every_change_of_a_key_stands_in_the_audit_log_without_its_secret()
    {
        var key = await CreateAsync(new { name = "Audited" });
        var id = Text(key, "id");
        using var updated = await edge.PostAsync($"{Keys}/{id}", new { name = "Renamed" });
        using var rotated = await edge.PostAsync($"{Keys}/{id}/rotate", new { });
        using var revoked = await edge.DeleteAsync($"{Keys}/{id}");
        using var again = await edge.DeleteAsync($"{Keys}/{id}");
        Assert.All([updated, rotated, revoked, again], answer => Assert.Equal(200, (int)answer.StatusCode));

        var log = await Wait.ForAsync("the four entries", async _ =>
        {
            using var answer = await edge.GetAsync($"/v1/audit_log?target={id}&order=asc");
            var page = await answer.JsonAsync();
            return page.GetProperty("data").GetArrayLength() == 4 ? page.GetRawText() : null;
        });

        Assert.Equal(
            ["api_key.created", "api_key.updated", "api_key.rotated", "api_key.revoked"],
            JsonDocument.Parse(log).RootElement.GetProperty("data").EnumerateArray().Select(entry => Text(entry, "action")));
        Assert.DoesNotContain(Text(key, "value")[18..], log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Allowed_models_reach_the_services_with_the_caller()
    {
        var key = await CreateAsync(new { name = "Cheap", models = new[] { "sora-2", "veo-3" } });
        using var narrow = await edge.GetAsync("/v1/videos", Text(key, "value"));
        using var free = await edge.GetAsync("/v1/videos");

        Assert.Equal(["sora-2", "veo-3"], (await narrow.SeenAsync()).Caller!.Models);
        Assert.Null((await free.SeenAsync()).Caller!.Models);
    }

    [Fact]
    public async Task Nobody_makes_or_widens_a_key_beyond_what_they_hold()
    {
        var narrow = Text(await CreateAsync(
            new { name = "Narrow", scopes = new[] { "keys:write", "videos:read" }, models = new[] { "sora-2" } }), "value");
        var wide = Text(await CreateAsync(new { name = "Wide" }), "id");
        object[] tooMuch =
        [
            new { name = "x", scopes = new[] { "*" } },
            new { name = "x", scopes = new[] { "videos:write" } },
            new { name = "x", scopes = new[] { "videos:read" }, models = new[] { "sora-2-pro" } },
            new { name = "x" },
        ];
        foreach (var body in tooMuch)
        {
            using var refused = await edge.PostAsync(Keys, body, narrow);
            Assert.Contains((await refused.ErrorAsync(400)).Param, new[] { "scopes", "models" });
        }

        using var made = await edge.PostAsync(Keys, new { name = "Equal", scopes = new[] { "videos:read" } }, narrow);
        var equal = await made.JsonAsync();
        Assert.Equal("sora-2", equal.GetProperty("models")[0].GetString());

        using var freed = await edge.PostAsync($"{Keys}/{Text(equal, "id")}", new { models = (object?)null }, narrow);
        using var rotated = await edge.PostAsync($"{Keys}/{wide}/rotate", new { }, narrow);
        using var changed = await edge.PostAsync($"{Keys}/{wide}", new { expires_at = (object?)null }, narrow);
        foreach (var answer in new[] { freed, rotated, changed })
        {
            Assert.Equal("key_exceeds_caller", (await answer.ErrorAsync(403)).Code);
        }
    }

    [Fact]
    public async Task A_key_allows_what_its_users_role_grants_and_no_more()
    {
        var viewer = await edge.CreatePersonAsync("viewer");
        using var reads = await edge.GetAsync("/v1/videos", viewer.Key);
        using var writes = await edge.PostAsync("/v1/videos", new { }, viewer.Key);
        using var creates = await edge.PostAsync(Keys, new { name = "x" }, viewer.Key);

        Assert.Equal(200, (int)reads.StatusCode);
        Assert.Equal("missing_scope", (await writes.ErrorAsync(403)).Code);
        Assert.Equal("missing_scope", (await creates.ErrorAsync(403)).Code);
    }

    [Fact]
    public async Task Members_see_and_manage_their_own_keys_and_admins_everybodys()
    {
        var (member, other) = (await edge.CreatePersonAsync("member"), await edge.CreatePersonAsync("member"));
        var admin = await edge.CreatePersonAsync("admin");
        using var own = await edge.GetAsync($"{Keys}?limit=100", member.Key);
        Assert.Equal(
            [member.KeyId],
            (await own.JsonAsync()).GetProperty("data").EnumerateArray().Select(key => Text(key, "id")));
        foreach (var answer in new[]
        {
            await edge.GetAsync($"{Keys}/{other.KeyId}", member.Key),
            await edge.PostAsync($"{Keys}/{other.KeyId}", new { name = "x" }, member.Key),
            await edge.PostAsync($"{Keys}/{other.KeyId}/rotate", new { }, member.Key),
            await edge.DeleteAsync($"{Keys}/{other.KeyId}", member.Key),
        })
        {
            using (answer)
            {
                Assert.Equal("api_key_not_found", (await answer.ErrorAsync(404)).Code);
            }
        }

        using var renamed = await edge.PostAsync($"{Keys}/{other.KeyId}", new { name = "By admin" }, admin.Key);
        using var rotated = await edge.PostAsync($"{Keys}/{other.KeyId}/rotate", new { }, admin.Key);
        using var revoked = await edge.DeleteAsync($"{Keys}/{other.KeyId}", admin.Key);

        Assert.Equal("By admin", Text(await renamed.JsonAsync(), "name"));
        Assert.Equal("not_your_api_key", (await rotated.ErrorAsync(403)).Code);
        Assert.Equal(200, (int)revoked.StatusCode);
    }

    [Fact]
    public async Task Another_organisations_and_another_projects_keys_are_not_found()
    {
        var stranger = await edge.CreateStrangerAsync();
        var neighbour = await edge.CreatePersonAsync("owner", project: $"proj_{Guid.NewGuid():n}");
        foreach (var id in new[] { stranger.KeyId, neighbour.KeyId, "key_unknown", "%27", new string('k', 500) })
        {
            foreach (var answer in new[]
            {
                await edge.GetAsync($"{Keys}/{id}"),
                await edge.PostAsync($"{Keys}/{id}", new { name = "x" }),
                await edge.PostAsync($"{Keys}/{id}/rotate", new { }),
                await edge.DeleteAsync($"{Keys}/{id}"),
            })
            {
                using (answer)
                {
                    Assert.Equal(404, (int)answer.StatusCode);
                }
            }
        }

        using var elsewhere = await edge.PostAsync(Keys, new { name = "x", project = neighbour.Project });
        Assert.Equal("project", (await elsewhere.ErrorAsync(404)).Param);
    }

    [Theory]
    [InlineData("""{}""", "name")]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"name":"  "}""", "name")]
    [InlineData("""{"name":7}""", "name")]
    [InlineData("""{"name":"a\u0000b"}""", "name")]
    [InlineData("""{"name":"a\u202eb"}""", "name")]
    [InlineData("""{"name":"\ud800"}""", "name")]
    [InlineData("""{"name":"x","scopes":[]}""", "scopes")]
    [InlineData("""{"name":"x","scopes":"videos:read"}""", "scopes")]
    [InlineData("""{"name":"x","scopes":["videos:fly"]}""", "scopes")]
    [InlineData("""{"name":"x","scopes":["session"]}""", "scopes")]
    [InlineData("""{"name":"x","scopes":["videos:read","videos:read"]}""", "scopes")]
    [InlineData("""{"name":"x","models":[]}""", "models")]
    [InlineData("""{"name":"x","models":["a b"]}""", "models")]
    [InlineData("""{"name":"x","models":[1]}""", "models")]
    [InlineData("""{"name":"x","expires_at":1}""", "expires_at")]
    [InlineData("""{"name":"x","expires_at":"tomorrow"}""", "expires_at")]
    [InlineData("""{"name":"x","expires_at":1e99}""", "expires_at")]
    [InlineData("""{"name":"x","requests_per_minute":0}""", "requests_per_minute")]
    [InlineData("""{"name":"x","creates_per_minute":-1}""", "creates_per_minute")]
    [InlineData("""{"name":"x","surprise":1}""", null)]
    [InlineData("""[]""", null)]
    [InlineData("""{"name":"x","name":"y"}""", null)]
    [InlineData("""{"name":""", null)]
    [InlineData("", null)]
    public async Task A_bad_create_names_the_field_and_makes_nothing(string body, string? parameter)
    {
        var before = await edge.QueryAsync<long>("select count(*) from api_keys where name = 'x'");
        using var answer = await edge.PostAsync(Keys, body);
        var error = await answer.ErrorAsync(400);

        Assert.Equal(body.Length == 0 ? "name" : parameter, error.Param);
        Assert.Equal(before, await edge.QueryAsync<long>("select count(*) from api_keys where name = 'x'"));
    }

    [Fact]
    public async Task A_body_that_is_no_JSON_or_longer_than_allowed_is_refused()
    {
        using var form = edge.Request(HttpMethod.Post, Keys);
        form.Content = new FormUrlEncodedContent([new("name", "x")]);
        using var answer = await edge.SendAsync(form);
        using var tooLong = await edge.PostAsync(Keys, new { name = new string('x', 70_000) });
        using var longName = await edge.PostAsync(Keys, new { name = new string('x', 101) });

        Assert.Equal("unsupported_content_type", (await answer.ErrorAsync(400)).Code);
        Assert.Equal("request_too_large", (await tooLong.ErrorAsync(413)).Code);
        Assert.Equal("name", (await longName.ErrorAsync(400)).Param);
    }

    [Fact]
    public async Task An_update_changes_what_it_names_and_is_effective_within_a_second()
    {
        var key = await CreateAsync(new { name = "Old", models = new[] { "sora-2" }, scopes = new[] { "usage:read" } });
        var (id, secret) = (Text(key, "id"), Text(key, "value"));
        using var used = await edge.GetAsync("/v1/usage", secret);
        using var updated = await edge.PostAsync(
            $"{Keys}/{id}", new { scopes = new[] { "videos:read" }, models = (object?)null, requests_per_minute = 5 });
        var after = await updated.JsonAsync();

        Assert.Equal(("Old", 5), (Text(after, "name"), after.GetProperty("requests_per_minute").GetInt32()));
        Assert.Equal(JsonValueKind.Null, after.GetProperty("models").ValueKind);
        await edge.AssertStopsWithinASecondAsync(secret);
        using var nameless = await edge.PostAsync($"{Keys}/{id}", new { name = (object?)null });
        Assert.Equal("name", (await nameless.ErrorAsync(400)).Param);
    }

    [Fact]
    public async Task Rates_are_set_by_admins_and_keys_can_be_counted()
    {
        var member = await edge.CreatePersonAsync("member");
        using var rate = await edge.PostAsync(Keys, new { name = "x", requests_per_minute = 9 }, member.Key);
        Assert.Equal("requests_per_minute", (await rate.ErrorAsync(400)).Param);

        await edge.QueryAsync<int>(
            """
            insert into api_keys (id, name, prefix, digest, project_id, user_id, scopes, created_at)
            select @User || number, 'Many', @User || number, sha256('x'), @Project, @User, array['*'], now()
            from generate_series(1, 99) number
            """,
            member);
        using var oneTooMany = await edge.PostAsync(Keys, new { name = "x" }, member.Key);
        Assert.Equal("too_many_api_keys", (await oneTooMany.ErrorAsync(400)).Code);
    }

    private async Task<JsonElement> CreateAsync(object body)
    {
        using var answer = await edge.PostAsync(Keys, body);
        return await answer.JsonAsync();
    }

    private async Task<JsonElement> GetAsync(string id)
    {
        using var answer = await edge.GetAsync($"{Keys}/{id}");
        return await answer.JsonAsync();
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
