using System.Diagnostics;
using Npgsql;
using Sora.TestServers;
using Sora.TestServers.Processes;

namespace Sora.ServiceDefaults.Tests;

public sealed class ServerSpansTests : IAsyncLifetime
{
    private readonly SharedServers _servers = new();
    private TestService _service = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _service = await (await TestService.With().AddDatabaseAsync(_servers)).StartAsync(app =>
        {
            app.MapGet("/videos/{id}", async (string id, NpgsqlDataSource source) =>
            {
                await using var command = source.CreateCommand("select 1");
                return await command.ExecuteScalarAsync(Cancelled);
            });
            app.MapGet("/fault", IResult () => throw new InvalidOperationException("a fault"));
            app.MapGet("/links/{token}", (string token) => token.Length);
            app.MapGet("/refused", () => Results.StatusCode(409));
        });

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _servers.DisposeAsync();
    }

    [Fact]
    public async Task A_span_is_named_by_method_and_route_and_knows_the_status()
    {
        var span = await CallAsync("/videos/video_1");

        Assert.Equal("GET /videos/{id}", span.DisplayName);
        Assert.Equal("GET", span.GetTagItem("http.request.method"));
        Assert.Equal("/videos/{id}", span.GetTagItem("http.route"));
        Assert.Equal(200, span.GetTagItem("http.response.status_code"));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    [Fact]
    public async Task A_token_in_the_path_is_not_in_the_span()
    {
        var span = await CallAsync("/links/secret-1");

        Assert.Equal("/links/{token}", span.GetTagItem("url.path"));
        Assert.DoesNotContain(span.TagObjects, tag => $"{tag.Value}".Contains("secret-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_path_that_no_route_knows_is_not_in_the_span_as_it_may_be_a_mistyped_secret()
    {
        var span = await CallAsync("/links/secret-1/and");

        Assert.DoesNotContain(span.TagObjects, tag => $"{tag.Value}".Contains("secret-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_query_of_a_request_is_in_its_trace()
    {
        var span = await CallAsync("/videos/video_1");

        Assert.Contains(_service.Spans.Spans, query => query.Source.Name == "Npgsql" && query.ParentSpanId == span.SpanId);
    }

    [Fact]
    public async Task A_fault_is_an_error_with_its_exception()
    {
        var span = await CallAsync("/fault");

        Assert.Equal("GET /fault", span.DisplayName);
        Assert.Equal(500, span.GetTagItem("http.response.status_code"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal("System.InvalidOperationException", span.GetTagItem("error.type"));
        Assert.Equal("exception", Assert.Single(span.Events).Name);
    }

    [Theory]
    [InlineData("/refused", "GET /refused", 409), InlineData("/nowhere", "GET", 404)]
    public async Task A_callers_mistake_is_no_error(string path, string name, int status)
    {
        var span = await CallAsync(path);

        Assert.Equal(name, span.DisplayName);
        Assert.Equal(status, span.GetTagItem("http.response.status_code"));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    [Fact]
    public async Task Probes_and_what_they_ask_leave_no_spans()
    {
        using var client = _service.Client();
        await client.GetStringAsync("/health", Cancelled);
        await client.GetStringAsync("/alive", Cancelled);

        // What a probe asks PostgreSQL is known by its trace: other tests of this process ask it too.
        using var trace = new Activity("probe") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        await client.GetStringAsync("/health", Cancelled);
        trace.Stop();

        await CallAsync("/refused");
        Assert.DoesNotContain(_service.Spans.Spans, other => Equals(other.GetTagItem("url.path"), "/health")
            || Equals(other.GetTagItem("url.path"), "/alive"));
        Assert.DoesNotContain(
            _service.Spans.Spans, other => other.Source.Name == "Npgsql" && other.TraceId == trace.TraceId);
    }

    /// <summary>Calls in a trace of its own and waits for the server's span of it.</summary>
    private async Task<Activity> CallAsync(string path)
    {
        using var trace = new Activity("call") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        using var client = _service.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var answer = await client.SendAsync(request, Cancelled);
        return await Wait.ForAsync("the server's span", _ => Task.FromResult(_service.Spans.Spans.SingleOrDefault(
            span => span.Kind == ActivityKind.Server && span.TraceId == trace.TraceId)));
    }
}
