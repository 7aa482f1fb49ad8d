using System.Text;
using System.Text.Json;
using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>Which headers reach a service, and which come back.</summary>
public sealed class HeaderTests(Edge edge)
{
    private static readonly string[] Own = ["host", "x-internal-identity", "x-request-id", "traceparent"];

    [Fact]
    public async Task A_service_sees_the_listed_headers_and_no_others()
    {
        string[] passed =
        [
            "accept", "range", "if-range", "if-none-match", "if-modified-since", "idempotency-key",
            "x-stainless-retry-count", "x-stainless-lang", "x-stainless-poll-helper",
        ];
        using var request = edge.Request(HttpMethod.Get, "/v1/videos/video_1/content");
        foreach (var name in passed.Concat([
            "cookie", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded", "x-real-ip", "referer",
            "x-stainless-os", "openai-organization", "webhook-id", "accept-encoding", "x-user-id", "tracestate",
            "baggage", "correlation-context", "via", "te", "expect-ct", "x-http-method-override", "upgrade",
        ]))
        {
            request.Headers.TryAddWithoutValidation(name, "x=1");
        }

        using var answer = await edge.SendAsync(request);
        var seen = await answer.SeenAsync();

        Assert.Empty(seen.Headers.Keys.Except([.. passed, .. Own]));
        Assert.All(passed, name => Assert.Equal(["x=1"], seen.Headers[name]));
    }

    [Fact]
    public async Task A_value_that_is_not_ascii_reaches_the_service_as_it_is()
    {
        var bytes = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("clé"));
        var answer = await RawHttp.ExchangeAsync(
            edge.Address,
            "GET /v1/videos/video_1 HTTP/1.1\r\nHost: sora\r\nConnection: close\r\n"
            + $"Authorization: Bearer {edge.Key}\r\nIdempotency-Key: {bytes}\r\n\r\n");

        Assert.Equal(200, RawHttp.Status(answer));
        Assert.Contains($"\"idempotency-key\":[\"{bytes}\"]", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_brings_its_own_headers_and_no_identity()
    {
        string[] passed = ["webhook-id", "webhook-timestamp", "webhook-signature", "user-agent"];
        using var request = edge.Request(HttpMethod.Post, "/webhooks/simulator");
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        foreach (var name in passed.Append("x-internal-identity").Append("cookie"))
        {
            request.Headers.TryAddWithoutValidation(name, "x=1");
        }

        using var answer = await edge.SendAsync(request);
        var seen = await answer.SeenAsync();

        Assert.Empty(seen.Headers.Keys.Except(
            [.. passed, "host", "x-request-id", "traceparent", "content-type", "content-length"]));
        Assert.All(passed, name => Assert.Equal(["x=1"], seen.Headers[name]));
    }

    [Theory]
    [InlineData("X-Internal-Identity", "eyJ")]
    [InlineData("x-request-id", "req_")]
    [InlineData("traceparent", "00-")]
    public async Task A_forged_internal_header_never_passes(string name, string ours)
    {
        var forged = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
        string[] spellings =
        [
            name, name.ToUpperInvariant(), name.ToLowerInvariant(), name.Replace('-', '_'),
            $"{name}, {name}", $" {name}",
        ];
        foreach (var lines in spellings.SelectMany(spelling => new[]
        {
            $"{spelling}: {forged}\r\n",
            $"{spelling}: {forged}\r\n{name}: {forged}\r\n",
            $"{spelling}: {forged}, {forged}\r\n",
        }))
        {
            var answer = await RawHttp.ExchangeAsync(
                edge.Address,
                "GET /v1/usage HTTP/1.1\r\nHost: sora\r\nConnection: close\r\n"
                + $"Authorization: Bearer {edge.Key}\r\n{lines}\r\n");

            AssertNotForged(answer, name, forged, ours);
        }
    }

    [Fact]
    public async Task The_request_id_is_ours_on_both_sides()
    {
        edge.Stub("video-service").On("/v1/videos/video_ids", async context =>
        {
            context.Response.Headers["x-request-id"] = "the service's";
            await context.Response.WriteAsync(context.Request.Headers["x-request-id"].ToString());
        });
        using var request = edge.Request(HttpMethod.Get, "/v1/videos/video_ids");
        request.Headers.Add("x-request-id", "the client's");
        using var answer = await edge.SendAsync(request);

        var id = answer.Header("x-request-id");
        Assert.Matches("^req_[0-9a-f]{48}$", id);
        Assert.Equal(id, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Answers_carry_OpenAIs_headers_and_are_not_cached_unless_the_service_says_so()
    {
        edge.Stub("storage-worker").On("/v1/videos/video_cached/content", context =>
        {
            context.Response.Headers.CacheControl = "private, max-age=60";
            return Task.CompletedTask;
        });
        using var usual = await edge.GetAsync("/v1/videos");
        using var cached = await edge.GetAsync("/v1/videos/video_cached/content");
        using var refused = await edge.GetAsync("/v1/videos", key: null);

        Assert.All([usual, cached, refused], answer =>
        {
            Assert.Equal("2020-10-01", answer.Header("openai-version"));
            Assert.InRange(int.Parse(answer.Header("openai-processing-ms")), 0, 60_000);
        });
        Assert.Equal(
            ["no-store", "private, max-age=60", "no-store"],
            new[] { usual, cached, refused }.Select(answer => answer.Header("Cache-Control")));
    }

    private static void AssertNotForged(string answer, string name, string forged, string ours)
    {
        // A name with a comma or a space is no header at all.
        if (RawHttp.Status(answer) == 400)
        {
            return;
        }

        var json = answer[answer.IndexOf('{')..(answer.LastIndexOf('}') + 1)];
        var headers = JsonDocument.Parse(json).RootElement.GetProperty("headers");
        var values = headers.EnumerateObject()
            .Where(header => header.Name.Replace('_', '-').Equals(name, StringComparison.OrdinalIgnoreCase))
            .ToList();
        var value = Assert.Single(Assert.Single(values).Value.EnumerateArray()).GetString();
        Assert.NotEqual(forged, value);
        Assert.StartsWith(ours, value, StringComparison.Ordinal);
    }
}
