using Npgsql;
using Sora.QuotaService.Tests.Drivers;
using Sora.ServiceDefaults.Database;
using Xunit;

namespace Sora.QuotaService.Tests.Ledger;

public sealed class EntriesTests(QuotaSystem system)
{
    private const string Insert =
        """
        insert into entries (video_id, phase, account, amount_micro_usd, organization, project, user_id, booked_at)
        values
        """;

    private readonly Tenant _tenant = new(system);
    private readonly string _video = Tenant.NewId("video");

    [Theory]
    [InlineData("update entries set amount_micro_usd = 1", true)]
    [InlineData("update entries set amount_micro_usd = 1", false)]
    [InlineData("delete from entries", true)]
    [InlineData("delete from entries", false)]
    [InlineData("truncate entries", true)]
    [InlineData("truncate entries", false)]
    [InlineData("update budgets set monthly_limit_micro_usd = 1", true)]
    public async Task What_is_booked_stays_as_it_is(string sql, bool forCaller)
    {
        var database = system.Get<ServiceDatabase>();
        await using var work = await (forCaller
            ? database.BeginAsync(_tenant.Caller, CancellationToken.None)
            : database.BeginAsync(CancellationToken.None));

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => work.ExecuteAsync(sql, null, CancellationToken.None));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Theory]
    [InlineData("(@v, 'charge', 'upstream_payable', 5, @o, @p, @u, now())")]
    [InlineData(
        "(@v, 'charge', 'revenue', -5, @o, @p, @u, now()), (@v, 'charge', 'upstream_payable', 4, @o, @p, @u, now())")]
    public async Task A_transaction_that_does_not_sum_to_zero_is_not_committed(string lines)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => BookAsync(lines));
        Assert.Equal(PostgresErrorCodes.CheckViolation, refusal.SqlState);
        Assert.Equal(0, await _tenant.AccountAsync("upstream_payable"));
    }

    [Fact]
    public async Task A_video_is_resolved_once_whatever_the_code_does()
    {
        await _tenant.HoldAsync(_video);
        await _tenant.SettleAsync(_video);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => BookAsync(
            "(@v, 'resolve', 'held', -5, @o, @p, @u, now()), (@v, 'resolve', 'available', 5, @o, @p, @u, now())"));
        Assert.Equal("once_per_video", refusal.ConstraintName);
    }

    [Fact]
    public async Task An_account_outside_of_its_phase_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => BookAsync(
            "(@v, 'charge', 'revenue', -5, @o, @p, @u, now()), (@v, 'charge', 'held', 5, @o, @p, @u, now())"));
        Assert.Equal("account_of_the_phase", refusal.ConstraintName);
    }

    private async Task BookAsync(string lines)
    {
        await _tenant.HoldAsync(_video);
        await using var work = await system.Get<ServiceDatabase>().BeginAsync(CancellationToken.None);
        await work.ExecuteAsync(
            $"{Insert} {lines}",
            new { v = _video, o = _tenant.Organization, p = _tenant.Project, u = _tenant.User },
            CancellationToken.None);
        await work.CommitAsync(CancellationToken.None);
    }
}
