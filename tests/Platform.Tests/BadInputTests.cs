using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>The caller's mistakes, through the whole platform: OpenAI's envelope says what is wrong, and nothing stays behind.</summary>
public sealed class BadInputTests(PlatformFixture platform)
{
    private readonly string _mark = Scenario.NewMark();

    public static TheoryData<string, int, string?, string> Creates => new()
    {
        { """{"prompt":"MARK","model":"unpriced"}""", 400, "model", "model_not_priced" },
        { """{"prompt":"MARK","model":"gilded"}""", 429, null, "insufficient_quota" },
        { """{"prompt":"MARK","model":"veo"}""", 400, "model", "model_not_found" },
        { """{"prompt":"MARK","seconds":5}""", 400, "seconds", "invalid_value" },
        { """{"prompt":"MARK","size":"1920x1080"}""", 400, "size", "invalid_value" },
        { """{"prompt":"MARK\u0007"}""", 400, "prompt", "invalid_characters" },
        { """{"model":"sora-2"}""", 400, "prompt", "missing_required_parameter" },
        { """{"prompt":"MARK","prompt":"MARK"}""", 400, null, "malformed_json" },
        { """{"prompt":"MARK" """, 400, null, "malformed_json" },
        { """{"prompt":"MARK","input_reference":{"file_id":"file-1"}}""", 400, "input_reference.file_id", "unsupported_parameter" },
        { """{"prompt":"MARK","input_reference":{"image_url":"https://127.0.0.1/a.png"}}""", 400, "input_reference.image_url", "*" },
        { """{"prompt":"MARK","input_reference":{"image_url":"https://169.254.169.254/latest"}}""", 400, "input_reference.image_url", "*" },
        { """{"prompt":"MARK","input_reference":{"image_url":"data:image/png;base64,AAAA"}}""", 400, "input_reference.image_url", "*" },
    };

    [Theory]
    [MemberData(nameof(Creates))]
    public async Task A_mistaken_create_is_told_and_leaves_nothing(string body, int status, string? param, string code)
    {
        using var content = new StringContent(
            body.Replace("MARK", _mark, StringComparison.Ordinal), Encoding.UTF8, "application/json");
        using var answer = await platform.Http.PostAsync("/v1/videos", content);

        var error = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["error"]!;
        Assert.True((int)answer.StatusCode == status, error.ToJsonString());
        Assert.Equal(param, error["param"]?.GetValue<string>());
        Assert.True(code == "*" || code == error["code"]?.GetValue<string>(), error.ToJsonString());
        Assert.StartsWith("req_", answer.Headers.GetValues("x-request-id").Single(), StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync("video-service", "videodb", "select count(*) from videos where prompt like @Pattern"));
        Assert.Equal(0, await CountAsync("quota-service", "quotadb", "select count(*) from holds where model in ('unpriced', 'gilded')"));
    }

    [Fact]
    public async Task An_exhausted_budget_is_not_worth_a_retry()
    {
        using var answer = await platform.Http.PostAsJsonAsync("/v1/videos", new { prompt = _mark, model = "gilded" });

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal("false", answer.Headers.GetValues("x-should-retry").Single());
    }

    [Theory]
    [InlineData("GET", "/v1/videos/video_000000000000000000000000000000000000000000000000")]
    [InlineData("GET", "/v1/videos/not-an-id")]
    [InlineData("GET", "/v1/videos/video_000000000000000000000000000000000000000000000000/content")]
    [InlineData("DELETE", "/v1/videos/video_000000000000000000000000000000000000000000000000")]
    [InlineData("GET", "/v1/nothing")]
    [InlineData("GET", "/internal/holds/video_1")]
    public async Task What_is_not_there_is_not_found(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await platform.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("invalid_request_error", (await answer.Content.ReadFromJsonAsync<JsonNode>())!["error"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Content_before_ready_says_so_and_a_remix_of_it_is_refused()
    {
        var id = await platform.Http.CreateAsync("[fault:slow=20] not ready for a while");

        using var content = await platform.Http.GetAsync($"/v1/videos/{id}/content");
        using var remix = await platform.Http.PostAsJsonAsync($"/v1/videos/{id}/remix", new { prompt = "again" });

        Assert.Equal(HttpStatusCode.NotFound, content.StatusCode);
        var error = (await content.Content.ReadFromJsonAsync<JsonNode>())!["error"]!;
        Assert.StartsWith("Video is not ready yet", error["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, remix.StatusCode);
        using var deleted = await platform.Http.DeleteAsync($"/v1/videos/{id}");
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal("released", await platform.System.FateAsync(id));
    }

    private async Task<long> CountAsync(string service, string database, string sql)
    {
        await using var connection = new NpgsqlConnection(
            platform.System[service].Variables[$"ConnectionStrings__{database}"]);
        return await connection.ExecuteScalarAsync<long>(sql, new { Pattern = $"%{_mark}%" });
    }
}
