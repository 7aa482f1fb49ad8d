using System.Text.Json;
using Sora.Gateway.Accounts;
using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>Managing the people of an organisation and of its projects.</summary>
public sealed class UserTests(Edge edge)
{
    [Fact]
    public async Task People_are_listed_by_page_and_found_by_id_and_only_ones_own()
    {
        var (tenant, stranger) = (await Tenant.CreateAsync(edge), await Tenant.CreateAsync(edge));
        foreach (var role in new[] { Roles.Admin, Roles.Approver, Roles.Viewer })
        {
            await tenant.AddAsync(role);
        }

        var browser = await tenant.SignInAsync();
        var seen = new List<string>();
        for (var after = ""; ;)
        {
            var page = await browser.JsonAsync("GET", $"/v1/users?limit=3&order=asc{after}");
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(Id));
            after = $"&after={page.GetProperty("last_id")}";
            if (!page.GetProperty("has_more").GetBoolean())
            {
                break;
            }
        }

        var one = await browser.JsonAsync("GET", $"/v1/users/{tenant.IdOf(Roles.Viewer)}");
        string[] expected =
            [tenant.IdOf("owner"), tenant.IdOf("admin"), tenant.IdOf("approver"), tenant.IdOf("viewer")];
        Assert.Equal(expected, seen);
        Assert.Equal(
            ("organization.user", "member", tenant.EmailOf("viewer")),
            (one.GetProperty("object").GetString(), one.GetProperty("role").GetString(), one.GetProperty("email").GetString()));
        Assert.DoesNotContain("password", one.ToString(), StringComparison.Ordinal);
        Assert.Equal(404, await browser.StatusAsync("GET", $"/v1/users/{stranger.IdOf("owner")}"));
        Assert.Equal(400, await browser.StatusAsync("GET", $"/v1/users?after={stranger.IdOf("owner")}"));
    }

    [Theory]
    [InlineData("/v1/users?limit=0", "limit")]
    [InlineData("/v1/users?limit=101", "limit")]
    [InlineData("/v1/users?limit=many", "limit")]
    [InlineData("/v1/users?order=up", "order")]
    [InlineData("/v1/users?after=user_unknown", "after")]
    [InlineData("/v1/invitations?after=invite_unknown", "after")]
    public async Task A_page_that_cannot_be_is_a_400(string path, string param)
    {
        var browser = await (await Tenant.CreateAsync(edge)).SignInAsync();
        using var answer = await browser.SendAsync("GET", path);

        Assert.Equal(param, (await answer.ErrorAsync(400)).Param);
    }

    [Fact]
    public async Task A_changed_role_holds_at_once_gives_the_browser_a_new_token_and_is_audited()
    {
        var tenant = await Tenant.CreateAsync(edge);
        await tenant.AddAsync(Roles.Viewer);
        var (owner, viewer) = (await tenant.SignInAsync(), await tenant.SignInAsync(Roles.Viewer));
        var old = viewer.Token;
        Assert.Equal(403, await viewer.StatusAsync("GET", "/v1/users"));

        var changed = await owner.JsonAsync("POST", $"/v1/users/{tenant.IdOf("viewer")}", new { role = "admin" });

        Assert.Equal("admin", changed.GetProperty("role").GetString());
        Assert.Equal((200, 200), (await viewer.StatusAsync("GET", "/v1/users"), await viewer.StatusAsync("GET", "/v1/users")));
        Assert.NotEqual(old, viewer.Token);
        Assert.Equal("user.role_changed", await tenant.AuditedAsync(tenant.IdOf("viewer")));

        // For half a minute, for requests that were on their way; then the old token opens nothing.
        Assert.Equal(200, await new Browser(edge) { Token = old }.StatusAsync("GET", "/v1/session"));
        await tenant.QueryAsync<int>("update sessions set previous_until = now()");
        Assert.Equal(401, await new Browser(edge) { Token = old }.StatusAsync("GET", "/v1/session"));
    }

    [Fact]
    public async Task Disabling_stops_browsers_and_sign_ins_in_this_organization_only_and_enabling_brings_them_back()
    {
        var (tenant, other) = (await Tenant.CreateAsync(edge), await Tenant.CreateAsync(edge));
        await tenant.AddAsync(Roles.Member);
        var (owner, member) = (await tenant.SignInAsync(), await tenant.SignInAsync(Roles.Member));
        var path = $"/v1/users/{tenant.IdOf(Roles.Member)}";

        var disabled = await owner.JsonAsync("POST", $"{path}/disable", new { });
        Assert.True(disabled.GetProperty("disabled_at").GetInt64() > 0);
        Assert.Equal(401, await member.StatusAsync("GET", "/v1/session"));
        Assert.Equal(401, await new Browser(edge).StatusAsync(
            "POST", "/v1/session", new { email = tenant.EmailOf(Roles.Member), password = Tenant.Password }));

        await other.QueryAsync<int>(
            """
            insert into organization_members (organization_id, user_id, role, created_at)
            values (@Organization, @Id, 'admin', now())
            """,
            new { other.Organization, Id = tenant.IdOf(Roles.Member) });
        var elsewhere = await new Browser(edge).SignInAsync(tenant.EmailOf(Roles.Member));
        Assert.Equal(other.Organization, elsewhere.GetProperty("organization_id").GetString());

        await owner.JsonAsync("POST", $"{path}/enable", new { });
        Assert.Equal(200, await member.StatusAsync("GET", "/v1/session"));
        Assert.Equal("user.disabled user.enabled", await tenant.AuditedAsync(tenant.IdOf(Roles.Member)));
    }

    [Fact]
    public async Task Whoever_is_removed_loses_everything_here_and_an_invitation_does_not_revive_their_keys()
    {
        var tenant = await Tenant.CreateAsync(edge);
        await tenant.AddAsync(Roles.Member);
        var (owner, member) = (await tenant.SignInAsync(), await tenant.SignInAsync(Roles.Member));
        await tenant.QueryAsync<int>(
            """
            insert into api_keys (id, name, prefix, digest, project_id, user_id, scopes, created_at)
            values (@Id, 'Test', @Id, sha256(@Id::bytea), @Project, @User, array['*'], now())
            """,
            new { Id = $"key_{Guid.NewGuid():n}", tenant.Project, User = tenant.IdOf(Roles.Member) });

        await owner.JsonAsync("DELETE", $"/v1/users/{tenant.IdOf(Roles.Member)}");

        Assert.Equal(403, await member.StatusAsync("GET", "/v1/videos"));
        Assert.Equal(404, await owner.StatusAsync("GET", $"/v1/users/{tenant.IdOf(Roles.Member)}"));
        Assert.Equal("user.removed", await tenant.AuditedAsync(tenant.IdOf(Roles.Member)));
        Assert.Equal(0, await tenant.QueryAsync<long>(
            "select count(*) from api_keys where user_id = @User and revoked_at is null",
            new { User = tenant.IdOf(Roles.Member) }));
    }

    [Theory]
    [InlineData("POST", "/v1/users/{owner}", """{"role":"member"}""")]
    [InlineData("POST", "/v1/users/{owner}/disable", "{}")]
    [InlineData("DELETE", "/v1/users/{owner}", "{}")]
    [InlineData("POST", "/v1/users/{admin}", """{"role":"owner"}""")]
    public async Task An_admin_reaches_no_owner_and_makes_none(string method, string path, string body)
    {
        var tenant = await Tenant.CreateAsync(edge);
        await tenant.AddAsync(Roles.Owner, "second");
        await tenant.AddAsync(Roles.Admin);
        var admin = await tenant.SignInAsync(Roles.Admin);
        using var answer = await admin.SendAsync(
            method, path.Replace("{owner}", tenant.IdOf("owner")).Replace("{admin}", tenant.IdOf("admin")),
            JsonDocument.Parse(body).RootElement);

        Assert.Equal("role_too_high", (await answer.ErrorAsync(403)).Code);
    }

    [Theory]
    [InlineData("POST", "", """{"role":"admin"}""")]
    [InlineData("POST", "/disable", "{}")]
    [InlineData("DELETE", "", "{}")]
    public async Task The_last_owner_stays_one(string method, string path, string body)
    {
        var tenant = await Tenant.CreateAsync(edge);
        await tenant.AddAsync(Roles.Owner, "disabled");
        await tenant.QueryAsync<int>(
            "update organization_members set disabled_at = now() where user_id = @Id", new { Id = tenant.IdOf("disabled") });
        var owner = await tenant.SignInAsync();
        using var answer = await owner.SendAsync(
            method, $"/v1/users/{tenant.IdOf("owner")}{path}", JsonDocument.Parse(body).RootElement);

        Assert.Equal("last_owner", (await answer.ErrorAsync(409)).Code);
    }

    [Fact]
    public async Task Two_owners_who_take_each_others_role_at_once_leave_one()
    {
        foreach (var round in Enumerable.Range(0, 5))
        {
            var tenant = await Tenant.CreateAsync(edge);
            await tenant.AddAsync(Roles.Owner, "second");
            var (first, second) = (await tenant.SignInAsync(), await tenant.SignInAsync("second"));

            var statuses = await Task.WhenAll(
                first.StatusAsync("POST", $"/v1/users/{tenant.IdOf("second")}", new { role = "member" }),
                second.StatusAsync("POST", $"/v1/users/{tenant.IdOf("owner")}", new { role = "member" }));

            Assert.Equal(1, await tenant.QueryAsync<long>(
                "select count(*) from organization_members where organization_id = @Organization and role = 'owner'",
                new { tenant.Organization }));
            Assert.Contains(200, statuses);
        }
    }

    [Theory]
    [InlineData("""{}""", "role")]
    [InlineData("""{"role":"viewer"}""", "role")]
    [InlineData("""{"role":5}""", "role")]
    [InlineData("""{"role":"admin","id":"user_1"}""", "id")]
    public async Task A_role_that_cannot_be_is_a_400(string body, string param)
    {
        var tenant = await Tenant.CreateAsync(edge);
        var owner = await tenant.SignInAsync();
        using var answer = await owner.SendAsync(
            "POST", $"/v1/users/{tenant.IdOf("owner")}", JsonDocument.Parse(body).RootElement);

        Assert.Equal(param, (await answer.ErrorAsync(400)).Param);
    }

    [Fact]
    public async Task What_belongs_to_another_organization_is_not_there()
    {
        var (tenant, stranger) = (await Tenant.CreateAsync(edge), await Tenant.CreateAsync(edge));
        await stranger.AddAsync(Roles.Member);
        var owner = await tenant.SignInAsync();
        var (user, project) = (stranger.IdOf(Roles.Member), stranger.Project);

        foreach (var (method, path, body) in new (string, string, object)[]
        {
            ("POST", $"/v1/users/{user}", new { role = "admin" }), ("POST", $"/v1/users/{user}/disable", new { }),
            ("POST", $"/v1/users/{user}/enable", new { }), ("DELETE", $"/v1/users/{user}", new { }),
            ("PUT", $"/v1/projects/{project}/members/{user}", new { role = "viewer" }),
            ("PUT", $"/v1/projects/{project}/members/{tenant.IdOf("owner")}", new { role = "viewer" }),
            ("PUT", $"/v1/projects/{tenant.Project}/members/{user}", new { role = "viewer" }),
            ("DELETE", $"/v1/projects/{project}/members/{user}", new { }),
        })
        {
            Assert.Equal((method, path, 404), (method, path, await owner.StatusAsync(method, path, body)));
        }

        Assert.Equal(404, await owner.StatusAsync("GET", $"/v1/projects/{project}/members"));
        Assert.Equal(1, await stranger.QueryAsync<long>(
            "select count(*) from memberships where user_id = @user and role = 'member'", new { user }));
    }

    [Fact]
    public async Task A_project_has_the_organizations_admins_and_its_own_members()
    {
        var tenant = await Tenant.CreateAsync(edge);
        await tenant.AddAsync(Roles.Viewer);
        var (owner, viewer) = (await tenant.SignInAsync(), await tenant.SignInAsync(Roles.Viewer));
        var path = $"/v1/projects/{tenant.OtherProject}/members";

        var put = await owner.JsonAsync("PUT", $"{path}/{tenant.IdOf(Roles.Viewer)}", new { role = "approver" });
        var again = await owner.JsonAsync("PUT", $"{path}/{tenant.IdOf(Roles.Viewer)}", new { role = "member" });
        var list = await owner.JsonAsync("GET", $"{path}?order=asc");

        Assert.Equal(("approver", "member"), (put.GetProperty("role").GetString(), again.GetProperty("role").GetString()));
        Assert.Equal(
            [("owner", true), ("member", false)],
            list.GetProperty("data").EnumerateArray().Select(member =>
                (member.GetProperty("role").GetString(), member.GetProperty("inherited").GetBoolean())));
        Assert.Equal(200, await viewer.StatusAsync("POST", $"/v1/videos?project={tenant.OtherProject}", new { }));

        await owner.JsonAsync("DELETE", $"{path}/{tenant.IdOf(Roles.Viewer)}");
        Assert.Equal(404, await viewer.StatusAsync("GET", $"/v1/videos?project={tenant.OtherProject}"));
        Assert.Equal(404, await owner.StatusAsync("DELETE", $"{path}/{tenant.IdOf(Roles.Viewer)}"));
        Assert.Equal(400, await owner.StatusAsync("PUT", $"{path}/{tenant.IdOf("owner")}", new { role = "viewer" }));
        Assert.Equal(400, await owner.StatusAsync("PUT", $"{path}/{tenant.IdOf(Roles.Viewer)}", new { role = "admin" }));
        Assert.Equal(
            "project_member.changed project_member.changed project_member.removed",
            await tenant.AuditedAsync(tenant.IdOf(Roles.Viewer)));
    }

    private static string Id(JsonElement item) => item.GetProperty("id").GetString()!;
}
