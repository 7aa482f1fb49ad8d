using System.Text.Json;
using Sora.Upstreams.Tests.Servers;

namespace Sora.Upstreams.Tests;

public sealed class HostileAnswerTests
{
    public static TheoryData<string> Unusable => new(
        "",
        "null",
        "[]",
        "\"video_1\"",
        "<html>OK</html>",
        "{",
        """{"status":"queued"}""",
        """{"id":null}""",
        """{"id":{}}""",
        """{"id":""}""",
        """{"id":"../../admin"}""",
        """{"id":"video_1\n"}""",
        """{"id":"video 1"}""",
        """{"id":"vidéo"}""",
        """{"id":"\ud800"}""",
        $$"""{"id":"{{new string('x', 201)}}"}""",
        $$"""{"id":{{new string('[', 1000)}}""",
        $$"""{"id":"video_1","padding":"{{new string('x', 2_000_000)}}"}""");

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task An_unusable_answer_to_a_submission_is_ambiguous(string body)
    {
        await using var server = await StubServer.StartAsync(200, body);
        await using var configured = new Configured(server.BaseUrl);

        Assert.IsType<SubmitOutcome.Ambiguous>(await configured.SubmitAsync());
        Assert.Single(server.Requests);
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task An_unusable_answer_to_a_look_says_nothing(string body)
    {
        await using var server = await StubServer.StartAsync(200, body);
        await using var configured = new Configured(server.BaseUrl);

        Assert.IsType<LookOutcome.Unavailable>(await configured.GetAsync());
    }

    [Fact]
    public async Task An_endless_answer_is_cut_off()
    {
        await using var server = new RawServer(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            var chunk = $"10000\r\n{new string(' ', 0x10000)}\r\n";
            while (true)
            {
                await connection.SendAsync(chunk);
            }
        });
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(
            new SubmitOutcome.Ambiguous(UpstreamFaults.AnswerTooLarge), await configured.SubmitAsync());
    }

    [Theory]
    [InlineData("video_bGl0ZWxsbTpjdXN0b20=", true)]
    [InlineData("openai:video_1", true)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("a?b", false)]
    public async Task The_generic_dialect_takes_wider_ids_but_no_paths(string id, bool taken)
    {
        await using var server = await StubServer.StartAsync(200, $$"""{"id":"{{id}}","status":"queued"}""");
        await using var configured = new Configured(server.BaseUrl, "generic");

        Assert.Equal(taken, await configured.SubmitAsync() is SubmitOutcome.Accepted);
    }

    [Theory]
    [InlineData("45", 45)]
    [InlineData("45.9", 45)]
    [InlineData("\"45\"", 45)]
    [InlineData("\"45%\"", 45)]
    [InlineData("900", 100)]
    [InlineData("-1", 0)]
    [InlineData("1e400", 100)]
    [InlineData("\"NaN\"", null)]
    [InlineData("\"soon\"", null)]
    [InlineData("true", null)]
    [InlineData("{}", null)]
    [InlineData("null", null)]
    public async Task Progress_is_a_percentage_or_nothing(string json, int? progress)
    {
        var video = await SeenAsync($$"""{"id":"video_1","status":"in_progress","progress":{{json}}}""");

        Assert.Equal(progress, video.Progress);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("253402300800")]
    [InlineData("\"yesterday\"")]
    [InlineData("[1]")]
    public async Task A_time_that_cannot_be_is_no_time(string json)
    {
        var video = await SeenAsync($$"""{"id":"video_1","status":"queued","created_at":{{json}}}""");

        Assert.Null(video.CreatedAt);
    }

    [Fact]
    public async Task Fields_of_the_wrong_type_are_dropped_and_numbers_taken_as_text()
    {
        var video = await SeenAsync(
            """{"id":"video_1","status":7,"model":{},"prompt":[],"size":true,"seconds":8,"created_at":{}}""");

        Assert.Equal(
            new UpstreamVideo("video_1", UpstreamStatus.Unknown, null, null, null, null, null, null, null, "8"), video);
    }

