using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sora.StorageWorker.Tests.Shares;

public sealed class ShareTests(StorageSystem system)
{
    private const long Week = 7 * 24 * 3600;

    [Fact]
    public async Task A_link_leads_whoever_has_it_to_the_bytes_and_keeps_no_secret()
    {
        var clip = await StoredAsync();

        var share = await CreateAsync(clip, new { });
        var token = TokenOf(share);
        using var answer = await OpenAsync(token);

        Assert.Equal(Media.Mp4, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("video/mp4", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("inline; filename=\"video.mp4\"", $"{answer.Content.Headers.ContentDisposition}");
        Assert.Equal(["no-store", "private"], $"{answer.Headers.CacheControl}".Split(", ").Order());
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.StartsWith("default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Matches("^https://sora\\.example\\.com/s/[A-Za-z0-9_-]{43}$", $"{share["url"]}");
        Assert.Equal(Week, share["expires_at"]!.GetValue<long>() - share["created_at"]!.GetValue<long>());
        Assert.False(await system.QueryAsync<bool>(
            "select exists (select from shares s where s.id = @id and s::text like '%' || @token || '%')",
            new { id = $"{share["id"]}", token }));
        Assert.DoesNotContain(system.LogLines, line => line.Contains(token));
    }

    [Fact]
    public async Task A_part_is_a_part_and_only_a_beginning_is_a_use()
    {
        var clip = await StoredAsync();
        var share = await CreateAsync(clip, new { variant = "video" });

        using var whole = await OpenAsync(TokenOf(share));
        using var first = await OpenAsync(TokenOf(share), "bytes=0-9");
        using var later = await OpenAsync(TokenOf(share), "bytes=10-19");

        Assert.Equal(206, (int)later.StatusCode);
        Assert.Equal(Media.Mp4[10..20], await later.Content.ReadAsByteArrayAsync());
        var listed = Assert.Single((await ListAsync(clip)).RootElement.GetProperty("data").EnumerateArray());
        Assert.Equal(2, listed.GetProperty("uses").GetInt64());
        Assert.Equal(JsonValueKind.Null, listed.GetProperty("url").ValueKind);
    }

    [Fact]
    public async Task Revoked_expired_unknown_and_deleted_are_one_and_the_same_404()
    {
        var (clip, deleted, hidden) = (await StoredAsync(), await StoredAsync(), await StoredAsync());
        var (revoked, expired) = (await CreateAsync(clip, new { }), await CreateAsync(clip, new { expires_in = 60 }));
        var (ofDeleted, ofHidden) = (await CreateAsync(deleted, new { }), await CreateAsync(hidden, new { }));
        using var revocation = await DeleteAsync(clip, $"{revoked["id"]}");
        await system.ExecuteAsync(
            "update shares set created_at = now() - interval '2 h', expires_at = now() - interval '1 s' where id = @Id",
            new { Id = $"{expired["id"]}" });
        await system.PublishAndWaitAsync(deleted.Deleted(), "MarkClipDeleted");
        await system.ExecuteAsync("update clips set hidden_at = now() where video_id = @VideoId", new { hidden.VideoId });

        string[] tokens =
        [
            TokenOf(revoked), TokenOf(expired), TokenOf(ofDeleted), TokenOf(ofHidden), new string('A', 43), "short", "",
        ];
        var answers = new List<string>();
        foreach (var token in tokens)
        {
            using var answer = await OpenAsync(token);
            answers.Add($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }

        Assert.Equal(200, (int)revocation.StatusCode);
        Assert.Single(answers.Distinct());
        Assert.StartsWith("404 ", answers[0]);
    }

    [Fact]
    public async Task A_link_never_outlives_its_clip()
    {
        var clip = await StoredAsync();
        var end = TimeProvider.System.GetUtcNow().AddHours(1);
        await system.PublishAndWaitAsync(clip.Completed(end), "SetClipExpiry");

        var share = await CreateAsync(clip, new { });

        Assert.Equal(end.ToUnixTimeSeconds(), share["expires_at"]!.GetValue<long>());
    }

    [Fact]
    public async Task Making_and_revoking_a_link_is_audited_without_its_token()
    {
        var clip = await StoredAsync();
        var share = await CreateAsync(clip, new { });
        using var once = await DeleteAsync(clip, $"{share["id"]}");
        using var twice = await DeleteAsync(clip, $"{share["id"]}");

        var created = await system.Announcements.WaitForAuditAsync("share.created", $"{share["id"]}");
        var revoked = await system.Announcements.WaitForAuditAsync("share.revoked", $"{share["id"]}");

        Assert.Equal((clip.Owner.User, clip.Owner.Project), (created.Actor, created.Project));
        Assert.Equal(clip.VideoId, revoked.Details["video"]);
        Assert.DoesNotContain(created.Details.Values, value => value.Contains(TokenOf(share)));
        Assert.Equal(200, (int)twice.StatusCode);
    }

    [Theory]
    [InlineData("""{"expires_in":59}""", "expires_in")]
    [InlineData("""{"expires_in":2592001}""", "expires_in")]
    [InlineData("""{"expires_in":"3600"}""", "expires_in")]
    [InlineData("""{"expires_in":3600.5}""", "expires_in")]
    [InlineData("""{"variant":"audio"}""", "variant")]
    [InlineData("""{"variant":7}""", "variant")]
    public async Task A_wrong_field_is_named(string body, string field)
    {
        var clip = await StoredAsync();

        using var answer = await PostAsync(clip, new StringContent(body, null, "application/json"), clip);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains($"\"param\":\"{field}\"", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Another_project_can_neither_make_nor_see_nor_revoke_links()
    {
        var (clip, stranger) = (await StoredAsync(), system.NewClip());
        clip.InVideoService(Answers.Status(404));
        var share = await CreateAsync(clip, new { });

        using var made = await PostAsync(clip, JsonContent.Create(new { }), stranger);
        using var seen = await SendAsync(HttpMethod.Get, clip, "", null, stranger);
        using var revoked = await SendAsync(HttpMethod.Delete, clip, $"/{share["id"]}", null, stranger);
        using var still = await OpenAsync(TokenOf(share));

        Assert.Equal((404, 404, 404), ((int)made.StatusCode, (int)seen.StatusCode, (int)revoked.StatusCode));
        Assert.Equal(200, (int)still.StatusCode);
    }

    [Fact]
    public async Task A_video_that_is_not_ready_cannot_be_shared()
    {
        var clip = system.NewClip().InVideoService(Answers.Json(200, new { status = "in_progress" }));

        using var answer = await PostAsync(clip, null, clip);

        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Contains("video_not_ready", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Links_are_listed_by_pages_in_both_orders()
    {
        var clip = await StoredAsync();
        var ids = new List<string>();
        for (var number = 0; number < 3; number++)
        {
            ids.Add($"{(await CreateAsync(clip, new { }))["id"]}");
        }

        using var first = await ListAsync(clip, "?limit=2&order=asc");
        using var rest = await ListAsync(clip, $"?limit=2&order=asc&after={ids[1]}");
        using var newest = await ListAsync(clip, "?limit=1");
        using var wrong = await SendAsync(HttpMethod.Get, clip, "?limit=101", null, clip);

        Assert.Equal((ids[0], ids[1], true), Page(first));
        Assert.Equal((ids[2], ids[2], false), Page(rest));
        Assert.Equal((ids[2], ids[2], true), Page(newest));
        Assert.Contains("\"param\":\"limit\"", await wrong.Content.ReadAsStringAsync());
    }

    private static (string?, string?, bool) Page(JsonDocument page) => (
        page.RootElement.GetProperty("first_id").GetString(),
        page.RootElement.GetProperty("last_id").GetString(),
        page.RootElement.GetProperty("has_more").GetBoolean());

    private async Task<TestClip> StoredAsync()
    {
        var clip = system.NewClip().At("video", Answers.Bytes(Media.Mp4));
        await clip.StoreAsync();
        return clip;
    }

    private async Task<JsonNode> CreateAsync(TestClip clip, object body)
    {
        using var answer = await PostAsync(clip, JsonContent.Create(body), clip);
        Assert.Equal(200, (int)answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    private Task<HttpResponseMessage> PostAsync(TestClip clip, HttpContent? body, TestClip caller) =>
        SendAsync(HttpMethod.Post, clip, "", body, caller);

    private Task<HttpResponseMessage> DeleteAsync(TestClip clip, string share) =>
        SendAsync(HttpMethod.Delete, clip, $"/{share}", null, clip);

    private async Task<JsonDocument> ListAsync(TestClip clip, string query = "")
    {
        using var answer = await SendAsync(HttpMethod.Get, clip, query, null, clip);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
    }

    private Task<HttpResponseMessage> SendAsync(
        HttpMethod method, TestClip clip, string rest, HttpContent? body, TestClip caller) =>
        system.SendAsync(
            new HttpRequestMessage(method, $"v1/videos/{clip.VideoId}/shares{rest}") { Content = body }, caller.Owner);

    private Task<HttpResponseMessage> OpenAsync(string token, string? range = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "s");
        request.Headers.TryAddWithoutValidation("x-share-token", token);
        if (range is not null)
        {
            request.Headers.Add("Range", range);
        }

        return system.SendAnonymouslyAsync(request);
    }

    private static string TokenOf(JsonNode share) => $"{share["url"]}".Split('/')[^1];
}
