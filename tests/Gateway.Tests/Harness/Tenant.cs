using Sora.Gateway.Accounts;

namespace Sora.Gateway.Tests.Harness;

/// <summary>An organisation of a test's own, with a project, an owner, and whoever else is added.</summary>
internal sealed class Tenant(Edge edge, string? database = null)
{
    public const string Password = "correct horse battery staple";

    private static readonly Lazy<string> Hash = new(() => new Passwords().Hash(Password));

    private readonly string _mark = Guid.NewGuid().ToString("n");

    public string Organization => $"org_{_mark}";

    public string Project => $"proj_{_mark}";

    public string OtherProject => $"proj_other{_mark}";

    /// <summary>The e-mail address of the owner.</summary>
    public string Owner => EmailOf(Roles.Owner);

    public string EmailOf(string name) => $"{name}.{_mark}@example.com";

    public string IdOf(string name) => $"user_{name}_{_mark}";

    public static async Task<Tenant> CreateAsync(Edge edge, string? database = null)
    {
        var tenant = new Tenant(edge, database);
        await tenant.QueryAsync<int>(
            """
            insert into organizations (id, name, created_at) values (@Organization, 'Test', now());
            insert into projects (id, organization_id, name, retention_days, created_at)
                values (@Project, @Organization, 'First', 30, now()),
                       (@OtherProject, @Organization, 'Second', 7, now() + interval '1 s');
            """,
            new { tenant.Organization, tenant.Project, tenant.OtherProject });
        await tenant.AddAsync(Roles.Owner);
        return tenant;
    }

    /// <summary>Adds somebody with a role, in the organisation or in the first project.</summary>
    /// <returns>The e-mail address; everybody's password is <see cref="Password"/>.</returns>
    public async Task<string> AddAsync(string role, string? name = null)
    {
        var (id, email) = (IdOf(name ?? role), EmailOf(name ?? role));
        var inProject = !(role is Roles.Owner or Roles.Admin);
        await QueryAsync<int>(
            """
            insert into users (id, name, email, password_hash, created_at) values (@id, @role, @email, @hash, now())
            on conflict do nothing;
            insert into organization_members (organization_id, user_id, role, created_at)
                values (@Organization, @id, case when @inProject then 'member' else @role end, now());
            insert into memberships (project_id, user_id, role, created_at)
                select @Project, @id, @role, now() where @inProject;
            """,
            new { id, role, email, hash = Hash.Value, Organization, Project, inProject });
        return email;
    }

    /// <summary>A browser in which somebody is signed in, the owner unless another is named.</summary>
    public async Task<Browser> SignInAsync(string name = Roles.Owner)
    {
        var browser = new Browser(edge);
        await browser.SignInAsync(EmailOf(name));
        return browser;
    }

    public Task<T?> QueryAsync<T>(string sql, object? parameters = null) =>
        edge.QueryAsync<T>(sql, parameters, database);

    /// <summary>What the audit log will say: the actions on a target, in their order.</summary>
    public async Task<string> AuditedAsync(string target) => await QueryAsync<string>(
        """
        select coalesce(string_agg(body->>'action', ' ' order by id), '') from outbox_copy
        where body->>'target' = @target and body->>'organization' = @Organization
        """,
        new { target, Organization }) ?? "";
}
