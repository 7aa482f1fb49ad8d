using System.Text.Json;
using Sora.Gateway.Accounts;
using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>How people come into an organisation.</summary>
public sealed class InvitationTests(Edge edge)
{
    [Fact]
    public async Task Somebody_new_chooses_a_name_and_a_password_and_is_in()
    {
        var tenant = await Tenant.CreateAsync(edge);
        var owner = await tenant.SignInAsync();
        var invitation = await InviteAsync(owner, tenant.EmailOf("new"), "approver", tenant.Project);
        var token = invitation.GetProperty("token").GetString();
        Assert.Equal($"/invitation#{token}", invitation.GetProperty("link").GetString());

        var newcomer = new Browser(edge);
        var session = await newcomer.KeepAsync("/v1/invitations/accept", New(token));

        Assert.Equal(
            ("Ann", tenant.EmailOf("new"), tenant.Project, "approver"),
            (session.GetProperty("user").GetProperty("name").GetString(),
                session.GetProperty("user").GetProperty("email").GetString(),
                session.GetProperty("project_id").GetString(), session.GetProperty("role").GetString()));
        Assert.Equal(200, await newcomer.StatusAsync("POST", "/v1/videos", new { }));
        await new Browser(edge).SignInAsync(tenant.EmailOf("new"));

        var later = await owner.JsonAsync("GET", $"/v1/invitations/{Id(invitation)}");
        Assert.Equal("accepted", later.GetProperty("status").GetString());
        Assert.False(later.TryGetProperty("token", out _));
        Assert.Equal("invitation.created invitation.accepted", await tenant.AuditedAsync(Id(invitation)));
    }

