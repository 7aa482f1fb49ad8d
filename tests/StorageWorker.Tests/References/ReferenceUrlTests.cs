using System.Net;

namespace Sora.StorageWorker.Tests.References;

public sealed class ReferenceUrlTests(StorageSystem system)
{
    private static string PngData => Convert.ToBase64String(Media.Png);

    [Theory]
    [InlineData("data:image/png;base64,")]
    [InlineData("data:image/jpeg;base64,")]
    [InlineData("DATA:;BASE64,")]
    public async Task An_image_in_a_data_url_is_kept(string start)
    {
        using var answer = await PutAsync(start + PngData);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("\"content_type\":\"image/png\"", await answer.Content.ReadAsStringAsync());
    }

    public static TheoryData<string, string, string> RefusedUrls => new()
    {
        { $"data:image/png,{PngData}", "invalid_image_url", "must have the form" },
        { $"data:image/png;base64{PngData}", "invalid_image_url", "must have the form" },
        { "data:image/png;base64,####", "invalid_image_url", "not valid base64" },
        { $"data:image/png;base64,{PngData[..40]}\n{PngData[40..]}", "invalid_image_url", "not valid base64" },
        { $"data:image/png;base64,{PngData[..^1]}", "invalid_image_url", "not valid base64" },
        { "data:image/png;base64,", "invalid_image", "empty" },
        { $"data:image/png;base64,{new string('A', 400_000)}", "image_too_large", "limit of 200000" },
        { "data:image/svg+xml;base64,PHN2Zy8+", "invalid_image", "Supported types are" },
        { "ftp://example.com/a.png", "invalid_image_url", "https://" },
        { "file:///etc/passwd", "invalid_image_url", "https://" },
        { "/etc/passwd", "invalid_image_url", "https" },
        { "not a url", "invalid_image_url", "https" },
        { "https://user:password@example.com/a.png", "invalid_image_url", "user name" },
        { "http://169.254.169.254/latest/meta-data", "invalid_image_url", "" },
        { "http://10.0.0.1/a.png", "invalid_image_url", "" },
        { "http://[::ffff:10.0.0.1]/a.png", "invalid_image_url", "" },
    };

    [Theory]
    [MemberData(nameof(RefusedUrls))]
    public async Task A_url_that_cannot_be_used_is_refused_with_the_reason(string url, string code, string message)
    {
        using var answer = await PutAsync(url);

        await KeepReferenceTests.AssertRefusedAsync(answer, message, code, "input_reference.image_url");
    }

    [Fact]
    public async Task An_image_on_another_host_is_fetched_and_known_by_its_bytes()
    {
        using var answer = await PutAsync(Serve(Answers.Bytes(Media.Jpeg, "text/plain")));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("\"content_type\":\"image/jpeg\"", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_host_that_does_not_deliver_an_image_is_refused_with_the_reason()
    {
        var never = new TaskCompletionSource();
        (RequestDelegate Answer, string Code, string Message)[] expected =
        [
            (Answers.Status(404), "image_not_downloaded", "answered 404"),
            (Redirect, "image_not_downloaded", "answered 302"),
            (Answers.Bytes("<html/>"u8.ToArray(), "image/png"), "invalid_image", "Supported types are"),
            (Answers.Bytes(new byte[200_001]), "image_too_large", "limit of 200000"),
            (Answers.Chunked(new byte[200_001]), "image_too_large", "limit of 200000"),
            (Answers.Truncated(Media.Png, 1000), "image_not_downloaded", "broke off"),
            (Answers.Halting(Media.Png, new TaskCompletionSource(), never.Task), "image_not_downloaded", "longer than 2 s"),
        ];

        foreach (var (host, code, message) in expected)
        {
            using var answer = await PutAsync(Serve(host));
            await KeepReferenceTests.AssertRefusedAsync(answer, message, code, "input_reference.image_url");
        }
    }

    [Theory]
    [InlineData("{}", "missing_required_parameter")]
    [InlineData("{\"image_url\":", "malformed_request")]
    [InlineData("[]", "malformed_request")]
    [InlineData("{\"image_url\":7}", "malformed_request")]
    public async Task A_body_that_is_not_the_expected_json_is_400(string json, string code)
    {
        using var answer = await PutJsonAsync(new StringContent(json, null, "application/json"));

        await KeepReferenceTests.AssertRefusedAsync(answer, "", code, "input_reference.image_url");
    }

    private static Task Redirect(HttpContext context)
    {
        context.Response.Redirect("http://169.254.169.254/");
        return Task.CompletedTask;
    }

    private string Serve(RequestDelegate answer)
    {
        var path = $"/images/{Guid.NewGuid():n}.png";
        system.Stub.On(path, answer);
        return new Uri(system.Stub.Address, path).ToString();
    }

    private Task<HttpResponseMessage> PutAsync(string url) =>
        PutJsonAsync(JsonContent.Create(new { command_id = "cmd_1", image_url = url }));

    private Task<HttpResponseMessage> PutJsonAsync(HttpContent content)
    {
        var clip = system.NewClip();
        return system.SendAsync(
            new HttpRequestMessage(HttpMethod.Put, $"internal/references/{clip.VideoId}?size=320x180") { Content = content },
            clip.Owner,
            "video-service");
    }
}
