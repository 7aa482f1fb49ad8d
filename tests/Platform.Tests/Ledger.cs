using Dapper;
using Npgsql;
using Sora.TestServers.Platform;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>The money as the database has it: what must be true after every test, whatever was broken in it.</summary>
internal static class Ledger
{
    /// <summary>Waits until nothing is held any more, then checks that every transaction sums to zero.</summary>
    public static async Task AssertEvenAsync(this SoraSystem system)
    {
        await using var quota = Connection(system);
        await Wait.UntilAsync("nothing is held any more", async _ =>
            await quota.ExecuteScalarAsync<long>(
                "select count(*) from holds where status in ('granted', 'needs_approval')") == 0);

        Assert.Equal(0, await quota.ExecuteScalarAsync<long>("select coalesce(sum(amount_micro_usd), 0)::bigint from entries"));
        Assert.Equal(0, await quota.ExecuteScalarAsync<long>(
            "select count(*) from (select transaction_id from entries group by 1 having sum(amount_micro_usd) <> 0) as odd"));
        Assert.Equal(0, await quota.ExecuteScalarAsync<long>("select coalesce(sum(held_micro_usd), 0)::bigint from budgets"));
    }

    /// <summary>How a video's hold ended: <c>settled</c> or <c>released</c>.</summary>
    public static async Task<string?> FateAsync(this SoraSystem system, string videoId)
    {
        await using var quota = Connection(system);
        string? status = null;
        await Wait.UntilAsync($"the money of {videoId} is decided", async _ =>
            (status = await quota.ExecuteScalarAsync<string?>(
                "select status from holds where video_id = @videoId", new { videoId })) is "settled" or "released");
        return status;
    }

    /// <summary>How many videos were paid for.</summary>
    public static async Task<long> CountPaidAsync(this SoraSystem system)
    {
        await using var quota = Connection(system);
        return await quota.ExecuteScalarAsync<long>("select count(*) from holds where status = 'settled'");
    }

    /// <summary>Not from a pool, whose connections do not survive what some tests do to the server.</summary>
    private static NpgsqlConnection Connection(SoraSystem system) =>
        new($"{system["quota-service"].Variables["ConnectionStrings__quotadb"]};Pooling=false");
}