    [Fact]
    public async Task It_is_accepted_once_also_when_two_try_together()
    {
        var tenant = await Tenant.CreateAsync(edge);
        var invitation = await InviteAsync(await tenant.SignInAsync(), tenant.EmailOf("new"), "member", tenant.Project);
        var body = New(invitation.GetProperty("token").GetString());

        var statuses = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            new Browser(edge).StatusAsync("POST", "/v1/invitations/accept", body)));

        Assert.Equal([200, 404, 404, 404], statuses.Order());
        Assert.Equal(404, await new Browser(edge).StatusAsync("POST", "/v1/invitations/accept", body));
    }

    [Theory]
    [InlineData("update invitations set expires_at = now() where id = @Id", "expired")]
    [InlineData("update invitations set revoked_at = now() where id = @Id", "revoked")]
    [InlineData("update organization_members set role = 'member' where user_id = @Inviter", "pending")]
    [InlineData("update organization_members set disabled_at = now() where user_id = @Inviter", "pending")]
    [InlineData("delete from organization_members where user_id = @Inviter", "pending")]
    public async Task It_is_worth_nothing_when_past_or_when_its_giver_could_not_give_it_today(string change, string status)
    {
        var tenant = await Tenant.CreateAsync(edge);
        await tenant.AddAsync(Roles.Admin);
        var invitation = await InviteAsync(await tenant.SignInAsync(Roles.Admin), tenant.EmailOf("new"), "admin");
        await tenant.QueryAsync<int>(change, new { Id = Id(invitation), Inviter = tenant.IdOf(Roles.Admin) });

        using var answer = await new Browser(edge).SendAsync(
            "POST", "/v1/invitations/accept", New(invitation.GetProperty("token").GetString()));
        var seen = await (await tenant.SignInAsync()).JsonAsync("GET", $"/v1/invitations/{Id(invitation)}");

        Assert.Equal("invitation_not_found", (await answer.ErrorAsync(404)).Code);
        Assert.Equal(status, seen.GetProperty("status").GetString());
        Assert.Equal(0, await tenant.QueryAsync<long>(
            "select count(*) from users where email = @Email", new { Email = tenant.EmailOf("new") }));
    }

    [Theory]
    [InlineData(Roles.Admin, "owner", null, 403)]
    [InlineData(Roles.Admin, "admin", null, 200)]
    [InlineData(Roles.Owner, "owner", null, 200)]
    [InlineData(Roles.Owner, "viewer", null, 400)]
    [InlineData(Roles.Owner, "admin", "own", 400)]
    [InlineData(Roles.Owner, "king", null, 400)]
    [InlineData(Roles.Owner, null, null, 400)]
    [InlineData(Roles.Owner, "viewer", "foreign", 404)]
    [InlineData(Roles.Owner, "viewer", "proj_unknown", 404)]
    [InlineData(Roles.Owner, "viewer", "own", 200)]
    public async Task Nobody_invites_above_their_own_role_or_into_what_is_not_there(
        string inviter, string? role, string? project, int status)
    {
        var (tenant, stranger) = (await Tenant.CreateAsync(edge), await Tenant.CreateAsync(edge));
        await tenant.AddAsync(Roles.Admin);
        var browser = await tenant.SignInAsync(inviter);
        var projectId = project switch { "own" => tenant.Project, "foreign" => stranger.Project, _ => project };

        Assert.Equal(status, await browser.StatusAsync(
            "POST", "/v1/invitations", new { email = tenant.EmailOf("new"), role, project_id = projectId }));
    }

    [Fact]
    public async Task Who_has_an_account_signs_in_first_and_keeps_it()
    {
        var (tenant, home) = (await Tenant.CreateAsync(edge), await Tenant.CreateAsync(edge));
        var email = await home.AddAsync(Roles.Member);
        var token = (await InviteAsync(await tenant.SignInAsync(), email, "admin")).GetProperty("token").GetString();

        using (var anonymous = await new Browser(edge).SendAsync("POST", "/v1/invitations/accept", New(token)))
        {
            Assert.Equal("sign_in_first", (await anonymous.ErrorAsync(409)).Code);
        }

        using (var another = await (await home.SignInAsync()).SendAsync("POST", "/v1/invitations/accept", new { token }))
        {
            Assert.Equal("invitation_for_another", (await another.ErrorAsync(403)).Code);
        }

        var browser = await home.SignInAsync(Roles.Member);
        var old = browser.Token;
        var session = await browser.KeepAsync("/v1/invitations/accept", new { token });

        Assert.Equal(
            [(home.Project, "member"), (tenant.Project, "admin"), (tenant.OtherProject, "admin")],
            session.GetProperty("projects").EnumerateArray()
                .OrderBy(project => project.GetProperty("role").GetString() == "admin")
                .Select(project => (project.GetProperty("id").GetString(), project.GetProperty("role").GetString())));
        Assert.NotEqual(old, browser.Token);
    }

    [Fact]
    public async Task It_raises_a_role_and_never_lowers_one()
    {
        var tenant = await Tenant.CreateAsync(edge);
        await tenant.AddAsync(Roles.Owner, "second");
        var (owner, second) = (await tenant.SignInAsync(), await tenant.SignInAsync("second"));
        var token = (await InviteAsync(owner, tenant.EmailOf("second"), "member")).GetProperty("token").GetString();

        var session = await second.KeepAsync("/v1/invitations/accept", new { token });

        Assert.Equal("owner", session.GetProperty("role").GetString());
    }

    [Fact]
    public async Task It_does_not_bring_back_whom_the_organization_has_disabled()
    {
        var tenant = await Tenant.CreateAsync(edge);
        var email = await tenant.AddAsync(Roles.Member);
        var owner = await tenant.SignInAsync();
        var token = (await InviteAsync(owner, email, "admin")).GetProperty("token").GetString();
        await owner.JsonAsync("POST", $"/v1/users/{tenant.IdOf(Roles.Member)}/disable", new { });

        Assert.Equal(404, await new Browser(edge).StatusAsync("POST", "/v1/invitations/accept", New(token)));
    }

    [Fact]
    public async Task It_is_revoked_seen_and_listed_by_its_own_organization_only()
    {
        var (tenant, stranger) = (await Tenant.CreateAsync(edge), await Tenant.CreateAsync(edge));
        var (owner, other) = (await tenant.SignInAsync(), await stranger.SignInAsync());
        var invitation = await InviteAsync(owner, tenant.EmailOf("new"), "admin");
        var path = $"/v1/invitations/{Id(invitation)}";

        Assert.Equal((404, 404), (await other.StatusAsync("GET", path), await other.StatusAsync("DELETE", path)));
        Assert.Empty((await other.JsonAsync("GET", "/v1/invitations")).GetProperty("data").EnumerateArray());
        Assert.Equal(Id(invitation), (await owner.JsonAsync("GET", "/v1/invitations")).GetProperty("first_id").GetString());
        Assert.Equal((200, 200), (await owner.StatusAsync("DELETE", path), await owner.StatusAsync("DELETE", path)));
        Assert.Equal(404, await new Browser(edge).StatusAsync(
            "POST", "/v1/invitations/accept", New(invitation.GetProperty("token").GetString())));
        Assert.Equal("invitation.created invitation.revoked", await tenant.AuditedAsync(Id(invitation)));
    }

    [Theory]
    [InlineData("name", "", "correct horse battery staple")]
    [InlineData("name", "two\nlines", "correct horse battery staple")]
    [InlineData("name", null, "correct horse battery staple")]
    [InlineData("password", "Ann", "short")]
    [InlineData("password", "Ann", null)]
    public async Task A_newcomer_without_a_name_or_a_good_password_may_try_again(string param, string? name, string? password)
    {
        var tenant = await Tenant.CreateAsync(edge);
        var invitation = await InviteAsync(await tenant.SignInAsync(), tenant.EmailOf("new"), "admin");
        var token = invitation.GetProperty("token").GetString();
        using var answer = await new Browser(edge).SendAsync(
            "POST", "/v1/invitations/accept", new { token, name, password });

        Assert.Equal(param, (await answer.ErrorAsync(400)).Param);
        Assert.Equal(200, await new Browser(edge).StatusAsync("POST", "/v1/invitations/accept", New(token)));
    }

    [Theory]
    [InlineData("not an address")]
    [InlineData("a@b@c")]
    [InlineData("a@example.com, b@example.com")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Only_one_address_can_be_invited(string? email)
    {
        var owner = await (await Tenant.CreateAsync(edge)).SignInAsync();
        using var answer = await owner.SendAsync("POST", "/v1/invitations", new { email, role = "admin" });

        Assert.Equal("email", (await answer.ErrorAsync(400)).Param);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("inv_")]
    [InlineData("inv_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_token_that_is_none_is_not_found(string? token)
    {
        using var answer = await new Browser(edge).SendAsync("POST", "/v1/invitations/accept", New(token));

        Assert.Equal("token", (await answer.ErrorAsync(404)).Param);
    }

    [Fact]
    public async Task Neither_the_database_nor_the_log_holds_the_token()
    {
        var tenant = await Tenant.CreateAsync(edge);
        var invitation = await InviteAsync(await tenant.SignInAsync(), tenant.EmailOf("new"), "admin");
        var token = invitation.GetProperty("token").GetString()!;
        var rows = await tenant.QueryAsync<string>(
            "select string_agg(row::text, '') || (select string_agg(body::text, '') from outbox_copy) from invitations row");

        Assert.DoesNotContain(token, rows, StringComparison.Ordinal);
        Assert.DoesNotContain(token, edge.LoggedText, StringComparison.Ordinal);
    }

    private static Task<JsonElement> InviteAsync(Browser browser, string email, string role, string? project = null) =>
        browser.JsonAsync("POST", "/v1/invitations", new { email, role, project_id = project });

    private static object New(string? token) => new { token, name = "Ann", password = Tenant.Password };

    private static string Id(JsonElement item) => item.GetProperty("id").GetString()!;
}
