using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Sessions;

/// <summary>
/// Knows who is signed in. Every request asks the database, so that whatever is taken from somebody is gone at once.
/// </summary>
internal sealed class SessionDirectory(ServiceDatabase database, IOptions<SessionOptions> options, TimeProvider clock)
{
    /// <summary>Whether <c>person</c> may sign in: not once every organisation that has the person has disabled them.</summary>
    public const string MaySignIn =
        """
        coalesce((select bool_or(member.disabled_at is null) from organization_members member
                  where member.user_id = person.id), true)
        """;

    private const string Select =
        $"""
        select session.id, session.user_id, session.anti_forgery, session.last_seen_at, session.expires_at,
               session.must_rotate and session.digest = @Digest as must_rotate, person.name, person.email,
               chosen.project_id, chosen.organization_id, chosen.role, chosen.retention_days
        from sessions session
        join users person on person.id = session.user_id
        left join lateral (
            select membership.project_id, membership.organization_id, membership.role, project.retention_days
            from effective_memberships membership
            join projects project on project.id = membership.project_id
            where membership.user_id = session.user_id and (@Project::text is null or project.id = @Project)
            order by project.created_at, project.id limit 1) chosen on true
        where (session.digest = @Digest or (session.previous_digest = @Digest and session.previous_until > @Now))
          and session.expires_at > @Now and session.last_seen_at > @IdleSince and {MaySignIn}
        """;

    private static readonly TimeSpan LastSeenResolution = TimeSpan.FromMinutes(1);

    // For requests that the browser sent before it had the new cookie.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    /// <summary>Begins a session.</summary>
    public async Task<SessionToken> BeginAsync(UnitOfWork work, string user, CancellationToken cancellationToken)
    {
        var (now, token) = (clock.GetUtcNow(), SessionToken.Create());
        await work.ExecuteAsync(
            """
            insert into sessions (id, user_id, digest, anti_forgery, created_at, last_seen_at, expires_at)
            values (@Id, @user, @Digest, @AntiForgery, @now, @now, @ExpiresAt)
            """,
            new
            {
                Id = Ids.New("sess", now),
                user,
                token.Digest,
                AntiForgery = SessionToken.RandomText(),
                now,
                ExpiresAt = now + options.Value.Lifetime,
            },
            cancellationToken);
        return token;
    }

    /// <summary>
    /// Whose session it is, in the wanted project or in the first of the user's; and the token that takes the place of
    /// this one, when the user's rights have changed since it was given out.
    /// </summary>
    public async Task<(Session? Session, SessionToken? Successor)> FindAsync(
        SessionToken token, string? project, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(cancellationToken);
        var row = await work.QuerySingleOrDefaultAsync<Row>(
            Select,
            new { token.Digest, Project = project, Now = now, IdleSince = now - options.Value.IdleTimeout },
            cancellationToken);
        if (row is null)
        {
            return (null, null);
        }

        var successor = row.MustRotate ? await RotateAsync(work, token, now, cancellationToken) : null;
        if (successor is not null || now - row.LastSeenAt > LastSeenResolution)
        {
            await work.ExecuteAsync(
                "update sessions set last_seen_at = @now where id = @Id", new { now, row.Id }, cancellationToken);
            await work.CommitAsync(cancellationToken);
        }

        return (row.ToSession(), successor);
    }

    /// <summary>Ends one session.</summary>
    public static Task EndAsync(UnitOfWork work, SessionToken token, CancellationToken cancellationToken) =>
        work.ExecuteAsync(
            "delete from sessions where digest = @Digest or previous_digest = @Digest",
            new { token.Digest },
            cancellationToken);

    /// <summary>Ends every session of a user.</summary>
    public static Task<int> EndAllAsync(UnitOfWork work, string user, CancellationToken cancellationToken) =>
        work.ExecuteAsync("delete from sessions where user_id = @user", new { user }, cancellationToken);

    /// <summary>Has every browser of a user get a new token with its next request: the user's rights change.</summary>
    public static Task RotateAllAsync(UnitOfWork work, string user, CancellationToken cancellationToken) =>
        work.ExecuteAsync("update sessions set must_rotate = true where user_id = @user", new { user }, cancellationToken);

    // Of two requests that come together, one rotates; the other's token is the previous one by then.
    private static async Task<SessionToken?> RotateAsync(
        UnitOfWork work, SessionToken token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var successor = SessionToken.Create();
        var rotated = await work.ExecuteAsync(
            """
            update sessions set digest = @New, previous_digest = digest, previous_until = @Until, must_rotate = false
            where digest = @Old and must_rotate
            """,
            new { New = successor.Digest, Old = token.Digest, Until = now + Overlap },
            cancellationToken);
        return rotated == 1 ? successor : null;
    }

    private sealed class Row
    {
        public required string Id { get; init; }
        public required string UserId { get; init; }
        public required string AntiForgery { get; init; }
        public DateTimeOffset LastSeenAt { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
        public bool MustRotate { get; init; }
        public required string Name { get; init; }
        public required string Email { get; init; }
        public string? ProjectId { get; init; }
        public string? OrganizationId { get; init; }
        public string? Role { get; init; }
        public int? RetentionDays { get; init; }

        public Session ToSession()
        {
            var caller = ProjectId is null ? null : new Caller(
                UserId, OrganizationId!, ProjectId, Role!, Accounts.Roles.ScopesOf(Role!), null, RetentionDays!.Value);
            return new Session(Id, UserId, Name, Email, AntiForgery, ExpiresAt, caller);
        }
    }
}
