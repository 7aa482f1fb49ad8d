using System.ClientModel;
using System.Text.Json.Nodes;
using OpenAI.Videos;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>The official NuGet client, unchanged, against the gateway.</summary>
public sealed class DotNetSdkTests(PlatformFixture platform)
{
    private readonly VideoClient _videos = platform.Videos;

    [Fact]
    public async Task A_clip_is_created_polled_downloaded_listed_remixed_and_deleted()
    {
        var created = Json(await _videos.CreateVideoAsync(
            BinaryContent.Create(BinaryData.FromString(
                """{"model":"sora-2","prompt":"A paper boat on a pond","size":"1280x720","seconds":"4"}""")),
            "application/json"));
        var id = created["id"]!.GetValue<string>();
        Assert.Equal("queued", created["status"]!.GetValue<string>());

        var ready = await WaitAsync(id);
        Assert.Equal("completed", ready["status"]!.GetValue<string>());
        Assert.Equal(100, ready["progress"]!.GetValue<int>());

        await AssertMediaAsync(await DownloadAsync(id, null), "h264", 1280, 720, 4);
        await AssertMediaAsync(await DownloadAsync(id, "thumbnail"), "webp");
        await AssertMediaAsync(await DownloadAsync(id, "spritesheet"), "mjpeg");

        var listed = await ListAsync();
        Assert.Contains(id, listed);

        var remix = Json(await _videos.CreateVideoRemixAsync(
            id, BinaryContent.Create(BinaryData.FromString("""{"prompt":"The same boat in the rain"}""")), "application/json"));
        Assert.Equal(id, remix["remixed_from_video_id"]!.GetValue<string>());
        Assert.Equal("completed", (await WaitAsync(remix["id"]!.GetValue<string>()))["status"]!.GetValue<string>());

        var deleted = Json(await _videos.DeleteVideoAsync(id));
        Assert.True(deleted["deleted"]!.GetValue<bool>());
        var gone = await Assert.ThrowsAsync<ClientResultException>(() => _videos.GetVideoAsync(id));
        Assert.Equal(404, gone.Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => DownloadAsync(id, null))).Status);
    }

    [Fact]
    public async Task A_multipart_create_as_the_sdk_example_sends_it_is_read()
    {
        using var form = new MultipartFormDataContent("BOUND")
        {
            { new StringContent("sora-2"), "model" },
            { new StringContent("A lighthouse at dusk"), "prompt" },
            { new StringContent("8"), "seconds" },
            { new StringContent("720x1280"), "size" },
        };
        var created = Json(await _videos.CreateVideoAsync(
            BinaryContent.Create(await form.ReadAsStreamAsync()), form.Headers.ContentType!.ToString()));

        Assert.Equal("8", created["seconds"]!.GetValue<string>());
        Assert.Equal("720x1280", created["size"]!.GetValue<string>());
        await _videos.DeleteVideoAsync(created["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_mistake_reads_as_the_sdk_shows_mistakes()
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() => _videos.CreateVideoAsync(
            BinaryContent.Create(BinaryData.FromString("""{"prompt":"x","seconds":"5"}""")), "application/json"));

        Assert.Equal(400, error.Status);
        Assert.Contains("invalid_request_error: invalid_value", error.Message, StringComparison.Ordinal);
        Assert.Contains("Parameter: seconds", error.Message, StringComparison.Ordinal);
        Assert.Contains("'4', '8', '12', '16', and '20'", error.Message, StringComparison.Ordinal);
    }

    private static JsonNode Json(ClientResult result) => JsonNode.Parse(result.GetRawResponse().Content)!;

    private async Task<JsonNode> WaitAsync(string id)
    {
        await platform.Http.WaitForEndAsync(id);
        return Json(await _videos.GetVideoAsync(id));
    }

    private async Task<byte[]> DownloadAsync(string id, string? variant) =>
        (await _videos.DownloadVideoAsync(id, variant)).GetRawResponse().Content.ToArray();

    private async Task<IReadOnlyList<string>> ListAsync()
    {
        var ids = new List<string>();
        await foreach (var page in _videos.GetVideosAsync(limit: 50).GetRawPagesAsync())
        {
            ids.AddRange(Json(page)["data"]!.AsArray().Select(video => video!["id"]!.GetValue<string>()));
        }

        return ids;
    }

    private static async Task AssertMediaAsync(byte[] bytes, string codec, int width = 0, int height = 0, int seconds = 0)
    {
        var media = await MediaProbe.ReadAsync(bytes);
        Assert.Equal(codec, media.Codec);
        if (width > 0)
        {
            Assert.Equal((width, height), (media.Width, media.Height));
            Assert.Equal(seconds, media.Seconds, 0.1);
        }
    }
}
