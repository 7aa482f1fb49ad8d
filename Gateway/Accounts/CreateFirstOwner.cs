using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Sora.Gateway.ApiKeys;
using Sora.ServiceDefaults.Database;

namespace Sora.Gateway.Accounts;

/// <summary>
/// Lets the first owner sign in: gives the oldest one an e-mail address and a generated password, once, where nobody has
/// an address yet. An installation from before there were people gets it as well. The file is written before the commit,
/// for the reason that <see cref="CreateFirstKey"/> has.
/// </summary>
internal sealed partial class CreateFirstOwner(
    ServiceDatabase database, Passwords passwords, IOptions<GatewayOptions> options, ILogger<CreateFirstOwner> logger)
    : IHostedService
{
    private const string Alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int Length = 24; // 139 bits

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        await work.ExecuteAsync("lock table organizations in share row exclusive mode", null, cancellationToken);
        var owner = await work.QuerySingleOrDefaultAsync<string>(
            """
            select user_id from organization_members
            where role = 'owner' and not exists (select from users where email is not null)
            order by created_at, user_id limit 1
            """,
            null,
            cancellationToken);
        if (owner is null)
        {
            return;
        }

        var email = EmailAddress.Parse(options.Value.FirstOwnerEmail)
            ?? throw new InvalidOperationException("Gateway:FirstOwnerEmail is no e-mail address.");
        var password = RandomNumberGenerator.GetString(Alphabet, Length);
        await work.ExecuteAsync(
            "update users set email = @email, password_hash = @hash where id = @owner",
            new { email, hash = passwords.Hash(password), owner },
            cancellationToken);
        var path = Path.GetFullPath(
            options.Value.FirstOwnerFile
            ?? Path.Combine(Path.GetDirectoryName(options.Value.FirstKeyFile) ?? "", "first-owner"));
        await PrivateFile.WriteAsync(path, $"{email}\n{password}\n", cancellationToken);
        await work.CommitAsync(cancellationToken);
        Log.Created(logger, email, path);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The first owner, {Email}, signs in with what lies in {Path}")]
        public static partial void Created(ILogger logger, string email, string path);
    }
}