    [Theory]
    [InlineData("See https://gpu-7.internal:8000/jobs?key=1 now", "See [removed] now")]
    [InlineData("Worker 10.0.3.7:9000 died", "Worker [removed] died")]
    [InlineData("Key sk-live-abcdef is wrong", "Key [removed] is wrong")]
    [InlineData("Got Bearer abc.def here", "Got [removed] here")]
    [InlineData("Video video_68d7512d07848190b3e45da0 failed", "Video [removed] failed")]
    [InlineData("Request req_12ab failed", "Request [removed] failed")]
    [InlineData("No file /srv/models/wan/weights.bin there", "No file [removed] there")]
    [InlineData("Token AbCdEfGh1234IjKlMnOp5678 seen", "Token [removed] seen")]
    [InlineData("Two\r\nlines\u0000\u200b and\ttabs", "Two lines and tabs")]
    [InlineData("Size must be '720x1280' for sora-2-pro.", "Size must be '720x1280' for sora-2-pro.")]
    public async Task An_error_message_shows_a_customer_nothing_of_the_inside(string sent, string shown)
    {
        await using var server = await StubServer.StartAsync(
            400, JsonSerializer.Serialize(new { error = new { message = sent, code = "bad_request" } }));
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(new SubmitOutcome.Refused("bad_request", shown), await configured.SubmitAsync());
    }

    [Theory]
    [InlineData("""{"detail":"Bad size"}""", "Bad size")]
    [InlineData("""{"detail":[{"loc":["body","size"],"msg":"Bad size","type":"value_error"}]}""", "Bad size")]
    [InlineData("""{"error":"Bad size"}""", "Bad size")]
    [InlineData("""{"message":"Bad size"}""", "Bad size")]
    [InlineData("""{"error":{"message":7}}""", "7")]
    [InlineData("""{"error":{}}""", "The upstream refused the request.")]
    [InlineData("<h1>Bad</h1>", "The upstream refused the request.")]
    public async Task A_refusal_is_read_in_any_known_shape(string body, string message)
    {
        await using var server = await StubServer.StartAsync(400, body);
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(message, Assert.IsType<SubmitOutcome.Refused>(await configured.SubmitAsync()).Message);
    }

    [Fact]
    public async Task A_refusal_is_short()
    {
        await using var server = await StubServer.StartAsync(
            400, $$"""{"error":{"message":"{{new string('a', 100_000)}}","code":"{{new string('c', 100)}}" } }""");
        await using var configured = new Configured(server.BaseUrl);

        var refused = Assert.IsType<SubmitOutcome.Refused>(await configured.SubmitAsync());

        Assert.Equal(501, refused.Message.Length);
        Assert.Equal("upstream_refused", refused.Code);
    }

    [Fact]
    public async Task Thousands_of_broken_answers_are_read_or_refused_but_never_thrown_at_the_caller()
    {
        var random = new Random(20260924);
        await using var server = await StubServer.StartAsync(async context =>
            await context.Response.Body.WriteAsync(Broken(random)));
        await using var configured = new Configured(server.BaseUrl, "generic");
        var seen = 0;

        for (var number = 0; number < 3000; number++)
        {
            if (await configured.GetAsync() is LookOutcome.Seen { Video: var video })
            {
                seen++;
                Assert.Equal("video_1", video.Id);
                Assert.InRange(video.Progress ?? 0, 0, 100);
                Assert.InRange(video.ErrorMessage?.Length ?? 0, 0, 501);
            }
        }

        Assert.InRange(seen, 100, 2900);
    }

    private static byte[] Broken(Random random)
    {
        var bytes =
            """
            {"id":"video_1","status":"failed","progress":4.5e1,"created_at":17,"error":{"code":"x","message":"\u00e9"}}
            """u8.ToArray().ToList();
        for (var change = random.Next(4); change > 0; change--)
        {
            var place = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes[place] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(place, random.Next(Math.Min(20, bytes.Count - place))); break;
                case 2: bytes.InsertRange(place, bytes[place..]); break;
                default: bytes[place] = (byte)"\"{}[],:-.e0\\u"[random.Next(14)]; break;
            }
        }

        return [.. bytes];
    }

    private static async Task<UpstreamVideo> SeenAsync(string json)
    {
        await using var server = await StubServer.StartAsync(200, json);
        await using var configured = new Configured(server.BaseUrl);
        return Assert.IsType<LookOutcome.Seen>(await configured.GetAsync()).Video;
    }
}
