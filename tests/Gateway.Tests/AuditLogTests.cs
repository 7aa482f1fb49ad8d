using System.Text.Json;
using MassTransit;
using Npgsql;
using Sora.Contracts;
using Sora.Gateway.ApiKeys;
using Sora.Gateway.Tests.Harness;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>What people changed: kept once, for their own organisation, for good.</summary>
public sealed class AuditLogTests(Edge edge)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_entry_recorded_with_a_change_comes_back_whole()
    {
        var target = $"whep_{Guid.NewGuid():n}";
        await RecordAsync("webhook_endpoint.created", target, Noon, ("url", "https://example.com/hook"), ("name", "Übung"));

        var entry = Assert.Single(await WaitForAsync($"target={target}", 1));
        var caller = await CallerAsync();
        Assert.StartsWith("audit_", entry.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ["audit_log.entry", "webhook_endpoint.created", caller.User, caller.KeyId, caller.Project],
            new[] { "object", "action", "actor", "key_id", "project" }.Select(name => entry.GetProperty(name).GetString()));
        Assert.Equal("Übung", entry.GetProperty("details").GetProperty("name").GetString());
        Assert.Equal(Noon.ToUnixTimeSeconds(), entry.GetProperty("created_at").GetInt64());
    }

    [Fact]
    public async Task A_message_that_comes_twice_is_one_entry()
    {
        var caller = await CallerAsync();
        var (id, target) = (Guid.NewGuid(), $"twice_{Guid.NewGuid():n}");
        foreach (var action in new[] { "thing.changed", "thing.changed", "thing.checked" })
        {
            await edge.Services.GetRequiredService<IBus>().Publish(
                new AuditRecorded(
                    caller.Organization, null, "quota-service", null, action, target, new Dictionary<string, string>(), Noon),
                context => context.MessageId = action == "thing.checked" ? Guid.NewGuid() : id,
                TestContext.Current.CancellationToken);
        }

        var entries = await WaitForAsync($"target={target}", 2);
        Assert.Single(entries, entry => entry.GetProperty("action").GetString() == "thing.changed");
    }

    [Fact]
    public async Task Another_organisations_entries_are_nowhere()
    {
        var (target, own) = ($"foreign_{Guid.NewGuid():n}", $"own_{Guid.NewGuid():n}");
        var caller = await CallerAsync();
        await RecordAsync(caller with { Organization = "org_other" }, "thing.changed", target, Noon);
        await RecordAsync("thing.changed", own, Noon);
        await WaitForAsync($"target={own}", 1);
        await Wait.UntilAsync("the foreign entry is kept", async _ => await edge.QueryAsync<long>(
            "select count(*) from audit_log where target = @target", new { target }) == 1);

        Assert.Empty(await ListAsync($"target={target}"));
        Assert.DoesNotContain(target, await ExportAsync("csv", ""), StringComparison.Ordinal);
        var foreign = await edge.QueryAsync<string>("select id from audit_log where target = @target", new { target });
        using var answer = await edge.GetAsync($"/v1/audit_log?after={foreign}");
        Assert.Equal("after", (await answer.ErrorAsync(400)).Param);
    }

    [Fact]
    public async Task Filters_and_pages_find_what_was_asked_for()
    {
        var target = $"page_{Guid.NewGuid():n}";
        foreach (var day in Enumerable.Range(0, 5))
        {
            await RecordAsync(day == 3 ? "odd.changed" : "even.changed", target, Noon.AddDays(day));
        }

        await WaitForAsync($"target={target}", 5);
        Assert.Single(await ListAsync($"target={target}&action=odd.changed"));
        Assert.Empty(await ListAsync($"target={target}&actor=nobody"));
        Assert.Empty(await ListAsync($"target={target}&project=proj_other"));
        Assert.Equal(2, (await ListAsync(
            $"target={target}&since={Noon.AddDays(1).ToUnixTimeSeconds()}&until={Noon.AddDays(3).ToUnixTimeSeconds()}")).Count);

        var (seen, after) = (new List<string>(), "");
        while (true)
        {
            using var answer = await edge.GetAsync($"/v1/audit_log?target={target}&limit=2{after}");
            var page = await answer.JsonAsync();
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("id").GetString()!));
            if (!page.GetProperty("has_more").GetBoolean())
            {
                break;
            }

            after = $"&after={page.GetProperty("last_id").GetString()}";
        }

        Assert.Equal((5, 5), (seen.Count, seen.Distinct().Count()));
        Assert.Equal(
            seen.AsEnumerable().Reverse(),
            (await ListAsync($"target={target}&order=asc")).Select(entry => entry.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task An_export_holds_every_entry_and_no_formula()
    {
        var target = $"=cmd_{Guid.NewGuid():n}";
        await edge.QueryAsync<int>(
            """
            insert into audit_log (id, organization_id, actor, action, target, details, at)
            select 'audit_' || md5(@target || number), (select id from organizations limit 1), 'somebody', 'thing.changed',
                @target, '{"text":"a, \"quoted\" word"}', now() + number * interval '1 microsecond'
            from generate_series(1, 1201) number
            """,
            new { target });
        var filter = $"target={Uri.EscapeDataString(target)}";

        var csv = (await ExportAsync("csv", filter)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var ndjson = (await ExportAsync("ndjson", filter)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("id,at,actor,key_id,action,target,project,details", csv[0]);
        Assert.Equal((1202, 1201), (csv.Length, ndjson.Select(line =>
            JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()).Distinct().Count()));
        Assert.Contains($",'{target},", csv[1], StringComparison.Ordinal);
        Assert.EndsWith("\"{\"\"text\"\":\"\"a, \\\"\"quoted\\\"\" word\"\"}\"", csv[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update audit_log set actor = 'nobody'")]
    [InlineData("delete from audit_log")]
    [InlineData("truncate audit_log")]
    public async Task Nobody_rewrites_history(string sql)
    {
        foreach (var role in new[] { "identitydb_app", "identitydb_worker" })
        {
            var denied = await Assert.ThrowsAsync<PostgresException>(
                () => edge.QueryAsync<int>($"begin; set local role {role}; {sql}"));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
        }

        var refused = await Assert.ThrowsAsync<PostgresException>(() => edge.QueryAsync<int>(sql));
        Assert.Contains("only added to", refused.MessageText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("order=up", "order")]
    [InlineData("since=yesterday", "since")]
    [InlineData("until=-1", "until")]
    [InlineData("until=99999999999999", "until")]
    [InlineData("format=xml", "format")]
    [InlineData("actor=", "actor")]
    [InlineData("target=a%00b", "target")]
    public async Task A_bad_question_names_the_parameter(string query, string parameter)
    {
        using var answer = await edge.GetAsync($"/v1/audit_log?{query}");

        Assert.Equal(parameter, (await answer.ErrorAsync(400)).Param);
    }

    [Fact]
    public async Task Only_who_may_read_the_log_does()
    {
        var (_, key) = await edge.CreateKeyAsync(Scopes.ReadVideos);
        using var answer = await edge.GetAsync("/v1/audit_log", key);

        Assert.Equal("missing_scope", (await answer.ErrorAsync(403)).Code);
    }

    private async Task<Caller> CallerAsync()
    {
        using var answer = await edge.GetAsync("/v1/usage");
        return (await answer.SeenAsync()).Caller!;
    }

    private async Task RecordAsync(
        string action, string target, DateTimeOffset at, params (string Name, string Value)[] details) =>
        await RecordAsync(await CallerAsync(), action, target, at, details);

    private async Task RecordAsync(
        Caller caller, string action, string target, DateTimeOffset at, params (string Name, string Value)[] details)
    {
        var token = TestContext.Current.CancellationToken;
        await using var work = await edge.Services.GetRequiredService<ServiceDatabase>().BeginAsync(caller, token);
        work.Record(caller, action, target, at, details);
        await work.CommitAsync(token);
    }

    private async Task<List<JsonElement>> ListAsync(string query)
    {
        using var answer = await edge.GetAsync($"/v1/audit_log?{query}");
        return [.. (await answer.JsonAsync()).GetProperty("data").EnumerateArray()];
    }

    private Task<List<JsonElement>> WaitForAsync(string query, int count) => Wait.ForAsync(
        $"{count} entries", async _ => await ListAsync(query) is var list && list.Count == count ? list : null);

    private async Task<string> ExportAsync(string format, string filter)
    {
        using var answer = await edge.GetAsync($"/v1/audit_log?format={format}&{filter}");
        Assert.Equal(200, (int)answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
