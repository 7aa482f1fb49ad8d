using Dapper;
using Microsoft.Extensions.Options;
using Sora.QuotaService.Ledger;
using Sora.QuotaService.Tests.Drivers;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.QuotaService.Tests.Ledger;

public sealed class CheckBalancesTests(QuotaSystem system)
{
    private readonly Tenant _tenant = new(system);

    [Fact]
    public async Task Balances_that_are_the_sum_of_their_entries_are_no_drift()
    {
        await UseAsync();

        Assert.Empty(await FindDriftsAsync());
    }

    [Theory]
    [InlineData("update budgets set held_micro_usd = held_micro_usd + 1 where owner = @Project")]
    [InlineData("update budgets set spent_micro_usd = spent_micro_usd - 1 where owner = @Project")]
    [InlineData("update budgets set in_flight = in_flight + 1 where owner = @Project")]
    [InlineData("delete from budgets where owner = @Project")]
    [InlineData("delete from entries where project = @Project and phase = 'hold'")]
    [InlineData("update holds set amount_micro_usd = 1 where project = @Project and resolved_at is null")]
    public async Task A_row_changed_by_hand_is_found(string tampering)
    {
        await UseAsync();
        await using (var connection = await system.Database.OpenConnectionAsync())
        {
            await connection.ExecuteAsync(tampering, new { _tenant.Project });
        }

        var drifts = await FindDriftsAsync();

        Assert.Contains(drifts, drift => drift.Level == "project" && drift.Owner == _tenant.Project);
    }

    [Fact]
    public async Task Drift_is_looked_for_again_and_again_and_reported_as_an_error()
    {
        var log = new RecordingLogger<CheckBalances>();
        using var check = system.Make<CheckBalances>(
            log, Options.Create(new LedgerOptions { CheckInterval = TimeSpan.FromMilliseconds(100) }));
        await check.StartAsync(CancellationToken.None);
        await UseAsync();
        await using (var connection = await system.Database.OpenConnectionAsync())
        {
            await connection.ExecuteAsync(
                "update budgets set held_micro_usd = 1 where owner = @Project", new { _tenant.Project });
        }

        await Wait.UntilAsync("the drift is reported", _ => Task.FromResult(log.Entries.Any(entry =>
            entry.Level == LogLevel.Error && entry.Message.Contains(_tenant.Project, StringComparison.Ordinal))));
        await check.StopAsync(CancellationToken.None);
    }

    /// <summary>One video settled, one released, one in flight.</summary>
    private async Task UseAsync()
    {
        string[] videos = [Tenant.NewId("video"), Tenant.NewId("video"), Tenant.NewId("video")];
        foreach (var video in videos)
        {
            await _tenant.HoldProAsync(video);
        }

        await _tenant.SettleAsync(videos[0]);
        await _tenant.ReleaseAsync(videos[1]);
    }

    private async Task<IReadOnlyList<Drift>> FindDriftsAsync()
    {
        var drifts = await system.Get<CheckBalances>().CheckAsync(CancellationToken.None);
        return [.. drifts.Where(drift => drift.Organization == _tenant.Organization)];
    }
}
