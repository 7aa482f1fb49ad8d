using System.Text.Json.Serialization;
using Sora.Gateway.Accounts;
using Sora.Gateway.Sessions;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;

namespace Sora.Gateway.Invitations;

/// <summary>
/// <c>POST /v1/invitations/accept</c>, with the token, once. Somebody new chooses a name and a password and is signed in;
/// somebody who has an account signs in with it first.
/// </summary>
internal sealed class AcceptInvitation(
    ServiceDatabase database, Passwords passwords, SessionOpener opener, TimeProvider clock)
{
    public static Task<IResult> HandleAsync(
        AcceptInvitationRequest request,
        Session? session,
        HttpContext context,
        AcceptInvitation accept,
        CancellationToken cancellationToken) =>
        accept.RunAsync(request, session, context, cancellationToken);

    private async Task<IResult> RunAsync(
        AcceptInvitationRequest request, Session? session, HttpContext context, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var work = await database.BeginAsync(cancellationToken);
        if (InvitationToken.DigestOf(request.Token) is not { } digest
            || await OpenInvitations.FindAsync(work, digest, now, cancellationToken) is not { } invitation)
        {
            return ApiError.NotFound(
                "The invitation is not valid, or not any longer. Ask for another.", "invitation_not_found", "token");
        }

        if (session is not null && session.Email != invitation.Email)
        {
            return new ApiError(
                StatusCodes.Status403Forbidden, ApiError.InvalidRequest, "invitation_for_another", "token",
                "The invitation is for another e-mail address. Sign out first.");
        }

        if (session is null && request.WhyRefused(invitation.Email) is { } refusal)
        {
            return refusal;
        }

        var user = session?.User ?? await CreateUserAsync(work, invitation.Email, request, now, cancellationToken);
        if (user is null)
        {
            return new ApiError(
                StatusCodes.Status409Conflict, ApiError.InvalidRequest, "sign_in_first", null,
                "There is an account of this e-mail address: sign in, then accept the invitation.");
        }

        await OpenInvitations.AcceptAsync(work, invitation, user, now, cancellationToken);
        return TypedResults.Ok(await opener.OpenAsync(work, user, context, cancellationToken));
    }

    private async Task<string?> CreateUserAsync(
        UnitOfWork work,
        string email,
        AcceptInvitationRequest request,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var id = Ids.New("user", now);
        var created = await work.ExecuteAsync(
            """
            insert into users (id, name, email, password_hash, created_at) values (@id, @Name, @email, @Hash, @now)
            on conflict (lower(email)) do nothing
            """,
            new { id, Name = request.Name!.Trim(), email, Hash = passwords.Hash(request.Password!), now },
            cancellationToken);
        return created == 1 ? id : null;
    }
}

/// <summary>The body of <c>POST /v1/invitations/accept</c>.</summary>
/// <param name="Token">What the invitation's maker passed on.</param>
/// <param name="Name">What to call somebody new; not needed by whoever is signed in.</param>
/// <param name="Password">What somebody new will sign in with; likewise.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AcceptInvitationRequest(string? Token, string? Name, string? Password)
{
    private const int LongestName = 100;

    public ApiError? WhyRefused(string email)
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > LongestName || Name.Any(char.IsControl))
        {
            return ApiError.Invalid("name", $"Invalid 'name': expected 1 to {LongestName} characters on one line.");
        }

        return Passwords.WhyRefused(Password ?? "", email) is { } reason
            ? ApiError.Invalid("password", $"Invalid 'password': {reason}")
            : null;
    }
}
