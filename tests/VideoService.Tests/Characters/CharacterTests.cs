using Sora.Contracts;
using Sora.ServiceDefaults.Errors;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Characters;

public sealed class CharacterTests(VideoSystem system)
{
    private static readonly byte[] Clip = [1, 2, 3, 4];

    [Fact]
    public async Task A_character_is_kept_introduced_to_the_upstream_announced_and_shown()
    {
        var customer = system.NewCustomer();
        var name = NewName();

        var created = await CreateAsync(customer, name);

        Assert.Equal((200, name), (created.Status, created.Text("name")));
        Assert.Equal("id name created_at", string.Join(' ', created.Body.EnumerateObject().Select(member => member.Name)));
        var id = created.Text("id")!;
        Assert.Matches("^char_[0-9a-f]{48}$", id);
        var kept = Assert.Single(system.Storage.UploadsOf(customer));
        Assert.Equal((id, "character"), (kept.Id, kept.Use));
        Assert.Equal(Clip, kept.Body);
        var introduced = Assert.Single(system.Upstream.CharactersNamed(name));
        Assert.Equal(Wiring.Plain, introduced.Upstream);
        Assert.Equal(Clip, introduced.Clip);
        Assert.NotEqual(introduced.Id, id);
        Assert.Equal(created.Body.GetRawText(), (await customer.GetAsync($"/v1/videos/characters/{id}")).Body.GetRawText());
        await system.Messages.HearAsync<CharacterCreated>(message => message.CharacterId == id);
        var audit = await system.Messages.HearAsync<AuditRecorded>(message => message.Target == id);
        Assert.Equal(("character.created", customer.Caller.User), (audit.Action, audit.Actor));
        Assert.Empty(system.Quota.AskedBy(customer));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_create_with_characters_tells_the_upstream_its_own_ids(bool isJson)
    {
        var customer = system.NewCustomer();
        var (one, other) = (NewName(), NewName());
        string[] ids = [(await CreateAsync(customer, one)).Text("id")!, (await CreateAsync(customer, other)).Text("id")!];
        var prompt = $"{one} and {other} dance";

        var answer = isJson
            ? await customer.PostJsonAsync(
                "/v1/videos", $$$"""{"prompt":"{{{prompt}}}","characters":[{"id":"{{{ids[0]}}}"},{"id":"{{{ids[1]}}}"}]}""")
            : await customer.PostFormAsync(
                "/v1/videos", [("prompt", prompt), ("characters[][id]", ids[0]), ("characters[][id]", ids[1])]);

        Assert.Equal(200, answer.Status);
        await system.Videos.InStageAsync(answer.Text("id")!, VideoStage.Submitted);
        Assert.Equal(
            [Assert.Single(system.Upstream.CharactersNamed(one)).Id, Assert.Single(system.Upstream.CharactersNamed(other)).Id],
            Assert.Single(system.Upstream.SubmissionsOf(prompt)).Characters);
    }

    [Fact]
    public async Task A_character_must_be_the_callers_named_in_the_prompt_and_known_to_the_model()
    {
        var customer = system.NewCustomer();
        var name = NewName();
        var id = (await CreateAsync(customer, name)).Text("id")!;
        var foreign = (await CreateAsync(system.NewCustomer(), name)).Text("id")!;

        Assert.Equal((404, "characters", "character_not_found"), await RefusalAsync(customer, name, [foreign]));
        Assert.Equal((404, "characters", "character_not_found"), await RefusalAsync(customer, name, ["a\\u0000b"]));
        Assert.Equal((400, "prompt", "character_not_in_prompt"), await RefusalAsync(customer, "somebody else", [id]));
        Assert.Equal((400, "prompt", "character_not_in_prompt"), await RefusalAsync(customer, name.ToUpperInvariant(), [id]));
        Assert.Equal((400, "characters", "character_not_available"), await RefusalAsync(customer, name, [id], "keyed-1"));
        Assert.Equal((400, "characters", "operation_not_offered"), await RefusalAsync(customer, name, [id], "plain-1"));
        Assert.Equal((400, "characters", "array_above_max_length"), await RefusalAsync(customer, name, [id, "b", "c"]));
        Assert.Equal((400, "characters", "invalid_value"), await RefusalAsync(customer, name, [id, id]));
        Assert.Empty(system.Quota.AskedBy(customer));
        Assert.Equal(0, await system.Videos.CountAsync(customer));
        Assert.Equal(
            (404, null, "character_not_found"), (await customer.GetAsync($"/v1/videos/characters/{foreign}")).Refusal);
        Assert.Equal((404, null, "character_not_found"), (await customer.GetAsync("/v1/videos/characters/nonsense")).Refusal);
    }

    [Theory]
    [InlineData("\"char_1\"")]
    [InlineData("[\"char_1\"]")]
    [InlineData("[{}]")]
    [InlineData("[{\"id\":5}]")]
    [InlineData("{\"id\":\"char_1\"}")]
    public async Task Characters_are_a_list_of_objects(string characters)
    {
        var answer = await system.NewCustomer().PostJsonAsync("/v1/videos", $$"""{"prompt":"x","characters":{{characters}}}""");

        Assert.Equal((400, "characters", "invalid_type"), answer.Refusal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task No_characters_are_no_characters(string characters)
    {
        var customer = system.NewCustomer();
        var answer = await customer.PostJsonAsync(
            "/v1/videos", $$"""{"prompt":"{{customer.Prompt}}","characters":{{characters}}}""");

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task A_bad_character_is_refused_with_its_field()
    {
        var customer = system.NewCustomer();
        Task<Answer> PostAsync((string, string)[] fields, params (string, byte[])[] files) =>
            customer.PostFormAsync("/v1/videos/characters", fields, files);

        var noName = await PostAsync([], ("video", Clip));
        var longName = await PostAsync([("name", new string('x', 81))], ("video", Clip));
        var blankName = await PostAsync([("name", " ")], ("video", Clip));
        var oddName = await PostAsync([("name", "a\nb")], ("video", Clip));
        var noVideo = await PostAsync([("name", "Mossy")]);
        var textVideo = await PostAsync([("name", "Mossy"), ("video", "here")]);
        var model = await PostAsync([("name", "Mossy"), ("model", "plain-1")], ("video", Clip));

        Assert.Equal((400, "name", "missing_required_parameter"), noName.Refusal);
        Assert.Equal((400, "name", "string_too_long"), longName.Refusal);
        Assert.Equal((400, "name", "string_too_short"), blankName.Refusal);
        Assert.Equal((400, "name", "invalid_characters"), oddName.Refusal);
        Assert.Equal((400, "video", "missing_required_parameter"), noVideo.Refusal);
        Assert.Equal((400, "video", "invalid_type"), textVideo.Refusal);
        Assert.Equal((400, "model", "operation_not_offered"), model.Refusal);
        Assert.Contains("'sora-2'", model.Text("error", "message"), StringComparison.Ordinal);
        Assert.Empty(system.Storage.UploadsOf(customer));
    }

    [Fact]
    public async Task A_clip_that_somebody_refuses_makes_no_character()
    {
        var (customer, unlucky) = (system.NewCustomer(), system.NewCustomer());
        var (refused, missed) = (NewName(), NewName());
        system.Upstream.Cast(refused, _ => ApiError.Invalid("video", "No likeness.", "moderation_blocked"));
        system.Upstream.Cast(missed, _ => Results.StatusCode(503));
        system.Storage.Refuse(unlucky, ApiError.Invalid("video", "It is too long.", "invalid_video"));

        Assert.Equal((400, "video", "moderation_blocked"), (await CreateAsync(customer, refused)).Refusal);
        Assert.Equal((503, null, "service_unavailable"), (await CreateAsync(customer, missed)).Refusal);
        Assert.Equal((400, "video", "invalid_video"), (await CreateAsync(unlucky, NewName())).Refusal);
        Assert.Equal(0, (await system.Videos.QueryAsync<int>(
            "select count(*)::int from characters where project = any(@Projects)",
            new { Projects = new[] { customer.Caller.Project, unlucky.Caller.Project } })).Single());
    }

    private static string NewName() => $"Mossy {Guid.NewGuid():n}";

    private static Task<Answer> CreateAsync(Customer customer, string name) =>
        customer.PostFormAsync("/v1/videos/characters", [("name", name)], ("video", Clip));

    private static async Task<(int, string?, string?)> RefusalAsync(
        Customer customer, string prompt, string[] ids, string model = "sora-2")
    {
        var characters = string.Join(',', ids.Select(id => $$"""{"id":"{{id}}"}"""));
        var answer = await customer.PostJsonAsync(
            "/v1/videos", $$"""{"prompt":"{{prompt}}","model":"{{model}}","characters":[{{characters}}]}""");
        return answer.Refusal;
    }
}
