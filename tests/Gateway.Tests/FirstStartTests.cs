using System.Net.Http.Headers;
using Dapper;
using Npgsql;
using Sora.Gateway.Tests.Harness;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>What a new installation is given.</summary>
public sealed class FirstStartTests(Edge edge)
{
    [Fact]
    public async Task Two_gateways_that_start_together_make_one_of_each_and_later_starts_change_nothing()
    {
        var file = edge.NewKeyFile();
        var settings = await edge.NewSettingsAsync(keyFile: file);
        var database = settings["ConnectionStrings:identitydb"]!;

        var gateways = await StartTogetherAsync(settings, database);
        var key = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Trim();
        var later = edge.Start(settings);

        foreach (var table in new[] { "organizations", "projects", "users", "organization_members", "api_keys" })
        {
            Assert.Equal(1, await edge.QueryAsync<long>($"select count(*) from {table}", database: database));
        }

        Assert.Equal(key, (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Trim());
        foreach (var gateway in gateways.Append(later))
        {
            Assert.Equal(200, await AskAsync(gateway, key));
            Assert.DoesNotContain(key[18..], gateway.Log.Text, StringComparison.Ordinal);
        }

        Assert.Single(gateways, gateway => gateway.Log.Text.Contains(file, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_files_are_their_owners_alone_and_have_no_leftovers_beside_them()
    {
        var file = edge.NewKeyFile();
        edge.Start(await edge.NewSettingsAsync(keyFile: file));

        var files = Directory.GetFiles(Path.GetDirectoryName(file)!).Order().ToList();
        Assert.Equal([Path.Combine(Path.GetDirectoryName(file)!, "first-owner"), file], files);
        Assert.All(files, one => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(one)));
    }

    [Fact]
    public async Task The_first_owner_signs_in_with_what_lies_in_the_file_and_nowhere_else()
    {
        var settings = await edge.NewSettingsAsync();
        settings["Gateway:FirstOwnerEmail"] = "Ann@Example.com";
        var gateway = edge.Start(settings);
        var lines = await File.ReadAllLinesAsync(
            Edge.OwnerFile(settings), TestContext.Current.CancellationToken);

        var session = await new Browser(edge, gateway.Address).SignInAsync(lines[0], lines[1]);

        Assert.Equal(("ann@example.com", 24), (lines[0], lines[1].Length));
        Assert.Equal("owner", session.GetProperty("role").GetString());
        Assert.DoesNotContain(lines[1], gateway.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_owner_from_before_there_were_people_gets_a_password_and_keeps_the_role()
    {
        var settings = await edge.NewSettingsAsync();
        var database = settings["ConnectionStrings:identitydb"]!;
        await using (var first = new GatewayHost(settings))
        {
            first.StartServer();
        }

        await edge.QueryAsync<int>("update users set email = null, password_hash = null", database: database);
        File.Delete(Edge.OwnerFile(settings));
        var gateway = edge.Start(settings);
        var lines = await File.ReadAllLinesAsync(
            Edge.OwnerFile(settings), TestContext.Current.CancellationToken);

        var session = await new Browser(edge, gateway.Address).SignInAsync(lines[0], lines[1]);
        Assert.Equal("owner", session.GetProperty("role").GetString());
    }

    [Fact]
    public async Task A_key_that_cannot_be_written_leaves_no_rows()
    {
        var settings = await edge.NewSettingsAsync(keyFile: "/dev/null/key");

        Assert.ThrowsAny<IOException>(() => edge.Start(settings));
        Assert.Equal(0, await edge.QueryAsync<long>(
            "select count(*) from organizations", database: settings["ConnectionStrings:identitydb"]));
    }

    [Fact]
    public async Task A_dump_of_the_database_holds_no_usable_key()
    {
        var row = await edge.QueryAsync<string>("select string_agg(key::text, '') from api_keys key");

        Assert.Contains(edge.Key[..18], row, StringComparison.Ordinal);
        Assert.DoesNotContain(edge.Key[18..], row, StringComparison.Ordinal);
        Assert.DoesNotContain(edge.Key[18..], edge.LoggedText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_in_the_database_sees_its_own_project_only()
    {
        var visible = await edge.QueryAsync<long>(
            """
            begin;
            grant select on projects, api_keys to identitydb_app;
            set local role identitydb_app;
            set local app.project = 'proj_other';
            set local app.organization = 'org_other';
            select (select count(*) from projects) + (select count(*) from api_keys);
            """);

        Assert.Equal(0, visible);
    }

    /// <summary>Lets both come as far as finding no organisation, and only then one of them write.</summary>
    private async Task<GatewayHost[]> StartTogetherAsync(Dictionary<string, string?> settings, string database)
    {
        await using (var schemaOnly = new GatewayHost(settings))
        {
            schemaOnly.StartServer();
        }

        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync("truncate organizations, users cascade");
        await connection.ExecuteAsync("begin; lock table organizations in share mode");
        var starts = Task.WhenAll(Task.Run(() => edge.Start(settings)), Task.Run(() => edge.Start(settings)));
        await Wait.UntilAsync("both wait to write", async _ => await connection.ExecuteScalarAsync<long>(
            "select count(*) from pg_locks where relation = 'organizations'::regclass and not granted") == 2);
        await connection.ExecuteAsync("commit");
        return await starts;
    }

    private async Task<int> AskAsync(GatewayHost gateway, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Address, "/v1/usage"))
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        };
        using var answer = await edge.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
