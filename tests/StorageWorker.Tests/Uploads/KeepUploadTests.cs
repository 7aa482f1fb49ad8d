using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Sora.Contracts;
using Sora.StorageWorker.Tests.References;
using Sora.TestServers.Processes;

namespace Sora.StorageWorker.Tests.Uploads;

public sealed class KeepUploadTests(StorageSystem system)
{
    private static readonly Lazy<byte[]> Wide = new(() => Media.Video("1280x720", 3));

    [Fact]
    public async Task A_video_is_measured_kept_and_handed_out_byte_by_byte()
    {
        var clip = system.NewClip();

        using var answer = await PutAsync(clip, Wide.Value, "character");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var kept = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(
            (1280, 720, 3000),
            (kept.GetProperty("width").GetInt32(), kept.GetProperty("height").GetInt32(),
                kept.GetProperty("milliseconds").GetInt32()));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Wide.Value)), kept.GetProperty("sha256").GetString());
        using var back = await GetAsync(clip);
        Assert.Equal("video/mp4", back.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Wide.Value, await back.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_repeat_gets_the_first_answer()
    {
        var clip = system.NewClip();
        using var first = await PutAsync(clip, Wide.Value, "source");

        using var second = await PutAsync(clip, Media.Mp4, "source");

        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("1280x720", 1.5, "character", "2 to 4 seconds long, but it is 1.5")]
    [InlineData("1280x720", 5, "character", "2 to 4 seconds long, but it is 5")]
    [InlineData("640x360", 3, "character", "720p to 1080p, but it is 640x360")]
    [InlineData("1024x768", 3, "character", "16:9 or 9:16")]
    [InlineData("320x180", 0.5, "source", "1 to 120 seconds long, but it is 0.5")]
    public async Task A_video_of_another_shape_is_refused(string size, double seconds, string use, string message)
    {
        using var answer = await PutAsync(system.NewClip(), Media.Video(size, seconds), use);

        await KeepReferenceTests.AssertRefusedAsync(answer, message, "invalid_video", "video");
    }

    [Theory]
    [InlineData("720x1280", "character")]
    [InlineData("1920x1080", "character")]
    [InlineData("320x180", "source")]
    public async Task Every_shape_that_the_protocol_knows_is_taken(string size, string use)
    {
        using var answer = await PutAsync(system.NewClip(), Media.Video(size, 2), use);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    public static TheoryData<byte[], string, string> NoVideos => new()
    {
        { [], "not an MP4 video", "invalid_video" },
        { Media.Png, "not an MP4 video", "invalid_video" },
        { Media.Mp4[..^100], "not an MP4 video", "invalid_video" },
        { NothingInside(), "not an MP4 video", "invalid_video" },
        { new byte[5_000_001], "limit of 5000000 bytes", "file_too_large" },
    };

    [Theory]
    [MemberData(nameof(NoVideos))]
    public async Task What_is_no_whole_video_is_refused_and_nothing_is_kept(byte[] bytes, string message, string code)
    {
        var clip = system.NewClip();

        using var answer = await PutAsync(clip, bytes, "source");

        await KeepReferenceTests.AssertRefusedAsync(answer, message, code, "video");
        Assert.False(Directory.Exists(FolderOf(clip)));
        using var back = await GetAsync(clip);
        Assert.Equal(HttpStatusCode.NotFound, back.StatusCode);
    }

    [Fact]
    public async Task An_unknown_use_is_refused()
    {
        using var answer = await PutAsync(system.NewClip(), Media.Mp4, "fun");

        await KeepReferenceTests.AssertRefusedAsync(answer, "'character' and 'source'", "invalid_value", "use");
    }

    [Fact]
    public async Task Only_services_reach_uploads_and_only_of_the_callers_project()
    {
        var clip = system.NewClip();
        using var kept = await PutAsync(clip, Media.Mp4, "source");

        using var byGateway = await system.SendAsync(Get(clip), clip.Owner);
        using var byStranger = await system.SendAsync(Get(clip), system.NewClip().Owner, "video-service");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.NotFound), (byGateway.StatusCode, byStranger.StatusCode));
    }

    [Fact]
    public async Task The_source_of_a_deleted_video_goes_and_its_folder_too()
    {
        var clip = system.NewClip();
        using var kept = await PutAsync(clip, Media.Mp4, "source");

        await system.PublishAsync(clip.Deleted());

        await WaitUntilGoneAsync(clip);
    }

    [Fact]
    public async Task A_characters_clip_outlives_its_time_and_an_orphan_does_not()
    {
        var (character, orphan) = (system.NewClip(), system.NewClip());
        using var kept = await PutAsync(character, Wide.Value, "character");
        using var alsoKept = await PutAsync(orphan, Wide.Value, "character");
        await system.PublishAndWaitAsync(
            new CharacterCreated(
                character.VideoId, character.Owner.Organization, character.Owner.Project, TimeProvider.System.GetUtcNow()),
            "RetainCharacterClip");

        await system.ExecuteAsync(
            "update uploads set expires_at = now() where expires_at is not null and id = any(@Ids)",
            new { Ids = new[] { character.VideoId, orphan.VideoId } });

        await WaitUntilGoneAsync(orphan);
        using var back = await GetAsync(character);
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    // A structure without any sample: ftyp, an empty moov and an empty mdat.
    private static byte[] NothingInside() =>
    [
        0, 0, 0, 16, .. "ftypisom"u8, 0, 0, 0, 0,
        0, 0, 0, 8, .. "moov"u8,
        0, 0, 0, 8, .. "mdat"u8,
    ];

    private string FolderOf(TestClip clip) => Path.Combine(system.ObjectsRoot, "uploads", clip.Owner.Project);

    private Task WaitUntilGoneAsync(TestClip clip) => Wait.UntilAsync(
        "the upload is gone",
        async _ =>
        {
            using var back = await GetAsync(clip);
            return back.StatusCode == HttpStatusCode.NotFound && !Directory.Exists(FolderOf(clip));
        });

    private Task<HttpResponseMessage> PutAsync(TestClip clip, byte[] bytes, string use) => system.SendAsync(
        new HttpRequestMessage(HttpMethod.Put, $"internal/uploads/{clip.VideoId}?use={use}")
        {
            Content = new ByteArrayContent(bytes),
        },
        clip.Owner,
        "video-service");

    private static HttpRequestMessage Get(TestClip clip) => new(HttpMethod.Get, $"internal/uploads/{clip.VideoId}");

    private Task<HttpResponseMessage> GetAsync(TestClip clip) => system.SendAsync(Get(clip), clip.Owner, "video-service");
}
