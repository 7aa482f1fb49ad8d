using System.Text.Json;
using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>The organisation and its projects.</summary>
public sealed class ProjectTests(Edge edge)
{
    [Fact]
    public async Task A_project_is_made_listed_changed_and_archived()
    {
        var made = await PostAsync("/v1/projects", new { name = "Trailers", retention_days = 7 });
        var id = made.GetProperty("id").GetString();
        var changed = await PostAsync($"/v1/projects/{id}", new { retention_days = 9 });
        var archived = await PostAsync($"/v1/projects/{id}/archive", new { });
        using var read = await edge.GetAsync($"/v1/projects/{id}");
        using var list = await edge.GetAsync("/v1/projects?limit=100");
        using var changedLater = await edge.PostAsync($"/v1/projects/{id}", new { name = "x" });

        Assert.Equal(("Trailers", 7, "active"), Describe(made));
        Assert.Equal(("Trailers", 9, "active"), Describe(changed));
        Assert.Equal(("Trailers", 9, "archived"), Describe(archived));
        Assert.Equal(archived.GetRawText(), (await read.JsonAsync()).GetRawText());
        Assert.Single((await list.JsonAsync()).GetProperty("data").EnumerateArray(), project =>
            project.GetProperty("id").GetString() == id);
        Assert.Equal("project_archived", (await changedLater.ErrorAsync(400)).Code);
    }

    [Fact]
    public async Task The_keys_of_an_archived_project_stop_within_a_second()
    {
        var project = (await PostAsync("/v1/projects", new { name = "Short" })).GetProperty("id").GetString()!;
        var owner = await edge.CreatePersonAsync("owner", project: project);
        using var before = await edge.GetAsync("/v1/usage", owner.Key);
        Assert.Equal(project, (await before.SeenAsync()).Caller!.Project);
        await PostAsync($"/v1/projects/{project}/archive", new { });

        await edge.AssertStopsWithinASecondAsync(owner.Key);
    }

    [Fact]
    public async Task Of_two_who_archive_the_last_two_projects_one_is_refused()
    {
        var organization = $"org_{Guid.NewGuid():n}";
        var first = await edge.CreatePersonAsync("owner", organization: organization, project: $"proj_{Guid.NewGuid():n}");
        var second = await edge.CreatePersonAsync("owner", organization: organization, project: $"proj_{Guid.NewGuid():n}");
        var answers = await Task.WhenAll(
            edge.PostAsync($"/v1/projects/{first.Project}/archive", new { }, first.Key),
            edge.PostAsync($"/v1/projects/{second.Project}/archive", new { }, second.Key));

        var refused = Assert.Single(answers, answer => !answer.IsSuccessStatusCode);
        Assert.Equal("last_project", (await refused.ErrorAsync(400)).Code);
        Assert.Equal(1, await edge.QueryAsync<long>(
            "select count(*) from projects where organization_id = @organization and archived_at is null",
            new { organization }));
    }

    [Fact]
    public async Task The_organization_is_read_and_renamed_by_its_own()
    {
        var owner = await edge.CreateStrangerAsync();
        using var renamed = await edge.PostAsync("/v1/organization", new { name = "Übersee GmbH" }, owner.Key);
        using var read = await edge.GetAsync("/v1/organization", owner.Key);
        using var ours = await edge.GetAsync("/v1/organization");

        Assert.Equal(200, (int)renamed.StatusCode);
        var organization = await read.JsonAsync();
        Assert.Equal(
            (owner.Organization, "organization", "Übersee GmbH"),
            (Text(organization, "id"), Text(organization, "object"), Text(organization, "name")));
        Assert.NotEqual("Übersee GmbH", Text(await ours.JsonAsync(), "name"));
    }

    [Fact]
    public async Task Members_see_the_projects_that_they_are_in_and_change_none()
    {
        var member = await edge.CreatePersonAsync("member");
        var other = (await PostAsync("/v1/projects", new { name = "Not theirs" })).GetProperty("id").GetString();
        using var list = await edge.GetAsync("/v1/projects", member.Key);
        using var hidden = await edge.GetAsync($"/v1/projects/{other}", member.Key);
        using var created = await edge.PostAsync("/v1/projects", new { name = "x" }, member.Key);

        Assert.Equal(
            member.Project, Text(Assert.Single((await list.JsonAsync()).GetProperty("data").EnumerateArray()), "id"));
        Assert.Equal("project_not_found", (await hidden.ErrorAsync(404)).Code);
        Assert.Equal("missing_scope", (await created.ErrorAsync(403)).Code);
    }

    [Fact]
    public async Task Another_organisations_project_is_not_found()
    {
        var stranger = await edge.CreateStrangerAsync();
        foreach (var answer in new[]
        {
            await edge.GetAsync($"/v1/projects/{stranger.Project}"),
            await edge.PostAsync($"/v1/projects/{stranger.Project}", new { name = "Mine" }),
            await edge.PostAsync($"/v1/projects/{stranger.Project}/archive", new { }),
        })
        {
            using (answer)
            {
                Assert.Equal("project_not_found", (await answer.ErrorAsync(404)).Code);
            }
        }
    }

    [Theory]
    [InlineData("/v1/projects", """{}""", "name")]
    [InlineData("/v1/projects", """{"name":""}""", "name")]
    [InlineData("/v1/projects", """{"name":"x","retention_days":0}""", "retention_days")]
    [InlineData("/v1/projects", """{"name":"x","retention_days":3651}""", "retention_days")]
    [InlineData("/v1/projects", """{"name":"x","retention_days":"7"}""", "retention_days")]
    [InlineData("/v1/projects", """{"name":"x","owner":"me"}""", null)]
    [InlineData("/v1/organization", """{"name":null}""", "name")]
    [InlineData("/v1/organization", """{"name":"a\nb"}""", "name")]
    public async Task Bad_input_names_the_field(string path, string body, string? parameter)
    {
        using var answer = await edge.PostAsync(path, body);

        Assert.Equal(parameter, (await answer.ErrorAsync(400)).Param);
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await edge.PostAsync(path, body);
        return await answer.JsonAsync();
    }

    private static (string?, int, string?) Describe(JsonElement project) =>
        (Text(project, "name"), project.GetProperty("retention_days").GetInt32(), Text(project, "status"));

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
