using System.Net.Http.Headers;
using Sora.Gateway.ApiKeys;
using Sora.Gateway.Tests.Harness;
using Sora.TestServers;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>Who gets in with an API key.</summary>
public sealed class AuthenticationTests(Edge edge)
{
    [Fact]
    public async Task A_service_learns_who_calls_from_a_token_minted_for_it()
    {
        using var answer = await edge.GetAsync("/v1/usage");
        var caller = (await answer.SeenAsync()).Caller!;

        Assert.StartsWith("user_", caller.User, StringComparison.Ordinal);
        Assert.StartsWith("org_", caller.Organization, StringComparison.Ordinal);
        Assert.StartsWith("proj_", caller.Project, StringComparison.Ordinal);
        Assert.StartsWith("key_", caller.KeyId, StringComparison.Ordinal);
        Assert.Equal(("owner", 30), (caller.Role, caller.RetentionDays));
        Assert.Equal(["*"], caller.Scopes);
    }

    [Fact]
    public async Task Without_a_key_the_answer_says_how_to_send_one()
    {
        using var answer = await edge.GetAsync("/v1/videos", key: null);
        var error = await answer.ErrorAsync(401);

        Assert.Equal(("invalid_request_error", "invalid_api_key", null), (error.Type, error.Code, error.Param));
        Assert.Contains("Authorization: Bearer", error.Message, StringComparison.Ordinal);
        Assert.Equal("Bearer", answer.Header("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("Bearer sora_live_wrong")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic {key}")]
    [InlineData("{key}")]
    [InlineData("Bearer {key}{key}")]
    [InlineData("Bearer {key}, Bearer {key}")]
    public async Task Anything_but_one_key_is_refused_and_never_repeated(string header)
    {
        using var request = edge.Request(HttpMethod.Get, "/v1/videos", key: null);
        request.Headers.TryAddWithoutValidation("Authorization", header.Replace("{key}", edge.Key));
        using var answer = await edge.SendAsync(request);
        var error = await answer.ErrorAsync(401);

        Assert.Equal("invalid_api_key", error.Code);
        Assert.DoesNotContain("wrong", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(edge.Key, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_authorization_headers_are_refused()
    {
        var answer = await RawHttp.ExchangeAsync(
            edge.Address,
            $"GET /v1/videos HTTP/1.1\r\nHost: sora\r\nConnection: close\r\nAuthorization: Bearer {edge.Key}\r\n"
            + $"Authorization: Bearer {edge.Key}\r\n\r\n");

        Assert.Equal(401, RawHttp.Status(answer));
    }

    [Fact]
    public async Task Unknown_revoked_expired_and_orphaned_keys_are_refused_alike()
    {
        var (revoked, orphaned) = (await edge.CreateKeyAsync(), await edge.CreateKeyAsync());
        var expired = await edge.CreateKeyAsync(expiresAt: DateTimeOffset.UnixEpoch);
        await edge.QueryAsync<int>("update api_keys set revoked_at = now() where id = @Id", new { revoked.Id });
        await edge.QueryAsync<int>(
            """
            insert into users (id, name, created_at) values ('user_gone', 'Gone', now());
            update api_keys set user_id = 'user_gone' where id = @Id
            """,
            new { orphaned.Id });

        var messages = new List<string>();
        foreach (var key in new[] { ApiKey.Create().Text, revoked.Text, expired.Text, orphaned.Text })
        {
            using var answer = await edge.GetAsync("/v1/videos", key);
            messages.Add((await answer.ErrorAsync(401)).Message);
        }

        Assert.Single(messages.Distinct());
    }

    [Fact]
    public async Task A_key_that_shares_only_its_prefix_is_refused()
    {
        var (_, text) = ApiKey.Create();
        await edge.QueryAsync<int>(
            """
            insert into api_keys (id, name, prefix, digest, project_id, user_id, scopes, created_at)
            select 'key_prefix', 'Test', @Prefix, sha256('another'), project_id, user_id, array['*'], now()
            from api_keys where name = 'First key'
            """,
            new { ApiKey.Parse(text)!.Prefix });

        using var answer = await edge.GetAsync("/v1/videos", text);

        Assert.Equal("invalid_api_key", (await answer.ErrorAsync(401)).Code);
    }

    [Fact]
    public async Task A_revoked_key_stops_within_a_second()
    {
        var (id, text) = await edge.CreateKeyAsync();
        using (var before = await edge.GetAsync("/v1/usage", text))
        {
            Assert.True(before.IsSuccessStatusCode);
        }

        await edge.QueryAsync<int>("update api_keys set revoked_at = now() where id = @id", new { id });
        await edge.AssertStopsWithinASecondAsync(text);
    }

    [Theory]
    [InlineData(Scopes.ReadVideos, "GET", "/v1/videos", 200)]
    [InlineData(Scopes.ReadVideos, "GET", "/v1/videos/video_1/content", 200)]
    [InlineData(Scopes.ReadVideos, "POST", "/v1/videos", 403)]
    [InlineData(Scopes.ReadVideos, "DELETE", "/v1/videos/video_1", 403)]
    [InlineData(Scopes.ReadVideos, "GET", "/v1/usage", 403)]
    [InlineData(Scopes.WriteVideos, "POST", "/v1/videos/video_1/remix", 200)]
    [InlineData(Scopes.WriteVideos, "GET", "/v1/videos", 403)]
    [InlineData(Scopes.ReadUsage, "GET", "/v1/usage", 200)]
    public async Task A_key_does_what_its_scopes_allow(string scope, string method, string path, int status)
    {
        var (_, text) = await edge.CreateKeyAsync(scope);
        using var answer = await edge.SendAsync(edge.Request(new HttpMethod(method), path, text));

        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 403)
        {
            Assert.Equal("missing_scope", (await answer.ErrorAsync(403)).Code);
        }
    }

    [Fact]
    public async Task The_last_use_is_noted()
    {
        var (id, text) = await edge.CreateKeyAsync();
        using var answer = await edge.GetAsync("/v1/usage", text);

        Assert.True(await edge.QueryAsync<bool>(
            "select last_used_at > now() - interval '1 minute' from api_keys where id = @id", new { id }));
    }

    [Fact]
    public async Task While_the_database_is_away_a_typo_is_refused_and_a_key_is_asked_to_come_again()
    {
        using var folder = new ProcessFolder("identity");
        await using var postgres = new PostgresServer(folder);
        await postgres.StartAsync(TestContext.Current.CancellationToken);
        var gateway = edge.Start(await edge.NewSettingsAsync(postgres.ConnectionString));
        await postgres.StopAsync(TestContext.Current.CancellationToken);

        using var typo = await AskAsync(gateway, "sora_live_" + new string('x', 49));
        using var wellFormed = await AskAsync(gateway, ApiKey.Create().Text);

        Assert.Equal("invalid_api_key", (await typo.ErrorAsync(401)).Code);
        Assert.Equal("service_unavailable", (await wellFormed.ErrorAsync(503)).Code);
        Assert.InRange(int.Parse(wellFormed.Header("Retry-After")), 1, 60);
    }

    private async Task<HttpResponseMessage> AskAsync(GatewayHost gateway, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Address, "/v1/usage"))
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        };
        return await edge.SendAsync(request);
    }
}
