using System.Diagnostics;
using Sora.Gateway.Accounts;
using Sora.Gateway.ApiKeys;
using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>What each role opens, and how fast a lost one closes.</summary>
public sealed class RoleTests(Edge edge)
{
    private static readonly string[] All = [Roles.Owner, Roles.Admin, Roles.Approver, Roles.Member, Roles.Viewer];

    [Theory]
    [InlineData("GET", "/v1/videos", "owner admin approver member viewer")]
    [InlineData("GET", "/v1/videos/video_1/content", "owner admin approver member viewer")]
    [InlineData("GET", "/v1/usage", "owner admin approver member viewer")]
    [InlineData("POST", "/v1/videos", "owner admin approver member")]
    [InlineData("DELETE", "/v1/videos/video_1", "owner admin approver member")]
    [InlineData("GET", "/v1/organization", "owner admin approver member viewer")]
    [InlineData("GET", "/v1/users", "owner admin")]
    [InlineData("GET", "/v1/users/user_1", "owner admin")]
    [InlineData("POST", "/v1/users/user_1", "owner admin")]
    [InlineData("POST", "/v1/users/user_1/disable", "owner admin")]
    [InlineData("POST", "/v1/users/user_1/enable", "owner admin")]
    [InlineData("DELETE", "/v1/users/user_1", "owner admin")]
    [InlineData("GET", "/v1/invitations", "owner admin")]
    [InlineData("GET", "/v1/invitations/invite_1", "owner admin")]
    [InlineData("POST", "/v1/invitations", "owner admin")]
    [InlineData("DELETE", "/v1/invitations/invite_1", "owner admin")]
    [InlineData("GET", "/v1/projects/proj_1/members", "owner admin")]
    [InlineData("PUT", "/v1/projects/proj_1/members/user_1", "owner admin")]
    [InlineData("DELETE", "/v1/projects/proj_1/members/user_1", "owner admin")]
    public async Task A_role_opens_these_routes_and_no_others(string method, string path, string roles)
    {
        var tenant = await Tenant.CreateAsync(edge);
        foreach (var role in All)
        {
            if (role != Roles.Owner)
            {
                await tenant.AddAsync(role);
            }

            var browser = await tenant.SignInAsync(role);
            using var answer = await browser.SendAsync(method, path, method == "GET" ? null : new { });

            Assert.Equal((role, roles.Split(' ').Contains(role)), (role, (int)answer.StatusCode != 403));
        }
    }

    [Theory]
    [InlineData(Roles.Viewer, Scopes.All, Scopes.ReadVideos, true)]
    [InlineData(Roles.Viewer, Scopes.All, Scopes.WriteVideos, false)]
    [InlineData(Roles.Viewer, Scopes.WriteVideos, Scopes.WriteVideos, false)]
    [InlineData(Roles.Member, Scopes.WriteVideos, Scopes.WriteVideos, true)]
    [InlineData(Roles.Member, Scopes.WriteVideos, Scopes.ReadVideos, false)]
    [InlineData(Roles.Member, Scopes.All, Scopes.WriteApprovals, false)]
    [InlineData(Roles.Approver, Scopes.All, Scopes.WriteApprovals, true)]
    [InlineData(Roles.Approver, Scopes.All, Scopes.ReadPeople, false)]
    [InlineData(Roles.Admin, Scopes.All, Scopes.WritePeople, true)]
    [InlineData(Roles.Owner, Scopes.ReadUsage, Scopes.ReadUsage, true)]
    [InlineData(Roles.Owner, Scopes.ReadUsage, Scopes.ReadVideos, false)]
    public void A_key_does_what_both_its_scopes_and_its_users_role_allow(string role, string scope, string wanted, bool may) =>
        Assert.Equal(may, Scopes.Allow(Roles.Narrow(role, [scope]), wanted));

    [Fact]
    public void No_role_reaches_above_itself_and_each_includes_the_one_below()
    {
        foreach (var (role, rank) in All.Select((role, index) => (role, index)))
        {
            Assert.Equal(All.Skip(rank), All.Where(other => Roles.MayGrant(role, other)));
            if (rank is > 0 and < 4)
            {
                Assert.Subset(Roles.ScopesOf(role).ToHashSet(), Roles.ScopesOf(All[rank + 1]).ToHashSet());
            }
        }
    }

    [Theory]
    [InlineData("delete from memberships where user_id = @User")]
    [InlineData("update organization_members set disabled_at = now() where user_id = @User")]
    [InlineData("update memberships set role = 'viewer' where user_id = @User")]
    public async Task A_lost_role_is_lost_within_a_second_for_keys_and_at_once_for_browsers(string loss)
    {
        var tenant = await Tenant.CreateAsync(edge);
        await tenant.AddAsync(Roles.Member);
        var user = tenant.IdOf(Roles.Member);
        var (key, browser) = (await CreateKeyAsync(tenant, user), await tenant.SignInAsync(Roles.Member));
        Assert.Equal((200, 200), (await CreateVideoAsync(key), await browser.StatusAsync("POST", "/v1/videos", new { })));

        await tenant.QueryAsync<int>(loss, new { User = user });

        Assert.InRange(await browser.StatusAsync("POST", "/v1/videos", new { }), 401, 403);
        var (lost, lastSuccess) = (Stopwatch.StartNew(), TimeSpan.Zero);
        while (lost.Elapsed < TimeSpan.FromSeconds(1.3))
        {
            var asked = lost.Elapsed;
            lastSuccess = await CreateVideoAsync(key) == 200 ? asked : lastSuccess;
        }

        Assert.InRange(lastSuccess, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    private async Task<int> CreateVideoAsync(string key)
    {
        using var answer = await edge.SendAsync(edge.Request(HttpMethod.Post, "/v1/videos", key));
        return (int)answer.StatusCode;
    }

    private static async Task<string> CreateKeyAsync(Tenant tenant, string user)
    {
        var (key, text) = ApiKey.Create();
        await tenant.QueryAsync<int>(
            """
            insert into api_keys (id, name, prefix, digest, project_id, user_id, scopes, created_at)
            values (@Id, 'Test', @Prefix, @Digest, @Project, @user, array['*'], now())
            """,
            new { Id = $"key_{Guid.NewGuid():n}", key.Prefix, key.Digest, tenant.Project, user });
        return text;
    }
}
