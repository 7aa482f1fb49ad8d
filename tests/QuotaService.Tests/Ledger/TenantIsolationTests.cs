using Npgsql;
using Sora.QuotaService.Tests.Drivers;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;
using Xunit;

namespace Sora.QuotaService.Tests.Ledger;

public sealed class TenantIsolationTests(QuotaSystem system)
{
    private readonly Tenant _tenant = new(system);
    private readonly ServiceDatabase _database = system.Get<ServiceDatabase>();

    [Theory]
    [InlineData("holds", 1)]
    [InlineData("entries", 2)]
    [InlineData("budgets", 3)]
    public async Task A_tenant_sees_its_own_rows_and_nobody_elses(string table, int rows)
    {
        await _tenant.HoldAsync(Tenant.NewId("video"));

        Assert.Equal(rows, await CountAsync(table, _tenant.Caller));
        Assert.Equal(0, await CountAsync(table, new Tenant(system).Caller));
        Assert.Equal(0, await CountAsync(table, new Tenant(system) { Project = _tenant.Project }.Caller));
    }

    [Theory]
    [InlineData("holds", 0)]
    [InlineData("entries", 0)]
    [InlineData("budgets", 2)]
    public async Task A_colleague_of_another_project_sees_only_what_they_share(string table, int rows)
    {
        await _tenant.HoldAsync(Tenant.NewId("video"));

        Assert.Equal(rows, await CountAsync(table, _tenant.Colleague(sameProject: false).Caller));
    }

    [Fact]
    public async Task Nobody_takes_from_another_organisations_budget()
    {
        await _tenant.HoldAsync(Tenant.NewId("video"));
        await using var work = await _database.BeginAsync(new Tenant(system).Caller, CancellationToken.None);

        Assert.Equal(0, await work.ExecuteAsync("update budgets set held_micro_usd = 0", null, CancellationToken.None));
    }

    [Fact]
    public async Task Nobody_places_a_hold_for_another_project()
    {
        await using var work = await _database.BeginAsync(_tenant.Caller, CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => work.ExecuteAsync(
            """
            insert into holds (video_id, organization, project, user_id, status, amount_micro_usd,
                upstream_cost_micro_usd, placed_at, resolved_at)
            values ('video_x', @Organization, 'proj_other', 'user', 'released', 0, 0, now(), now())
            """,
            new { _tenant.Organization },
            CancellationToken.None));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    private async Task<long> CountAsync(string table, Caller caller)
    {
        var sql = $"select count(*) from {table}";
        return (await _database.ReadAsync<long>(caller, sql, null, CancellationToken.None)).Single();
    }
}
