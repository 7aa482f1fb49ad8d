using Microsoft.Extensions.Options;
using Sora.Contracts;
using Sora.Gateway.Accounts;
using Sora.Gateway.Invitations;
using Sora.Gateway.Sessions;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;

namespace Sora.Gateway.Oidc;

/// <summary>
/// Finds whom the identity provider's answer stands for. Issuer and subject are the identity; a verified e-mail address
/// only leads to it the first time: to an account, to an invitation, or to the project that everybody of an allowed
/// domain may join.
/// </summary>
internal sealed class OidcSignIn(ServiceDatabase database, IOptions<OidcOptions> options, TimeProvider clock)
{
    /// <summary>The user, with a transaction that a session can still join; null for somebody who may not come in.</summary>
    public async Task<string?> FindUserAsync(UnitOfWork work, OidcIdentity identity, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (EmailAddress.Parse(identity.Email) is not { } email || !identity.IsEmailVerified || !IsAllowed(email))
        {
            return null;
        }

        var user = await FindLinkedAsync(work, identity, cancellationToken)
            ?? await LinkAsync(work, identity, email, now, cancellationToken);
        return user is not null && await MaySignInAsync(work, user, cancellationToken) ? user : null;
    }

    /// <summary>Begins the transaction of a sign-in.</summary>
    public Task<UnitOfWork> BeginAsync(CancellationToken cancellationToken) => database.BeginAsync(cancellationToken);

    private bool IsAllowed(string email) => options.Value.AllowedDomains.Count == 0
        || options.Value.AllowedDomains.Contains(EmailAddress.DomainOf(email), StringComparer.OrdinalIgnoreCase);

    private static Task<string?> FindLinkedAsync(
        UnitOfWork work, OidcIdentity identity, CancellationToken cancellationToken) =>
        work.QuerySingleOrDefaultAsync<string>(
            "select user_id from user_identities where issuer = @Issuer and subject = @Subject",
            new { identity.Issuer, identity.Subject },
            cancellationToken);

    private static Task<bool> MaySignInAsync(UnitOfWork work, string user, CancellationToken cancellationToken) =>
        work.QuerySingleOrDefaultAsync<bool>(
            $"select {SessionDirectory.MaySignIn} from users person where id = @user", new { user }, cancellationToken);

    private async Task<string?> LinkAsync(
        UnitOfWork work, OidcIdentity identity, string email, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var user = await work.QuerySingleOrDefaultAsync<string>(
            "select id from users where lower(email) = @email", new { email }, cancellationToken);
        var invitations = await OpenInvitations.OfAsync(work, email, now, cancellationToken);
        if (user is null && invitations.Count == 0 && options.Value.AutoJoinRole is null)
        {
            return null;
        }

        user ??= await CreateAsync(work, identity, email, now, cancellationToken);
        foreach (var invitation in invitations)
        {
            await OpenInvitations.AcceptAsync(work, invitation, user, now, cancellationToken);
        }

        await work.ExecuteAsync(
            """
            insert into user_identities (issuer, subject, user_id, created_at) values (@Issuer, @Subject, @user, @now)
            on conflict do nothing
            """,
            new { identity.Issuer, identity.Subject, user, now },
            cancellationToken);
        return user;
    }

    private async Task<string> CreateAsync(
        UnitOfWork work, OidcIdentity identity, string email, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var user = Ids.New("user", now);
        var name = identity.Name is { Length: > 0 and <= 100 } text && !text.Any(char.IsControl) ? text : email;
        await work.ExecuteAsync(
            "insert into users (id, name, email, created_at) values (@user, @name, @email, @now)",
            new { user, name, email, now },
            cancellationToken);
        if (options.Value.AutoJoinRole is { } role)
        {
            await JoinAsync(work, user, role, now, cancellationToken);
        }

        return user;
    }

    private async Task JoinAsync(
        UnitOfWork work, string user, string role, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var project = await work.QuerySingleOrDefaultAsync<Project>(
            """
            select id, organization_id from projects where @Wanted::text is null or id = @Wanted
            order by created_at, id limit 1
            """,
            new { Wanted = options.Value.AutoJoinProject },
            cancellationToken) ?? throw new InvalidOperationException("Oidc:AutoJoinProject names no project.");
        await work.ExecuteAsync(
            """
            insert into organization_members (organization_id, user_id, role, created_at)
                values (@OrganizationId, @user, 'member', @now);
            insert into memberships (project_id, user_id, role, created_at) values (@Id, @user, @role, @now);
            """,
            new { project.OrganizationId, project.Id, user, role, now },
            cancellationToken);
        work.Publish(new AuditRecorded(
            project.OrganizationId, project.Id, user, null, "user.joined", user,
            new Dictionary<string, string> { ["role"] = role, ["by"] = "oidc" }, now));
    }

    private sealed record Project(string Id, string OrganizationId);
}
