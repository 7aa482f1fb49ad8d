using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using Polly.Timeout;
using Sora.ServiceDefaults.Errors;
using Sora.TestServers.Processes;

namespace Sora.ServiceDefaults.Tests.Errors;

public sealed class ErrorEnvelopeTests : IAsyncLifetime
{
    private const string Secret = "the fault's own text";

    private TestService _service = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _service = await TestService.With().StartAsync(app =>
        {
            app.MapPost("/things", (Thing thing) => Results.Ok(thing));
            app.MapGet("/fault", (HttpContext context) =>
            {
                context.Response.ContentType = "video/mp4";
                context.Response.ContentLength = 12345;
                context.Response.Headers.ETag = "\"1\"";
                throw new InvalidOperationException(Secret);
            });
            app.MapGet("/links/{token}", string (string token) => throw new InvalidOperationException(token[..1]));
            app.MapGet("/faults/{kind}", (string kind) =>
            {
                throw kind switch
                {
                    "bad" => new BadHttpRequestException(Secret),
                    "large" => new BadHttpRequestException(Secret, 413),
                    "database" => new NpgsqlException(Secret, new SocketException()),
                    "restart" => new PostgresException(Secret, "FATAL", "FATAL", PostgresErrorCodes.AdminShutdown),
                    "bug" => new PostgresException(Secret, "ERROR", "ERROR", PostgresErrorCodes.UndefinedTable),
                    "slow" => new TimeoutRejectedException(Secret),
                    _ => new HttpRequestException(HttpRequestError.ConnectionError, Secret),
                };
            });
            app.MapGet("/status/{code:int}", (int code) => Results.StatusCode(code));
            app.MapGet("/text", () => Results.Text("mine", statusCode: 404));
            app.MapGet("/stream", async (HttpContext context) =>
            {
                await context.Response.WriteAsync("first", context.RequestAborted);
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            });
            app.MapPost("/read", async (HttpRequest request, CancellationToken cancellationToken) =>
                await new StreamReader(request.Body).ReadToEndAsync(cancellationToken));
            app.MapGet("/later", () => ApiError.Unavailable(Secret, "busy", 7) with { ShouldRetry = false });
        });

    public async ValueTask DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task An_unknown_route_is_named() =>
        Assert.Equal(
            (404, "invalid_request_error", null, "unknown_url", "Unknown request URL: GET /nowhere."),
            await CallAsync(HttpMethod.Get, "/nowhere"));

    [Fact]
    public async Task A_wrong_method_is_named() =>
        Assert.Equal(
            (405, "invalid_request_error", null, "method_not_allowed", "Not allowed to DELETE on /things."),
            await CallAsync(HttpMethod.Delete, "/things"));

    [Fact]
    public async Task A_developers_machine_answers_in_the_same_envelope()
    {
        await using var service = await TestService.With()
            .Add(builder => builder.Environment.EnvironmentName = Environments.Development)
            .StartAsync(app => app.MapGet("/fault", string () => throw new InvalidOperationException(Secret)));

        using var client = service.Client();
        using var answer = await client.GetAsync("/fault", Cancelled);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        var error = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!["error"]!;
        Assert.Equal("internal_error", (string?)error["code"]);
    }

    [Fact]
    public async Task A_fault_is_logged_and_its_text_kept_from_the_caller()
    {
        Assert.Equal(
            (500, "server_error", null, "internal_error", "The server had an error while processing your request."),
            await CallAsync(HttpMethod.Get, "/fault"));

        var entry = Assert.Single(_service.Logs.Alarming);
        Assert.Equal((LogLevel.Error, "GET /fault failed", Secret), (entry.Level, entry.Message, entry.Exception?.Message));
    }

    [Fact]
    public async Task A_token_in_the_path_is_not_in_the_log_of_a_fault()
    {
        await CallAsync(HttpMethod.Get, "/links/secret-1");

        Assert.Equal("GET /links/{token} failed", Assert.Single(_service.Logs.Alarming).Message);
    }

    [Theory]
    [InlineData("bad", 400, "malformed_request"), InlineData("large", 413, "request_too_large")]
    [InlineData("bug", 500, "internal_error"), InlineData("database", 503, "service_unavailable")]
    [InlineData("restart", 503, "service_unavailable"), InlineData("slow", 503, "service_unavailable")]
    [InlineData("service", 503, "service_unavailable")]
    public async Task A_fault_is_told_by_whose_it_is(string kind, int status, string code)
    {
        var answer = await CallAsync(HttpMethod.Get, $"/faults/{kind}");

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.DoesNotContain(Secret, answer.Message);
    }

