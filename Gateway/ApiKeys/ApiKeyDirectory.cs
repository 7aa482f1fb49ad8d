using System.Collections.Concurrent;
using System.Security.Cryptography;
using Sora.Gateway.Accounts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.ApiKeys;

/// <summary>
/// Knows who holds a key. Answers, also "nobody", are kept for less than a second, so that a revocation is
/// effective within one on every gateway; requests that come together share one look-up.
/// </summary>
internal sealed class ApiKeyDirectory(ServiceDatabase database, TimeProvider clock)
{
    private const string SelectByPrefix =
        """
        select key.id, case key.prefix when @Prefix then key.digest else key.previous_digest end as digest,
               key.scopes, key.models, key.requests_per_minute, key.creates_per_minute, key.last_used_at, key.user_id,
               project.id as project_id, project.organization_id, project.retention_days, membership.role
        from api_keys key
        join projects project on project.id = key.project_id
        join effective_memberships membership
            on membership.project_id = key.project_id and membership.user_id = key.user_id
        where (key.prefix = @Prefix or (key.previous_prefix = @Prefix and key.previous_expires_at > @Now))
            and key.revoked_at is null and (key.expires_at is null or key.expires_at > @Now)
        """;

    private const int Capacity = 10_000;

    private static readonly TimeSpan MaximumAge = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan LastUseResolution = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Answer> _answers = new();

    /// <summary>
    /// On whose behalf the key's holder calls; null when the key is unknown, revoked or expired, or its user has lost
    /// every role in its project.
    /// </summary>
    public Task<KeyHolder?> FindAsync(ApiKey key, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexString(key.Digest);
        if (!_answers.TryGetValue(id, out var answer) || !IsFresh(answer))
        {
            if (_answers.Count >= Capacity)
            {
                _answers.Clear();
            }

            // The age counts from before the question, and the question outlives the request that asked it
            // first.
            answer = new Answer(clock.GetTimestamp(), LookUpAsync(key, CancellationToken.None));
            _answers[id] = answer;
        }

        return answer.Holder.WaitAsync(cancellationToken);
    }

    private bool IsFresh(Answer answer) =>
        !answer.Holder.IsFaulted && clock.GetElapsedTime(answer.AskedAt) < MaximumAge;

    private async Task<KeyHolder?> LookUpAsync(ApiKey key, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(cancellationToken);
        var row = await work.QuerySingleOrDefaultAsync<Row>(
            SelectByPrefix, new { key.Prefix, Now = now }, cancellationToken);

        // An unknown prefix takes the same path, so that time does not tell which prefixes exist.
        var digest = row?.Digest ?? new byte[key.Digest.Length];
        var matches = CryptographicOperations.FixedTimeEquals(key.Digest, digest);
        if (row is null || !matches)
        {
            return null;
        }

        if (row.LastUsedAt is null || now - row.LastUsedAt > LastUseResolution)
        {
            await work.ExecuteAsync(
                "update api_keys set last_used_at = @Now where id = @Id",
                new { row.Id, Now = now },
                cancellationToken);
            await work.CommitAsync(cancellationToken);
        }

        return row.ToHolder();
    }

    private sealed record Answer(long AskedAt, Task<KeyHolder?> Holder);

    private sealed class Row
    {
        public required string Id { get; init; }
        public required byte[] Digest { get; init; }
        public required string[] Scopes { get; init; }
        public DateTimeOffset? LastUsedAt { get; init; }
        public required string UserId { get; init; }
        public required string ProjectId { get; init; }
        public required string OrganizationId { get; init; }
        public int RetentionDays { get; init; }
        public required string Role { get; init; }
        public string[]? Models { get; init; }
        public int? RequestsPerMinute { get; init; }
        public int? CreatesPerMinute { get; init; }

        public KeyHolder ToHolder()
        {
            var scopes = Roles.Narrow(Role, Scopes);
            var caller = new Caller(UserId, OrganizationId, ProjectId, Role, scopes, Id, RetentionDays) { Models = Models };
            return new KeyHolder(caller, RequestsPerMinute, CreatesPerMinute);
        }
    }
}

/// <summary>Who holds a key.</summary>
/// <param name="Caller">On whose behalf they call.</param>
/// <param name="RequestsPerMinute">The key's own rate limit, or null.</param>
/// <param name="CreatesPerMinute">The key's own rate limit of creates, or null.</param>
internal sealed record KeyHolder(Caller Caller, int? RequestsPerMinute, int? CreatesPerMinute);
