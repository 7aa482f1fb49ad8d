using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Sora.Gateway.Accounts;
using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>Signing in, staying in and getting out with a browser.</summary>
public sealed class SessionTests(Edge edge)
{
    [Fact]
    public async Task Who_signs_in_learns_who_they_are_and_what_they_may_do()
    {
        var tenant = await Tenant.CreateAsync(edge);
        var session = await new Browser(edge).SignInAsync(tenant.Owner.ToUpperInvariant());

        Assert.Equal(tenant.Owner, session.GetProperty("user").GetProperty("email").GetString());
        Assert.Equal(tenant.Organization, session.GetProperty("organization_id").GetString());
        Assert.Equal(tenant.Project, session.GetProperty("project_id").GetString());
        Assert.Equal("owner", session.GetProperty("role").GetString());
        Assert.Equal(["*"], Texts(session.GetProperty("scopes")));
        Assert.Equal(
            [tenant.Project, tenant.OtherProject],
            session.GetProperty("projects").EnumerateArray().Select(project => project.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task The_cookie_is_this_hosts_alone_and_out_of_reach_of_scripts_and_other_sites()
    {
        var tenant = await Tenant.CreateAsync(edge);
        using var answer = await new Browser(edge).SendAsync(
            "POST", "/v1/session", new { email = tenant.Owner, password = Tenant.Password });

        Assert.Matches(
            "^__Host-sora=[A-Za-z0-9_-]{43}; max-age=86400; path=/; secure; samesite=lax; httponly$",
            Browser.SetCookie(answer));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
    }

    [Fact]
    public async Task A_service_is_told_who_is_signed_in_and_in_which_project()
    {
        var tenant = await Tenant.CreateAsync(edge);
        await tenant.AddAsync(Roles.Member);
        var (owner, member) = (await tenant.SignInAsync(), await tenant.SignInAsync(Roles.Member));

        using var first = await owner.SendAsync("GET", "/v1/videos");
        using var chosen = await owner.SendAsync(
            "GET", "/v1/videos", alter: request => request.Headers.Add("OpenAI-Project", tenant.OtherProject));
        using var linked = await owner.SendAsync("GET", $"/v1/videos?project={tenant.OtherProject}");
        using var ofMember = await member.SendAsync("GET", "/v1/videos");

        var seen = await first.SeenAsync();
        var caller = seen.Caller!;
        Assert.Equal(
            (tenant.IdOf("owner"), tenant.Organization, tenant.Project, "owner", null, 30),
            (caller.User, caller.Organization, caller.Project, caller.Role, caller.KeyId, caller.RetentionDays));
        Assert.Equal((tenant.OtherProject, 7), ProjectOf((await chosen.SeenAsync()).Caller!));
        Assert.Equal((tenant.OtherProject, 7), ProjectOf((await linked.SeenAsync()).Caller!));
        Assert.Equal(Roles.ScopesOf(Roles.Member), (await ofMember.SeenAsync()).Caller!.Scopes);
        Assert.DoesNotContain("cookie", seen.Headers.Keys);

        static (string, int) ProjectOf(ServiceDefaults.Identity.Caller caller) => (caller.Project, caller.RetentionDays);
    }

    [Fact]
    public async Task A_project_that_is_foreign_unknown_or_not_the_users_is_not_there()
    {
        var (tenant, stranger) = (await Tenant.CreateAsync(edge), await Tenant.CreateAsync(edge));
        await tenant.AddAsync(Roles.Viewer);
        var viewer = await tenant.SignInAsync(Roles.Viewer);

        foreach (var project in new[] { stranger.Project, tenant.OtherProject, "proj_unknown", "" })
        {
            using var answer = await viewer.SendAsync(
                "GET", "/v1/videos", alter: request => request.Headers.Add("OpenAI-Project", project));
            Assert.Equal("project_not_found", (await answer.ErrorAsync(404)).Code);
        }
    }

    [Fact]
    public async Task Unknown_wrong_disabled_and_without_a_password_look_the_same_and_take_as_long()
    {
        var tenant = await Tenant.CreateAsync(edge);
        var (disabled, without) = (await tenant.AddAsync(Roles.Member), await tenant.AddAsync(Roles.Viewer));
        await tenant.QueryAsync<int>(
            """
            update organization_members set disabled_at = now() where user_id = @disabled;
            update users set password_hash = null where id = @without
            """,
            new { disabled = tenant.IdOf(Roles.Member), without = tenant.IdOf(Roles.Viewer) });
        var tries = new (string Email, string Password)[]
        {
            (tenant.Owner, "not the password"), ("nobody@example.com", Tenant.Password),
            (disabled, Tenant.Password), (without, Tenant.Password),
        };

        var (bodies, times) = (new HashSet<string>(), new Dictionary<string, TimeSpan>());
        foreach (var (email, password) in tries.Concat(tries)) // the second round is warm
        {
            var started = Stopwatch.GetTimestamp();
            using var answer = await new Browser(edge).SendAsync("POST", "/v1/session", new { email, password });
            times[email] = Stopwatch.GetElapsedTime(started);
            bodies.Add(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Null(Browser.SetCookie(answer));
            Assert.Equal(401, (int)answer.StatusCode);
        }

        Assert.Contains("invalid_credentials", Assert.Single(bodies), StringComparison.Ordinal);
        // A hash takes some forty times as long as the rest: leaving it out would show.
        Assert.True(times.Values.Max() < 8 * times.Values.Min(), string.Join(", ", times));
    }

    [Theory]
    [InlineData("""{}""", "email")]
    [InlineData("""{"email":"no address","password":"x"}""", "email")]
    [InlineData("""{"email":"Ann <ann@example.com>","password":"x"}""", "email")]
    [InlineData("""{"email":["a@example.com"],"password":"x"}""", "email")]
    [InlineData("""{"email":"a@example.com"}""", "password")]
    [InlineData("""{"email":"a@example.com","password":""}""", "password")]
    [InlineData("""{"email":"a@example.com","password":"x","remember":true}""", "remember")]
    [InlineData("""{"email":"a@example.com",""", null)]
    [InlineData("""[]""", null)]
    [InlineData("", null)]
    public async Task A_bad_body_is_a_400_that_names_the_field(string body, string? param)
    {
        using var answer = await new Browser(edge).SendAsync("POST", "/v1/session", alter: request =>
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(param, (await answer.ErrorAsync(400)).Param);
    }

    [Fact]
    public async Task Signing_in_again_ends_the_session_that_the_browser_had()
    {
        var tenant = await Tenant.CreateAsync(edge);
        var browser = await tenant.SignInAsync();
        var planted = new Browser(edge) { Token = browser.Token };

        await browser.SignInAsync(tenant.Owner);

        Assert.NotEqual(planted.Token, browser.Token);
        Assert.Equal(401, await planted.StatusAsync("GET", "/v1/session"));
        Assert.Equal(200, await browser.StatusAsync("GET", "/v1/session"));
    }

    [Fact]
    public async Task Signing_out_ends_this_session_and_everywhere_ends_all()
    {
        var tenant = await Tenant.CreateAsync(edge);
        var (here, there, elsewhere) = (await tenant.SignInAsync(), await tenant.SignInAsync(), await tenant.SignInAsync());
        var stolen = new Browser(edge) { Token = here.Token };

        await here.JsonAsync("DELETE", "/v1/session");
        Assert.Null(here.Token);
        Assert.Equal((401, 200), (await stolen.StatusAsync("GET", "/v1/session"), await there.StatusAsync("GET", "/v1/session")));

        var ended = await there.JsonAsync("POST", "/v1/session/end_all", new { });
        Assert.Equal(2, ended.GetProperty("sessions").GetInt32());
        Assert.Equal(401, await elsewhere.StatusAsync("GET", "/v1/session"));
    }

    [Fact]
    public async Task A_new_password_ends_every_other_session_and_the_old_password()
    {
        var tenant = await Tenant.CreateAsync(edge);
        var (here, there) = (await tenant.SignInAsync(), await tenant.SignInAsync());
        var old = here.Token;

        await here.KeepAsync(
            "/v1/session/password", new { current_password = Tenant.Password, new_password = "another fine passphrase" });

        Assert.NotEqual(old, here.Token);
        Assert.Equal(200, await here.StatusAsync("GET", "/v1/session"));
        Assert.Equal(401, await there.StatusAsync("GET", "/v1/session"));
        Assert.Equal(401, await new Browser(edge) { Token = old }.StatusAsync("GET", "/v1/session"));
        Assert.Equal(401, await there.StatusAsync(
            "POST", "/v1/session", new { email = tenant.Owner, password = Tenant.Password }));
        await there.SignInAsync(tenant.Owner, "another fine passphrase");
        Assert.Equal("password.changed", await tenant.AuditedAsync(tenant.IdOf("owner")));
    }

    [Theory]
    [InlineData(Tenant.Password, "too short", "new_password")]
    [InlineData(Tenant.Password, "aaaaaaaaaaaaaaaaaaaa", "new_password")]
    [InlineData(Tenant.Password, "", "new_password")]
    [InlineData(Tenant.Password, "my owner.{mark} secret", "new_password")]
    [InlineData("not the current one", "another fine passphrase", "current_password")]
    [InlineData("", "another fine passphrase", "current_password")]
    public async Task A_password_changes_only_to_a_good_one_by_who_knows_the_current(string current, string chosen, string param)
    {
        var tenant = await Tenant.CreateAsync(edge);
        var browser = await tenant.SignInAsync();
        using var answer = await browser.SendAsync("POST", "/v1/session/password", new
        {
            current_password = current,
            new_password = chosen.Replace("owner.{mark}", tenant.Owner.Split('@')[0]),
        });

        Assert.Equal(param, (await answer.ErrorAsync(400)).Param);
        Assert.Equal(200, await browser.StatusAsync("GET", "/v1/session"));
    }

    [Theory]
    [InlineData("last_seen_at = now() - interval '61 minutes'", 401)]
    [InlineData("last_seen_at = now() - interval '58 minutes'", 200)]
    [InlineData("expires_at = now()", 401)]
    public async Task A_session_ends_when_it_is_idle_or_old(string change, int status)
    {
        var tenant = await Tenant.CreateAsync(edge);
        var browser = await tenant.SignInAsync();
        await tenant.QueryAsync<int>($"update sessions set {change} where user_id = @Id", new { Id = tenant.IdOf("owner") });

        Assert.Equal(status, await browser.StatusAsync("GET", "/v1/session"));
        Assert.Equal(status == 200, await tenant.QueryAsync<bool>(
            "select bool_or(last_seen_at > now() - interval '1 minute') and @status = 200 from sessions where user_id = @Id",
            new { Id = tenant.IdOf("owner"), status }));
    }

    [Fact]
    public async Task An_outdated_hash_is_made_anew_with_the_next_right_password()
    {
        var tenant = await Tenant.CreateAsync(edge);
        var weak = new PasswordHasher<string>(Options.Create(new PasswordHasherOptions { IterationCount = 10_000 }));
        var old = weak.HashPassword("", Tenant.Password);
        await tenant.QueryAsync<int>(
            "update users set password_hash = @old where id = @Id", new { old, Id = tenant.IdOf("owner") });

        await tenant.SignInAsync();

        var hash = await tenant.QueryAsync<string>(
            "select password_hash from users where id = @Id", new { Id = tenant.IdOf("owner") });
        Assert.Equal(PasswordVerdict.RightButOutdated, new Passwords().Verify(old, Tenant.Password));
        Assert.Equal(PasswordVerdict.Right, new Passwords().Verify(hash, Tenant.Password));
    }

    [Fact]
    public async Task Neither_the_database_nor_the_log_holds_what_opens_a_session()
    {
        var tenant = await Tenant.CreateAsync(edge);
        var browser = await tenant.SignInAsync();
        var rows = await tenant.QueryAsync<string>(
            """
            select string_agg(session::text, '') || (select string_agg(person::text, '') from users person)
            from sessions session
            """);

        Assert.DoesNotContain(browser.Token!, rows, StringComparison.Ordinal);
        Assert.DoesNotContain(Tenant.Password, rows, StringComparison.Ordinal);
        Assert.DoesNotContain(browser.Token!, edge.LoggedText, StringComparison.Ordinal);
        Assert.DoesNotContain(Tenant.Password, edge.LoggedText, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Texts(JsonElement array) => array.EnumerateArray().Select(text => text.GetString());
}
