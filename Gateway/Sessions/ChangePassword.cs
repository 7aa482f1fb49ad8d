using System.Text.Json.Serialization;
using Sora.Gateway.Accounts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Sessions;

/// <summary>
/// <c>POST /v1/session/password</c>: whoever knows the current one. Every session of the user ends; this browser goes on
/// with a new one. Somebody who signs in through an identity provider has none to change.
/// </summary>
internal sealed class ChangePassword(
    ServiceDatabase database, Passwords passwords, SignInThrottle throttle, SessionOpener opener, TimeProvider clock)
{
    public static Task<IResult> HandleAsync(
        ChangePasswordRequest request,
        Session session,
        HttpContext context,
        ChangePassword change,
        CancellationToken cancellationToken) =>
        change.RunAsync(request, session, context, cancellationToken);

    private async Task<IResult> RunAsync(
        ChangePasswordRequest request, Session session, HttpContext context, CancellationToken cancellationToken)
    {
        if (request.CurrentPassword is not { Length: > 0 } current)
        {
            return ApiError.Missing("current_password");
        }

        if (request.NewPassword is not { Length: > 0 } chosen)
        {
            return ApiError.Missing("new_password");
        }

        if (Passwords.WhyRefused(chosen, session.Email) is { } reason)
        {
            return ApiError.Invalid("new_password", $"Invalid 'new_password': {reason}");
        }

        // As a try to sign in: whoever finds a browser open may not guess either.
        var address = context.Connection.RemoteIpAddress;
        if (await throttle.CountAsync(session.Email, address, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        await using var work = await database.BeginAsync(cancellationToken);
        var hash = await work.QuerySingleOrDefaultAsync<string>(
            "select password_hash from users where id = @User for update", new { session.User }, cancellationToken);
        if (passwords.Verify(hash, current) is PasswordVerdict.Wrong)
        {
            return ApiError.Invalid("current_password", "Invalid 'current_password': it is wrong.");
        }

        await SaveAsync(work, session, passwords.Hash(chosen), cancellationToken);
        await SignInThrottle.ForgiveAsync(work, session.Email, address, cancellationToken);
        return TypedResults.Ok(await opener.OpenAsync(work, session.User, context, cancellationToken));
    }

    private async Task SaveAsync(UnitOfWork work, Session session, string hash, CancellationToken cancellationToken)
    {
        await work.ExecuteAsync(
            "update users set password_hash = @hash where id = @User", new { hash, session.User }, cancellationToken);
        await SessionDirectory.EndAllAsync(work, session.User, cancellationToken);
        if (session.Caller is { } caller)
        {
            work.Record(caller, "password.changed", session.User, clock.GetUtcNow());
        }
    }
}

/// <summary>The body of <c>POST /v1/session/password</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChangePasswordRequest(string? CurrentPassword, string? NewPassword);
