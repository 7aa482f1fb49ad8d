using System.Text.Json;
using Sora.Upstreams.OpenAIVideos;
using Sora.Upstreams.Tests.Servers;

namespace Sora.Upstreams.Tests;

public sealed class SubmitBodyTests
{
    private const string Queued = """{"id":"video_1","status":"queued"}""";

    private static readonly ReferenceImage Image = new("image/png", "\u0089PNG-bytes"u8.ToArray());

    [Fact]
    public async Task A_create_is_a_form_with_the_fields_of_the_protocol()
    {
        var request = await SentAsync(Configured.Submission, CreateEncoding.Multipart);

        Assert.Equal("POST", request.Method);
        Assert.Equal("/v1/videos", request.Target);
        var boundary = Boundary(request);
        Assert.DoesNotContain('"', boundary);
        Assert.Equal(
            ["model=sora-2", "prompt=A red kite — élan", "seconds=8", "size=1280x720"], Fields(request, boundary));
    }

    [Fact]
    public async Task A_reference_image_is_a_file_in_the_form()
    {
        var request = await SentAsync(Configured.Submission with { Reference = Image }, CreateEncoding.Multipart);

        Assert.Contains("name=\"input_reference\"; filename=\"reference.png\"", request.Body);
        Assert.Contains("Content-Type: image/png", request.Body);
        Assert.Contains(Latin1(Image.Bytes.ToArray()), request.Body);
    }

    [Fact]
    public async Task A_create_may_be_JSON_with_the_image_as_a_data_URL()
    {
        var request = await SentAsync(Configured.Submission with { Reference = Image }, CreateEncoding.Json);

        Assert.Equal("application/json", request.Headers["Content-Type"]);
        using var json = JsonDocument.Parse(request.Body);
        Assert.Equal("sora-2", json.RootElement.GetProperty("model").GetString());
        Assert.Equal("A red kite — élan", json.RootElement.GetProperty("prompt").GetString());
        Assert.Equal("8", json.RootElement.GetProperty("seconds").GetString());
        Assert.Equal("1280x720", json.RootElement.GetProperty("size").GetString());
        Assert.Equal(
            $"data:image/png;base64,{Convert.ToBase64String(Image.Bytes.Span)}",
            json.RootElement.GetProperty("input_reference").GetProperty("image_url").GetString());
    }

    [Fact]
    public async Task A_remix_sends_the_prompt_to_its_source()
    {
        var request = await SentAsync(Configured.Submission with { RemixOf = "video_0" }, CreateEncoding.Multipart);

        Assert.Equal("/v1/videos/video_0/remix", request.Target);
        using var json = JsonDocument.Parse(request.Body);
        Assert.Equal("A red kite — élan", json.RootElement.GetProperty("prompt").GetString());
        Assert.Single(json.RootElement.EnumerateObject());
    }

    [Theory]
    [InlineData(CreateEncoding.Multipart)]
    [InlineData(CreateEncoding.Json)]
    public async Task Characters_travel_with_the_create(CreateEncoding encoding)
    {
        var request = await SentAsync(Configured.Submission with { Characters = ["char_1", "char_2"] }, encoding);

        if (encoding is CreateEncoding.Json)
        {
            Assert.Contains("""
                "characters":[{"id":"char_1"},{"id":"char_2"}]
                """, request.Body);
            return;
        }

        Assert.Equal(
            ["characters[][id]=char_1", "characters[][id]=char_2"], Fields(request, Boundary(request)).TakeLast(2));
    }

    [Theory]
    [InlineData(SourceUse.Edit, "/v1/videos/edits", "prompt=A red kite — élan|video[id]=video_0")]
    [InlineData(SourceUse.Extension, "/v1/videos/extensions", "prompt=A red kite — élan|seconds=8|video[id]=video_0")]
    public async Task What_starts_from_a_video_names_it(SourceUse use, string path, string fields)
    {
        var submission = Configured.Submission with { Source = new SubmissionSource(use, "video_0", null) };
        var form = await SentAsync(submission, CreateEncoding.Multipart);
        var json = await SentAsync(submission, CreateEncoding.Json);

        Assert.Equal(("POST", path, path), (form.Method, form.Target, json.Target));
        Assert.Equal(fields.Split('|'), Fields(form, Boundary(form)));
        Assert.Equal("application/json", json.Headers["Content-Type"]);
        using var body = JsonDocument.Parse(json.Body);
        Assert.Equal("video_0", body.RootElement.GetProperty("video").GetProperty("id").GetString());
        Assert.Equal(use is SourceUse.Extension, body.RootElement.TryGetProperty("seconds", out _));
        Assert.Equal($"Bearer {Configured.Key}", form.Headers["Authorization"]);
        Assert.Equal("job-1-1", form.Headers["Idempotency-Key"]);
    }

    [Theory]
    [InlineData(CreateEncoding.Multipart)]
    [InlineData(CreateEncoding.Json)]
    public async Task A_source_that_the_upstream_does_not_have_is_a_file_in_a_form(CreateEncoding encoding)
    {
        var file = new VideoFile(new MemoryStream("mp4-bytes"u8.ToArray()), 9);
        var request = await SentAsync(
            Configured.Submission with { Source = new SubmissionSource(SourceUse.Edit, null, file) }, encoding);

        Assert.Contains("model=sora-2", Fields(request, Boundary(request)));
        Assert.Contains("name=\"video\"; filename=\"source.mp4\"", request.Body);
        Assert.Contains("mp4-bytes", request.Body);
        Assert.Equal($"{request.Body.Length}", request.Headers["Content-Length"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("video_0")]
    public async Task The_attempt_and_the_key_travel_in_headers(string? remixOf)
    {
        var request = await SentAsync(Configured.Submission with { RemixOf = remixOf }, CreateEncoding.Multipart);

        Assert.Equal("job-1-1", request.Headers["Idempotency-Key"]);
        Assert.Equal($"Bearer {Configured.Key}", request.Headers["Authorization"]);
        Assert.Equal($"{request.Body.Length}", request.Headers["Content-Length"]);
    }

    [Fact]
    public async Task A_base_address_may_end_in_a_slash()
    {
        await using var server = await StubServer.StartAsync(200, Queued);
        await using var configured = new Configured(new Uri($"{server.BaseUrl}/"));

        await configured.SubmitAsync();

        Assert.Equal("/v1/videos", Assert.Single(server.Requests).Target);
    }

    private static async Task<StubRequest> SentAsync(VideoSubmission submission, CreateEncoding encoding)
    {
        await using var server = await StubServer.StartAsync(200, Queued);
        await using var configured = new Configured(server.BaseUrl, settings: [("CreateEncoding", $"{encoding}")]);
        Assert.IsType<SubmitOutcome.Accepted>(await configured.SubmitAsync(submission));
        return Assert.Single(server.Requests);
    }

    private static string Boundary(StubRequest request) =>
        request.Headers["Content-Type"].Replace("multipart/form-data; boundary=", "");

    // The stub keeps bytes as Latin-1 characters, so that files and text can be compared alike.
    private static IEnumerable<string> Fields(StubRequest request, string boundary) =>
        from part in request.Body.Split($"--{boundary}")
        where part.Contains("\r\n\r\n", StringComparison.Ordinal)
        let halves = part.Split("\r\n\r\n")
        let value = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.Latin1.GetBytes(halves[1].TrimEnd()))
        select $"{halves[0].Split('"')[1]}={value}";

    private static string Latin1(byte[] bytes) => System.Text.Encoding.Latin1.GetString(bytes);
}
