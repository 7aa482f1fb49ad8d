using Sora.Upstreams.Tests.Servers;

namespace Sora.Upstreams.Tests;

public sealed class SubmitAnswerTests
{
    private const string Queued =
        """{"id":"video_1","object":"video","status":"queued","progress":0,"created_at":1758941485,"seconds":"8"}""";

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(202)]
    public async Task A_created_video_is_accepted_with_any_success_code(int status)
    {
        await using var server = await StubServer.StartAsync(status, Queued);
        await using var configured = new Configured(server.BaseUrl);

        var accepted = Assert.IsType<SubmitOutcome.Accepted>(await configured.SubmitAsync());

        Assert.Equal("video_1", accepted.Video.Id);
        Assert.Equal(UpstreamStatus.Queued, accepted.Video.Status);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1758941485), accepted.Video.CreatedAt);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(413)]
    [InlineData(415)]
    [InlineData(422)]
    public async Task A_refused_request_ends_the_job_with_the_upstreams_words(int status)
    {
        await using var server = await StubServer.StartAsync(
            status, """{"error":{"message":"Bad size.","type":"invalid_request_error","code":"invalid_value"}}""");
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(new SubmitOutcome.Refused("invalid_value", "Bad size."), await configured.SubmitAsync());
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(206)]
    [InlineData(302)]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(418)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Any_other_status_is_ambiguous_and_sent_once(int status)
    {
        await using var server = await StubServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/v1/elsewhere";
            context.Response.Headers.RetryAfter = "0";
            return Task.CompletedTask;
        });
        await using var configured = new Configured(server.BaseUrl);

        Assert.IsType<SubmitOutcome.Ambiguous>(await configured.SubmitAsync());
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData("999999", 3600)]
    [InlineData("Wed, 21 Oct 2015 07:28:00 GMT", 0)]
    public async Task A_429_is_put_off_for_as_long_as_the_upstream_asks(string header, int seconds)
    {
        await using var server = await StubServer.StartAsync(429, "{}", ("Retry-After", header));
        await using var configured = new Configured(server.BaseUrl);

        var expected = new SubmitOutcome.PutOff(UpstreamFaults.RateLimited, TimeSpan.FromSeconds(seconds));
        Assert.Equal(expected, await configured.SubmitAsync());
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData(null)]
    public async Task A_429_without_a_readable_time_is_put_off_all_the_same(string? header)
    {
        await using var server = await StubServer.StartAsync(429, "slow", [.. Header(header)]);
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(new SubmitOutcome.PutOff(UpstreamFaults.RateLimited, null), await configured.SubmitAsync());

        static IEnumerable<(string, string)> Header(string? value) => value is null ? [] : [("Retry-After", value)];
    }

    [Theory]
    [InlineData(401, """{"error":{"message":"Incorrect API key provided.","code":"invalid_api_key"}}""")]
    [InlineData(402, "{}")]
    [InlineData(403, """{"error":{"message":"Verify your organization.","type":"invalid_request_error"}}""")]
    [InlineData(400, """{"error":{"message":"Limit reached.","code":"billing_hard_limit_reached"}}""")]
    public async Task A_refused_credential_puts_the_job_off(int status, string body)
    {
        await using var server = await StubServer.StartAsync(status, body);
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(
            new SubmitOutcome.PutOff(UpstreamFaults.CredentialRefused, null), await configured.SubmitAsync());
    }

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_code_that_comes_only_before_acceptance_is_put_off(int status)
    {
        await using var server = await StubServer.StartAsync(status, "", ("Location", "/v1/elsewhere"));
        await using var configured = new Configured(server.BaseUrl);

        Assert.Equal(new SubmitOutcome.PutOff($"http_{status}", null), await configured.SubmitAsync());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_unknown_credential_puts_the_job_off_without_a_request()
    {
        await using var server = await StubServer.StartAsync(200, Queued);
        await using var configured = new Configured(server.BaseUrl);

        var outcome = await configured.Upstream.SubmitAsync(
            "retired", Configured.Submission, TestContext.Current.CancellationToken);

        Assert.Equal(new SubmitOutcome.PutOff(UpstreamFaults.CredentialUnknown, null), outcome);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_retrying_handler_that_the_host_adds_to_every_client_does_not_reach_a_submission()
    {
        await using var server = await StubServer.StartAsync(500, "{}");
        await using var configured = new Configured(server.BaseUrl, services: services => services
            .AddTransient<TwiceHandler>()
            .ConfigureHttpClientDefaults(client => client.AddHttpMessageHandler<TwiceHandler>()));

        await configured.SubmitAsync();

        Assert.Single(server.Requests);
    }

    private sealed class TwiceHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var first = await base.SendAsync(request, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
