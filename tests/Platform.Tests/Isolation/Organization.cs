using Dapper;
using Microsoft.AspNetCore.Identity;
using Npgsql;
using Sora.TestServers.Platform;

namespace Sora.Platform.Tests.Isolation;

/// <summary>
/// An organisation with two projects and an owner, as rows, since no route makes one; everything else comes by the API.
/// </summary>
internal sealed class Organization
{
    private readonly string _mark = Guid.NewGuid().ToString("n");

    public string Id => $"org_{_mark}";

    public string Project => $"proj_{_mark}";

    public string OtherProject { get; } = $"proj_{Guid.NewGuid():n}";

    public string Password { get; } = $"password {Guid.NewGuid():n}";

    /// <summary>A person's e-mail address.</summary>
    public string Mail(string name) => $"{name}.mail{_mark}@example.com";

    /// <summary>The word that is in all of its e-mail addresses.</summary>
    public string MailCanary => $"mail{_mark}";

    public static async Task<Organization> FoundAsync(SoraSystem system)
    {
        var organization = new Organization();
        await using var identity = Database(system);
        await identity.ExecuteAsync(
            """
            insert into organizations (id, name, created_at) values (@Id, 'An organisation', now());
            insert into projects (id, organization_id, name, retention_days, created_at)
                values (@Project, @Id, 'First', 30, now()), (@OtherProject, @Id, 'Second', 30, now() + interval '1 s');
            insert into users (id, name, email, password_hash, created_at) values (@User, 'Owner', @Mail, @Hash, now());
            insert into organization_members (organization_id, user_id, role, created_at) values (@Id, @User, 'owner', now());
            """,
            new
            {
                organization.Id,
                organization.Project,
                organization.OtherProject,
                User = $"user_{organization._mark}",
                Mail = organization.Mail("owner"),
                Hash = new PasswordHasher<string>().HashPassword("", organization.Password),
            });
        return organization;
    }

    /// <summary>Signs the owner in.</summary>
    public async Task<Login> SignInAsync(HttpClient http)
    {
        var (session, answer) = await http.CallAsync(
            request => request.Headers.Add("Sec-Fetch-Site", "same-origin"),
            "POST", "/v1/session", new { email = Mail("owner"), password = Password });
        return Login.From(answer, session);
    }

    /// <summary>Invites somebody into a project and signs them in.</summary>
    public async Task<Login> InviteAsync(HttpClient http, Login owner, string name, string role, string project)
    {
        var token = await http.ReadAsync(
            owner.Apply, "POST", "/v1/invitations", new { email = Mail(name), role, project_id = project }, "token");
        var (session, answer) = await http.CallAsync(
            request => request.Headers.Add("Sec-Fetch-Site", "same-origin"),
            "POST", "/v1/invitations/accept", new { token, name, password = Password });
        return Login.From(answer, session);
    }

    /// <summary>Ends a session as time would.</summary>
    public static async Task ExpireAsync(SoraSystem system, Login login)
    {
        await using var identity = Database(system);
        await identity.ExecuteAsync(
            "update sessions set expires_at = now() - interval '1 s' where anti_forgery = @AntiForgery", login);
    }

    private static NpgsqlConnection Database(SoraSystem system) =>
        new($"{system.Gateway.Variables["ConnectionStrings__identitydb"]};Pooling=false");
}
