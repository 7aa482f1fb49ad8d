using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Database;

namespace Sora.Gateway.Sessions;

/// <summary>Signs a browser in once it is sure who sits before it: every way to sign in ends here.</summary>
internal sealed class SessionOpener(
    SessionDirectory sessions, SessionReader reader, IOptions<SessionOptions> options)
{
    /// <summary>
    /// Commits the work with a new session, ends the one that the browser had, and gives it the cookie: a token that
    /// somebody planted beforehand opens nothing.
    /// </summary>
    public async Task<SessionResource> OpenAsync(
        UnitOfWork work, string user, HttpContext context, CancellationToken cancellationToken)
    {
        if (SessionToken.Read(context.Request) is { } old)
        {
            await SessionDirectory.EndAsync(work, old, cancellationToken);
        }

        var token = await sessions.BeginAsync(work, user, cancellationToken);
        await work.CommitAsync(cancellationToken);
        token.Write(context.Response, options.Value.Lifetime);
        var (session, _) = await sessions.FindAsync(token, project: null, cancellationToken);
        return await reader.ReadAsync(
            session ?? throw new InvalidOperationException("The session was ended as it began."), cancellationToken);
    }
}
