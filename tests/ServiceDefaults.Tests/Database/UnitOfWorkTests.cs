using Npgsql;
using Sora.ServiceDefaults.Identity;
using Sora.TestServers;

namespace Sora.ServiceDefaults.Tests.Database;

public sealed class UnitOfWorkTests : IAsyncLifetime
{
    private const string WhoAmI =
        """
        select current_user::text as role, current_setting('app.project') as project,
            current_setting('app.organization') as organization
        """;

    private readonly SharedServers _servers = new();
    private TestService _service = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _service = await (await TestService.With().AddDatabaseAsync(_servers)).StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _servers.DisposeAsync();
    }

    [Fact]
    public async Task A_transaction_of_a_caller_has_the_callers_role_and_project()
    {
        await using var work = await _service.Database.BeginAsync(TestService.Ann, Cancelled);

        Assert.Equal(
            new Identity("testdb_app", "proj_a", "org_1"),
            await work.QuerySingleOrDefaultAsync<Identity>(WhoAmI, null, Cancelled));
    }

    [Fact]
    public async Task A_transaction_of_background_work_has_the_workers_role_and_no_project()
    {
        await using var work = await _service.Database.BeginAsync(Cancelled);

        Assert.Equal(
            new Identity("testdb_worker", "", ""),
            await work.QuerySingleOrDefaultAsync<Identity>(WhoAmI, null, Cancelled));
    }

    [Fact]
    public async Task A_read_has_the_callers_role_and_project()
    {
        Assert.Equal(
            [new Identity("testdb_app", "proj_a", "org_1")],
            await _service.Database.ReadAsync<Identity>(TestService.Ann, WhoAmI, null, Cancelled));
    }

    [Fact]
    public async Task Nothing_of_a_caller_is_left_on_the_connection()
    {
        for (var round = 0; round < 10; round++)
        {
            await _service.Database.ReadAsync<Identity>(TestService.Ann, WhoAmI, null, Cancelled);
            await using (await _service.Database.BeginAsync(TestService.Ann, Cancelled))
            {
            }

            await using var connection = await _service.Services.GetRequiredService<NpgsqlDataSource>()
                .OpenConnectionAsync(Cancelled);
            await using var command = new NpgsqlCommand(
                "select current_user || current_setting('app.project', true) || current_setting('app.organization', true)",
                connection);
            Assert.Equal("postgres", await command.ExecuteScalarAsync(Cancelled));
        }
    }

    [Fact]
    public async Task Rows_of_another_project_are_out_of_reach()
    {
        await NoteAsync(TestService.Ann, "of Ann", commit: true);

        Assert.Single(await ReadNotesAsync(TestService.Ann));
        Assert.Empty(await ReadNotesAsync(TestService.Bob));
        await using var work = await _service.Database.BeginAsync(TestService.Bob, Cancelled);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => work.ExecuteAsync(
            "insert into notes (project, text) values ('proj_a', 'smuggled')", null, Cancelled));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task Background_work_sees_every_project()
    {
        await NoteAsync(TestService.Ann, "of Ann", commit: true);
        await NoteAsync(TestService.Bob, "of Bob", commit: true);

        await using var work = await _service.Database.BeginAsync(Cancelled);

        Assert.Equal(
            ["of Ann", "of Bob"],
            await work.QueryAsync<string>("select text from notes order by text", null, Cancelled));
    }

    [Fact]
    public async Task A_transaction_without_a_commit_leaves_nothing()
    {
        await NoteAsync(TestService.Ann, "forgotten", commit: false);

        Assert.Empty(await ReadNotesAsync(TestService.Ann));
    }

    [Fact]
    public async Task A_projects_name_cannot_change_the_role_it_is_read_under()
    {
        var mallory = TestService.Ann with { Project = "', true), set_config('role', 'postgres', true) --" };

        Assert.Equal(
            [new Identity("testdb_app", mallory.Project, "org_1")],
            await _service.Database.ReadAsync<Identity>(mallory, WhoAmI, null, Cancelled));
    }

    [Fact]
    public async Task The_parameters_of_a_read_may_have_any_name()
    {
        var values = await _service.Database.ReadAsync<string>(
            TestService.Ann,
            "select @Role || ' ' || @Project || ' ' || @Organization",
            new { Role = "viewer", Project = "proj_x", Organization = "org_x" },
            Cancelled);

        Assert.Equal(["viewer proj_x org_x"], values);
    }

    [Fact]
    public async Task Instants_come_back_in_UTC_whatever_offset_they_were_given_in()
    {
        var instant = new DateTimeOffset(2026, 9, 24, 12, 0, 0, TimeSpan.FromHours(2));

        var read = await _service.Database.ReadAsync<Instants>(
            TestService.Ann,
            "select @Instant::timestamptz as instant, @None::timestamptz as none",
            new { Instant = instant, None = (DateTimeOffset?)null },
            Cancelled);

        Assert.Equal([new Instants(instant, null)], read);
        Assert.Equal(TimeSpan.Zero, read[0].Instant.Offset);
    }

    [Fact]
    public async Task A_read_that_repeats_is_prepared_by_the_server()
    {
        for (var i = 0; i < 10; i++)
        {
            await _service.Database.ReadAsync<string>(
                TestService.Ann, "select text from notes where id = @Id", new { Id = (long)i }, Cancelled);
        }

        var prepared = await _service.Database.ReadAsync<string>(
            TestService.Ann, "select statement from pg_prepared_statements", null, Cancelled);
        Assert.Contains(prepared, statement => statement.StartsWith("select text from notes", StringComparison.Ordinal));
        Assert.Contains(prepared, statement => statement.Contains("set_config", StringComparison.Ordinal));
    }

    private async Task NoteAsync(Caller caller, string text, bool commit)
    {
        await using var work = await _service.Database.BeginAsync(caller, Cancelled);
        await work.ExecuteAsync(
            "insert into notes (project, text) values (@Project, @text)", new { caller.Project, text }, Cancelled);
        if (commit)
        {
            await work.CommitAsync(Cancelled);
        }
    }

    private Task<IReadOnlyList<string>> ReadNotesAsync(Caller caller) =>
        _service.Database.ReadAsync<string>(caller, "select text from notes", null, Cancelled);

    private sealed record Identity(string Role, string Project, string Organization);

    private sealed record Instants(DateTimeOffset Instant, DateTimeOffset? None);
}
