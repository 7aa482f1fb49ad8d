using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;

namespace Sora.Gateway.Sessions;

/// <summary>
/// Bounds guessing, for an account and for an address. A try counts before its password is looked at, so that many at
/// once gain nothing, and whether the account exists makes no difference. It is counted in the database, without which
/// nobody can sign in anyway: every gateway sees the same, and none is ever open.
/// </summary>
internal sealed class SignInThrottle(ServiceDatabase database, IOptions<SessionOptions> options, TimeProvider clock)
{
    private const string Count =
        """
        insert into sign_in_tries as known (bucket, tries, forgotten_at)
        select bucket, 1, @ForgottenAt from unnest(@Buckets) as asked (bucket) order by bucket
        on conflict (bucket) do update set
            tries = case when known.forgotten_at <= @Now then 1 else known.tries + 1 end,
            forgotten_at = case when known.forgotten_at <= @Now then excluded.forgotten_at else known.forgotten_at end
        returning bucket, tries, forgotten_at
        """;

    /// <summary>Counts a try and says why it may not go on, if so: 429 with the time to wait.</summary>
    /// <param name="account">What is tried: an address that somebody typed, whether anybody has it or not.</param>
    /// <param name="address">Where the try comes from.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ApiError?> CountAsync(string account, IPAddress? address, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (ofAccount, ofAddress) = (Bucket(account), Bucket(ClientNetwork.Of(address)));
        await using var work = await database.BeginAsync(cancellationToken);
        var rows = await work.QueryAsync<Row>(
            Count,
            new { Buckets = new[] { ofAccount, ofAddress }, Now = now, ForgottenAt = now + options.Value.TryWindow },
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        var exceeded = rows.Where(row => row.Tries > LimitOf(row)).ToList();
        return exceeded.Count == 0 ? null : new ApiError(
            StatusCodes.Status429TooManyRequests, "requests", "too_many_tries", null,
            "There were too many tries to sign in. Please wait.")
        {
            RetryAfter = exceeded.Max(row => row.ForgottenAt) - now,
        };

        int LimitOf(Row row) => row.Bucket.AsSpan().SequenceEqual(ofAccount)
            ? options.Value.TriesPerAccount
            : options.Value.TriesPerAddress;
    }

    /// <summary>The try was right: it does not count for the address, and the account's wrong ones are forgotten.</summary>
    public static Task ForgiveAsync(
        UnitOfWork work, string account, IPAddress? address, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            """
            update sign_in_tries set tries = tries - 1 where bucket = @Address and tries > 0;
            delete from sign_in_tries where bucket = @Account;
            """,
            new { Address = Bucket(ClientNetwork.Of(address)), Account = Bucket(account) },
            cancellationToken);

    // A digest: what somebody types as an address may be a password.
    private static byte[] Bucket(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name));

    private sealed class Row
    {
        public required byte[] Bucket { get; init; }
        public int Tries { get; init; }
        public DateTimeOffset ForgottenAt { get; init; }
    }
}