    [Theory]
    [InlineData(400), InlineData(401), InlineData(403), InlineData(404), InlineData(405), InlineData(409)]
    [InlineData(413), InlineData(415), InlineData(429), InlineData(500), InlineData(502), InlineData(503), InlineData(504)]
    public async Task A_bare_status_gets_the_envelope(int status)
    {
        var answer = await CallAsync(HttpMethod.Get, $"/status/{status}");

        Assert.Equal(status is 502 or 504 ? 503 : status, answer.Status);
        Assert.NotEmpty(answer.Message);
    }

    [Fact]
    public async Task An_answer_with_a_body_is_left_alone()
    {
        using var client = _service.Client();
        using var answer = await client.GetAsync("/text", Cancelled);

        Assert.Equal("mine", await answer.Content.ReadAsStringAsync(Cancelled));
    }

    [Theory]
    [InlineData("{", "malformed_json"), InlineData("[]", "malformed_json"), InlineData("\"\"", "malformed_json")]
    [InlineData("{\"name\":\"a\"} {}", "malformed_json"), InlineData("{\"name\":\"a\",}", "malformed_json")]
    [InlineData("// \n{}", "malformed_json"), InlineData("", "malformed_request")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\"}", "invalid_value", "name")]
    [InlineData("{\"name\":1}", "invalid_value", "name")]
    public async Task Malformed_json_is_the_callers_mistake(string body, string code, string? param = null)
    {
        var answer = await CallAsync(HttpMethod.Post, "/things", body);

        Assert.Equal((400, code, param), (answer.Status, answer.Code, answer.Param));
    }

    [Fact]
    public async Task Json_nested_too_deep_is_refused()
    {
        Assert.Equal(400, (await CallAsync(HttpMethod.Post, "/things", Nested(10_000))).Status);
        Assert.Equal(400, (await CallAsync(HttpMethod.Post, "/things", Nested(17))).Status);
        using var client = _service.Client();
        using var content = new StringContent(Nested(16), Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync("/things", content, Cancelled);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        // The outermost object counts as one.
        static string Nested(int depth) =>
            $$"""{"name":"a","more":{{new string('[', depth - 1)}}{{new string(']', depth - 1)}}}""";
    }

    [Fact]
    public async Task A_content_type_that_is_not_json_is_refused()
    {
        using var client = _service.Client();
        using var content = new StringContent("{}", new MediaTypeHeaderValue("text/plain"));
        using var answer = await client.PostAsync("/things", content, Cancelled);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Fact]
    public async Task A_time_to_try_again_is_sent_in_both_forms()
    {
        using var client = _service.Client();
        using var answer = await client.GetAsync("/later", Cancelled);

        Assert.Equal("7", answer.Headers.GetValues("Retry-After").Single());
        Assert.Equal("7000", answer.Headers.GetValues("retry-after-ms").Single());
        Assert.Equal("false", answer.Headers.GetValues("x-should-retry").Single());
    }

    [Fact]
    public async Task A_caller_who_leaves_is_no_fault()
    {
        using (var client = _service.Client())
        using (await client.GetAsync("/stream", HttpCompletionOption.ResponseHeadersRead, Cancelled))
        {
        }

        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(_service.Address.Host, _service.Address.Port, Cancelled);
            await socket.GetStream().WriteAsync(
                "POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nfirst"u8.ToArray(), Cancelled);
            socket.LingerState = new LingerOption(true, 0); // a reset, as from a caller that is killed
        }

        await Wait.UntilAsync("both spans ended", _ => Task.FromResult(
            _service.Spans.Spans.Count(span => span.DisplayName is "GET /stream" or "POST /read") == 2));
        Assert.Empty(_service.Logs.Alarming);
    }

    private async Task<(int Status, string Type, string? Param, string? Code, string Message)> CallAsync(
        HttpMethod method, string path, string? json = null)
    {
        using var client = _service.Client();
        using var request = new HttpRequestMessage(method, path);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request, Cancelled);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Null(answer.Headers.ETag);
        var envelope = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancelled))!;
        var error = Assert.Single(envelope).Value!.AsObject();
        Assert.Equal(["message", "type", "param", "code"], error.Select(member => member.Key));
        return ((int)answer.StatusCode, (string)error["type"]!, (string?)error["param"], (string?)error["code"],
            (string)error["message"]!);
    }

    private sealed record Thing(string Name, JsonNode? More);
}
