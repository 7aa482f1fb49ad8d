using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Database;

namespace Sora.Gateway.ApiKeys;

/// <summary>
/// Gives a new installation its first organisation, project, owner and API key. The lock lets one of several
/// gateways that start together do it. The file is written before the commit: a crash in between leaves a key
/// that opens nothing and is overwritten by the next start, never rows whose key nobody has.
/// </summary>
internal sealed partial class CreateFirstKey(
    ServiceDatabase database, IOptions<GatewayOptions> options, TimeProvider clock, ILogger<CreateFirstKey> logger)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginAsync(cancellationToken);
        await work.ExecuteAsync("lock table organizations in share row exclusive mode", null, cancellationToken);
        if (await work.QuerySingleOrDefaultAsync<bool>(
            "select exists (select from organizations)", null, cancellationToken))
        {
            return;
        }

        var (key, text) = ApiKey.Create();
        await InsertAsync(work, key, cancellationToken);
        var path = Path.GetFullPath(options.Value.FirstKeyFile);
        await PrivateFile.WriteAsync(path, text + '\n', cancellationToken);
        await work.CommitAsync(cancellationToken);
        Log.Created(logger, key.Prefix, path);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task<int> InsertAsync(UnitOfWork work, ApiKey key, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return work.ExecuteAsync(
            """
            insert into organizations (id, name, created_at) values (@Organization, 'Default organization', @Now);
            insert into projects (id, organization_id, name, retention_days, created_at)
                values (@Project, @Organization, 'Default project', @FirstProjectRetentionDays, @Now);
            insert into users (id, name, created_at) values (@User, 'Owner', @Now);
            insert into organization_members (organization_id, user_id, role, created_at)
                values (@Organization, @User, 'owner', @Now);
            insert into api_keys (id, name, prefix, digest, project_id, user_id, scopes, created_at)
                values (@Key, 'First key', @Prefix, @Digest, @Project, @User, array[@AllScopes], @Now);
            """,
            new
            {
                Organization = Ids.New("org", now),
                Project = Ids.New("proj", now),
                User = Ids.New("user", now),
                Key = Ids.New("key", now),
                key.Prefix,
                key.Digest,
                AllScopes = Scopes.All,
                options.Value.FirstProjectRetentionDays,
                Now = now,
            },
            cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The first API key, {Prefix}…, lies in {Path}")]
        public static partial void Created(ILogger logger, string prefix, string path);
    }
}
