using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Sora.TestServers.Processes;

namespace Sora.StorageWorker.Tests.References;

public sealed class KeepReferenceTests(StorageSystem system)
{
    private const string Size = "320x180";

    [Theory]
    [InlineData("image/png")]
    [InlineData("application/octet-stream")]
    [InlineData("image/gif")]
    public async Task An_image_of_the_requested_size_is_kept_whatever_it_was_declared_as(string declared)
    {
        var clip = system.NewClip();

        using var answer = await PutAsync(clip, Media.Png, declared);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var kept = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("image/png", kept.GetProperty("content_type").GetString());
        Assert.Equal(320, kept.GetProperty("width").GetInt32());
        Assert.Equal(180, kept.GetProperty("height").GetInt32());
        Assert.Equal(Media.Png.Length, kept.GetProperty("length").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Media.Png)), kept.GetProperty("sha256").GetString());
        using var back = await GetAsync(clip);
        Assert.Equal("image/png", back.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Media.Png, await back.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_repeat_gets_the_first_answer()
    {
        var clip = system.NewClip();
        using var first = await PutAsync(clip, Media.Png);

        using var second = await PutAsync(clip, Media.Jpeg);

        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Requests_at_once_agree_on_one_image()
    {
        var clip = system.NewClip();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(number => PutAsync(clip, number % 2 == 0 ? Media.Png : Media.Jpeg)));
        var texts = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync()));

        Assert.Single(texts.Distinct());
        using var back = await GetAsync(clip);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(await back.Content.ReadAsByteArrayAsync()));
        Assert.Contains(sha256, texts[0]);
    }

    public static TheoryData<string, string, byte[], string> Refused => new()
    {
        {
            "Inpaint image must match the requested width and height: the image is 320x180, the requested size is 1280x720.",
            "image_size_mismatch", Media.Png, "1280x720"
        },
        { "Supported types are: 'image/jpeg', 'image/png', and 'image/webp'.", "invalid_image", "<svg/>"u8.ToArray(), Size },
        { "Supported types are: 'image/jpeg', 'image/png', and 'image/webp'.", "invalid_image", "GIF89a"u8.ToArray(), Size },
        { "The image is truncated.", "invalid_image", Media.Png[..^1], Size },
        { "The image is truncated.", "invalid_image", Media.Jpeg[..^2], Size },
        { "The image is truncated.", "invalid_image", Media.LossyWebP[..^10], Size },
        { "The image is empty.", "invalid_image", [], Size },
        { "The image is larger than the limit of 200000 bytes.", "image_too_large", new byte[200_001], Size },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_bad_image_is_refused_with_the_reason_and_nothing_is_kept(
        string message, string code, byte[] bytes, string size)
    {
        var clip = system.NewClip();

        using var answer = await PutAsync(clip, bytes, size: size);

        await AssertRefusedAsync(answer, message, code, "input_reference");
        Assert.False(Directory.Exists(Path.Combine(system.ObjectsRoot, "references", clip.Owner.Project)));
        using var back = await GetAsync(clip);
        Assert.Equal(HttpStatusCode.NotFound, back.StatusCode);
    }

    [Fact]
    public async Task An_endless_body_is_refused_at_the_limit()
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"internal/references/{system.NewClip().VideoId}?size={Size}")
        {
            Content = new StreamContent(new MemoryStream(new byte[300_000])),
        };
        request.Headers.TransferEncodingChunked = true;

        using var answer = await system.SendAsync(request, system.NewClip().Owner, "video-service");

        await AssertRefusedAsync(answer, "limit of 200000", "image_too_large", "input_reference");
    }

    [Theory]
    [InlineData("")]
    [InlineData("320")]
    [InlineData("320x180x3")]
    [InlineData("-320x180")]
    [InlineData("99999999999x180")]
    public async Task A_malformed_size_is_400(string size)
    {
        using var answer = await PutAsync(system.NewClip(), Media.Png, size: size);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("\"param\":\"size\"", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Only_services_reach_references_and_only_of_the_caller_s_project()
    {
        var clip = system.NewClip();
        using var kept = await PutAsync(clip, Media.Png);
        HttpRequestMessage Get() => new(HttpMethod.Get, $"internal/references/{clip.VideoId}");

        using var byGateway = await system.SendAsync(Get(), clip.Owner);
        using var byStranger = await system.SendAsync(Get(), system.NewClip().Owner, "video-service");

        Assert.Equal(HttpStatusCode.Forbidden, byGateway.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, byStranger.StatusCode);
    }

    [Fact]
    public async Task The_image_of_a_deleted_video_goes_and_its_folder_too()
    {
        var clip = system.NewClip();
        using var kept = await PutAsync(clip, Media.Png);

        await system.PublishAsync(clip.Deleted());

        await WaitUntilGoneAsync(clip);
    }

    [Fact]
    public async Task An_expired_image_is_swept()
    {
        var clip = system.NewClip();
        using var kept = await PutAsync(clip, Media.Png);
        Assert.True(await system.QueryAsync<bool>(
            """
            select expires_at between now() + '6 days 23 hours' and now() + '7 days 1 hour'
            from reference_images where video_id = @VideoId
            """,
            new { clip.VideoId }));

        await system.ExecuteAsync(
            "update reference_images set expires_at = now() where video_id = @VideoId", new { clip.VideoId });

        await WaitUntilGoneAsync(clip);
    }

    internal static async Task AssertRefusedAsync(HttpResponseMessage answer, string message, string code, string param)
    {
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Contains(message, error.GetProperty("message").GetString());
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
    }

    private Task WaitUntilGoneAsync(TestClip clip) => Wait.UntilAsync(
        "the image is gone",
        async _ =>
        {
            using var back = await GetAsync(clip);
            return back.StatusCode == HttpStatusCode.NotFound
                && !Directory.Exists(Path.Combine(system.ObjectsRoot, "references", clip.Owner.Project));
        });

    private Task<HttpResponseMessage> PutAsync(
        TestClip clip, byte[] bytes, string contentType = "image/png", string size = Size) => system.SendAsync(
        new HttpRequestMessage(HttpMethod.Put, $"internal/references/{clip.VideoId}?size={size}")
        {
            Content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } },
        },
        clip.Owner,
        "video-service");

    private Task<HttpResponseMessage> GetAsync(TestClip clip) => system.SendAsync(
        new HttpRequestMessage(HttpMethod.Get, $"internal/references/{clip.VideoId}"), clip.Owner, "video-service");
}
