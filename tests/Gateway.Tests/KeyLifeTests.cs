using System.Text.Json;
using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>When a key's secret opens, and when no longer.</summary>
public sealed class KeyLifeTests(Edge edge)
{
    [Fact]
    public async Task After_a_rotation_both_secrets_open_until_the_overlap_ends()
    {
        var (id, first) = await edge.CreateKeyAsync();
        var rotated = await RotateAsync(id, new { overlap_seconds = 600 });
        var second = rotated.GetProperty("value").GetString()!;

        Assert.Equal((200, 200), (await AskAsync(first), await AskAsync(second)));
        var ends = rotated.GetProperty("previous_value_expires_at").GetInt64();
        Assert.InRange(ends - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), 500, 600);
        await edge.QueryAsync<int>("update api_keys set previous_expires_at = now() where id = @id", new { id });
        await edge.AssertStopsWithinASecondAsync(first);
        Assert.Equal(200, await AskAsync(second));
    }

    [Fact]
    public async Task Without_an_overlap_the_secret_before_stops_within_a_second()
    {
        var (id, first) = await edge.CreateKeyAsync();
        Assert.Equal(200, await AskAsync(first));
        await RotateAsync(id, new { overlap_seconds = 0 });

        await edge.AssertStopsWithinASecondAsync(first);
    }

    [Fact]
    public async Task Of_two_active_secrets_the_caller_says_which_makes_room()
    {
        var (id, first) = await edge.CreateKeyAsync();
        var second = Value(await RotateAsync(id, new { }));
        using var unsaid = await edge.PostAsync($"/v1/api_keys/{id}/rotate", new { });
        Assert.Equal("rotation_in_progress", (await unsaid.ErrorAsync(409)).Code);
        Assert.Equal("false", unsaid.Header("x-should-retry"));

        var third = Value(await RotateAsync(id, new { replace = "current" }));
        await edge.AssertStopsWithinASecondAsync(second);
        Assert.Equal((200, 200), (await AskAsync(first), await AskAsync(third)));

        var fourth = Value(await RotateAsync(id, new { replace = "previous" }));
        await edge.AssertStopsWithinASecondAsync(first);
        Assert.Equal((200, 200), (await AskAsync(third), await AskAsync(fourth)));
    }

    [Theory]
    [InlineData("""{"overlap_seconds":604801}""", "overlap_seconds")]
    [InlineData("""{"overlap_seconds":-1}""", "overlap_seconds")]
    [InlineData("""{"overlap_seconds":1.5}""", "overlap_seconds")]
    [InlineData("""{"replace":"both"}""", "replace")]
    [InlineData("""{"overlap":1}""", null)]
    public async Task A_bad_rotation_changes_nothing(string body, string? parameter)
    {
        var (id, text) = await edge.CreateKeyAsync();
        using var answer = await edge.PostAsync($"/v1/api_keys/{id}/rotate", body);

        Assert.Equal(parameter, (await answer.ErrorAsync(400)).Param);
        Assert.True(await edge.QueryAsync<bool>(
            "select prefix = left(@text, 18) and previous_prefix is null from api_keys where id = @id", new { id, text }));
    }

    [Fact]
    public async Task A_revoked_key_cannot_be_changed_and_its_earlier_secret_is_dead_too()
    {
        var (id, first) = await edge.CreateKeyAsync();
        await RotateAsync(id, new { });
        Assert.Equal(200, await AskAsync(first));
        using var revoked = await edge.DeleteAsync($"/v1/api_keys/{id}");
        Assert.Equal("api_key.deleted", (await revoked.JsonAsync()).GetProperty("object").GetString());
        await edge.AssertStopsWithinASecondAsync(first);

        foreach (var path in new[] { $"/v1/api_keys/{id}", $"/v1/api_keys/{id}/rotate" })
        {
            using var answer = await edge.PostAsync(path, new { });
            Assert.Equal("api_key_revoked", (await answer.ErrorAsync(400)).Code);
        }
    }

    [Theory]
    [InlineData("delete from memberships where user_id = @User")]
    [InlineData("update organization_members set disabled_at = now() where user_id = @User")]
    [InlineData("update api_keys set expires_at = now() where id = @KeyId")]
    public async Task A_lost_role_a_disabled_user_and_expiry_are_effective_within_a_second(string change)
    {
        var member = await edge.CreatePersonAsync("member");
        Assert.Equal(200, await AskAsync(member.Key));
        await edge.QueryAsync<int>(change, member);

        await edge.AssertStopsWithinASecondAsync(member.Key);
    }

    [Fact]
    public async Task A_revocation_takes_less_than_a_second_on_two_gateways_under_load()
    {
        var settings = await edge.NewSettingsAsync(edge.Database);
        Uri[] gateways = [edge.Address, edge.Start(settings).Address];
        var (id, text) = await edge.CreateKeyAsync();
        using var end = new CancellationTokenSource();
        var clock = TimeProvider.System;
        var revokedAt = long.MaxValue;
        var latest = TimeSpan.Zero;
        var gate = new Lock();
        var load = Enumerable.Range(0, 16).Select(number => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                var asked = clock.GetTimestamp();
                using var request = edge.Request(HttpMethod.Get, "/v1/usage", text);
                request.RequestUri = new Uri(gateways[number % 2], "/v1/usage");
                using var answer = await edge.Http.SendAsync(request);
                lock (gate)
                {
                    if (answer.IsSuccessStatusCode && asked > revokedAt && clock.GetElapsedTime(revokedAt, asked) > latest)
                    {
                        latest = clock.GetElapsedTime(revokedAt, asked);
                    }
                }
            }
        })).ToList();

        using (var revoked = await edge.DeleteAsync($"/v1/api_keys/{id}"))
        {
            Assert.Equal(200, (int)revoked.StatusCode);
        }

        lock (gate)
        {
            revokedAt = clock.GetTimestamp();
        }

        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        await end.CancelAsync();
        await Task.WhenAll(load);
        Assert.InRange(latest, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    private async Task<JsonElement> RotateAsync(string id, object body)
    {
        using var answer = await edge.PostAsync($"/v1/api_keys/{id}/rotate", body);
        return await answer.JsonAsync();
    }

    private async Task<int> AskAsync(string key)
    {
        using var answer = await edge.GetAsync("/v1/usage", key);
        return (int)answer.StatusCode;
    }

    private static string Value(JsonElement key) => key.GetProperty("value").GetString()!;
}
