using Npgsql;
using Xunit;

namespace Sora.Platform.Tests.Isolation;

/// <summary>
/// Nobody gets at what is another's: every route of the gateway's own table, asked by everybody who should not, with the
/// real ids of a tenant that has one of everything.
/// </summary>
public sealed class IsolationTests(IsolationWalk walk, PlatformFixture platform, ITestOutputHelper output)
    : IClassFixture<IsolationWalk>
{
    [Fact]
    public void Every_route_is_in_the_policy_and_every_line_of_it_is_a_route()
    {
        var known = walk.Policy.Lines
            .Select(line => (Line: line, Route: walk.Routes.MaxBy(route => route.Fit(line.Method, line.Path))!))
            .ToList();

        Assert.Empty(known.Where(pair => pair.Route.Fit(pair.Line.Method, pair.Line.Path) < 0).Select(pair => $"{pair.Line}"));
        Assert.Empty(walk.Routes.Except(known.Select(pair => pair.Route)));
    }

    [Fact]
    public void Everybody_gets_what_the_policy_says_and_what_is_anothers_looks_as_if_it_were_not_there()
    {
        output.WriteLine(
            $"{walk.Routes.Count} routes x {walk.Policy.Visitors.Count} identities: {walk.Policy.Lines.Count} requests in the "
            + $"policy, {walk.Visits.Count} answers, {walk.Visits.Count(visit => visit.Twin is not null)} of them held "
            + "against the answer for what does not exist");

        AssertNone(walk.Visits.Select(visit => visit.Fault(walk.Tenant)).OfType<string>());
    }

    [Fact]
    public void No_answer_holds_what_its_reader_must_not_see() =>
        AssertNone(walk.Visits.SelectMany(visit => visit.Leaks(walk.Tenant)));

    [Fact]
    public void Nothing_of_the_tenants_was_changed()
    {
        output.WriteLine($"{walk.Before.Count} rows of the tenant's compared");

        Assert.True(walk.Before.Count > 20, "The tenant owns too little for this to mean anything.");
        AssertNone(walk.Before.Except(walk.After).Select(row => $"gone: {row}")
            .Concat(walk.After.Except(walk.Before).Select(row => $"new: {row}")));
    }

    [Fact]
    public void Streams_and_webhooks_of_others_tell_of_their_own_videos_only()
    {
        var words = walk.Tenant.Things.Where(thing => thing.Key is not ("org" or "user"))
            .Concat(walk.Tenant.Canaries).Concat(walk.Tenant.Secrets);

        Assert.Equal(4, walk.Overheard.Values.Count(heard => heard.Contains("video", StringComparison.Ordinal)));
        AssertNone(
            from heard in walk.Overheard
            from word in words
            where heard.Value.Contains(word.Value, StringComparison.Ordinal)
            select $"{heard.Key}: {word.Key}");
    }

    [Fact]
    public async Task No_log_span_or_metric_holds_a_tenants_words_or_secrets()
    {
        var words = walk.Tenant.Canaries.Concat(walk.Tenant.Secrets).ToList();
        var files = platform.System.Services.Select(service => service.LogFile)
            .Append(Scenario.TelemetryOf(platform.System)).Append(await PostgresLogAsync()).ToList();
        var evidence = await Task.WhenAll(files.Select(file => Evidence.ReadAsync(file, CancellationToken.None)));
        output.WriteLine(
            $"{words.Count} words sought in {evidence.Length} files, {evidence.Sum(file => file.Bytes.LongLength)} bytes");

        // What must be there is there, or the search would prove nothing.
        Assert.Contains(evidence, file => file.Name == "telemetry" && file.Holds(walk.Tenant.Things["video"]));
        Assert.Contains(evidence, file => file.Name == "gateway.log" && file.Holds("Proxying to"));
        AssertNone(
            from file in evidence
            from word in words
            let found = file.Find(word.Value)
            where found is not null
            select $"{file.Name}: the {word.Key} in …{found}…");
    }

    [Fact]
    public async Task Every_table_of_a_tenants_has_forced_row_security_that_binds_the_requests_role()
    {
        var count = 0;
        foreach (var database in TenantDatabase.Of(platform.System))
        {
            var tables = await database.TablesAsync();
            count += tables.Count;
            Assert.NotEmpty(tables);
            AssertNone(tables
                .Where(table => !table.IsForced || !table.IsBound || table.IsOpen)
                .Select(table => $"{database.Name}: {table}"));
        }

        output.WriteLine($"{count} tables with a project or an organization");
    }

    [Fact]
    public async Task A_query_that_forgets_the_tenant_still_sees_nobody_elses_rows()
    {
        var own = 0L;
        foreach (var database in TenantDatabase.Of(platform.System))
        {
            own += await database.CountVisibleAsync(walk.Tenant.Organization, readBy: walk.Tenant.Organization);
            Assert.Equal(0, await database.CountVisibleAsync(walk.Tenant.Organization, readBy: walk.Stranger));
        }

        Assert.True(own > 10, "The tenant sees too little of its own for this to mean anything.");
    }

    private static void AssertNone(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, $"{all.Count} faults:\n{string.Join('\n', all)}");
    }

    /// <summary>Beside its data.</summary>
    private async Task<string> PostgresLogAsync()
    {
        await using var connection = new NpgsqlConnection(TenantDatabase.Of(platform.System)[0].ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("show data_directory", connection);
        var data = (string)(await command.ExecuteScalarAsync())!;
        return Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(data))!, "postgres.log");
    }
}
