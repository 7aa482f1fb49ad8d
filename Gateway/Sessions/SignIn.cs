using System.Text.Json.Serialization;
using Sora.Gateway.Accounts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;

namespace Sora.Gateway.Sessions;

/// <summary>
/// <c>POST /v1/session</c>: by e-mail address and password. Whether the account is unknown, disabled or has no password,
/// or the password is wrong: the answer is the same, and takes as long.
/// </summary>
internal sealed partial class SignIn(
    ServiceDatabase database,
    Passwords passwords,
    SignInThrottle throttle,
    SessionOpener opener,
    ILogger<SignIn> logger)
{
    private static readonly ApiError Wrong = new(
        StatusCodes.Status401Unauthorized, ApiError.InvalidRequest, "invalid_credentials", null,
        "The e-mail address or the password is wrong.");

    public static Task<IResult> HandleAsync(
        SignInRequest request, HttpContext context, SignIn signIn, CancellationToken cancellationToken) =>
        signIn.RunAsync(request, context, cancellationToken);

    private async Task<IResult> RunAsync(SignInRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        if (EmailAddress.Parse(request.Email) is not { } email)
        {
            return ApiError.Invalid("email", "Invalid 'email': expected one e-mail address.");
        }

        if (request.Password is not { Length: > 0 } password)
        {
            return ApiError.Missing("password");
        }

        var address = context.Connection.RemoteIpAddress;
        if (await throttle.CountAsync(email, address, cancellationToken) is { } refusal)
        {
            Log.Throttled(logger);
            return refusal;
        }

        await using var work = await database.BeginAsync(cancellationToken);
        var row = await work.QuerySingleOrDefaultAsync<Row>(
            $"""
            select person.id, person.password_hash, {SessionDirectory.MaySignIn} as may_sign_in
            from users person where lower(person.email) = @email
            """,
            new { email },
            cancellationToken);
        var verdict = passwords.Verify(row?.PasswordHash, password);
        if (row is not { MaySignIn: true } || verdict is PasswordVerdict.Wrong)
        {
            return Wrong;
        }

        if (verdict is PasswordVerdict.RightButOutdated)
        {
            await work.ExecuteAsync(
                "update users set password_hash = @hash where id = @Id and password_hash = @PasswordHash",
                new { hash = passwords.Hash(password), row.Id, row.PasswordHash },
                cancellationToken);
        }

        await SignInThrottle.ForgiveAsync(work, email, address, cancellationToken);
        return TypedResults.Ok(await opener.OpenAsync(work, row.Id, context, cancellationToken));
    }

    private sealed class Row
    {
        public required string Id { get; init; }
        public string? PasswordHash { get; init; }
        public bool MaySignIn { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A try to sign in was refused: too many of the account or address")]
        public static partial void Throttled(ILogger logger);
    }
}

/// <summary>The body of <c>POST /v1/session</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SignInRequest(string? Email, string? Password);
