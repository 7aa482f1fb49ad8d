using System.Diagnostics;
using System.Net.Http.Headers;
using Sora.Gateway.RateLimiting;
using Sora.Gateway.Tests.Harness;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>What a caller is told at the limits, and who shares one.</summary>
public sealed class RateLimitTests(Edge edge)
{
    [Fact]
    public async Task Answers_say_what_is_left_and_a_refusal_when_to_come_again()
    {
        var (_, key) = await edge.CreateLimitedKeyAsync(requestsPerMinute: 8);
        using var first = await edge.GetAsync("/v1/videos", key);
        using var second = await edge.GetAsync("/v1/videos", key);
        using var third = await edge.GetAsync("/v1/videos", key);

        Assert.Equal((200, 200), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.Equal(("8", "1"), (first.Header("x-ratelimit-limit-requests"), first.Header("x-ratelimit-remaining-requests")));
        Assert.Matches(@"^[\d.]+m?s$", first.Header("x-ratelimit-reset-requests"));
        Assert.Equal("\"read-key\";q=8;w=60", first.Header("RateLimit-Policy"));
        Assert.Matches("^\"read-key\";r=1;t=[1-8]$", first.Header("RateLimit"));

        var error = await third.ErrorAsync(429);
        Assert.Equal(("requests", "rate_limit_exceeded", null), (error.Type, error.Code, error.Param));
        Assert.Contains("8 requests per minute", error.Message, StringComparison.Ordinal);
        Assert.Equal("0", third.Header("x-ratelimit-remaining-requests"));
        Assert.InRange(int.Parse(third.Header("Retry-After")), 1, 8);
        Assert.InRange(int.Parse(third.Header("retry-after-ms")), 1, 8000);
    }

    [Fact]
    public async Task Waiting_as_long_as_told_is_enough()
    {
        var (_, key) = await edge.CreateLimitedKeyAsync(requestsPerMinute: 60);
        while (true)
        {
            using var answer = await edge.GetAsync("/v1/videos", key);
            if ((int)answer.StatusCode == 429)
            {
                await Task.Delay(
                    int.Parse(answer.Header("retry-after-ms")), TestContext.Current.CancellationToken);
                break;
            }
        }

        using var again = await edge.GetAsync("/v1/videos", key);
        Assert.Equal(200, (int)again.StatusCode);
    }

    [Fact]
    public async Task Polls_creates_and_other_changes_are_counted_apart()
    {
        var (_, key) = await edge.CreateLimitedKeyAsync(requestsPerMinute: 1, createsPerMinute: 1);

        Assert.Equal((200, 429), (await StatusAsync("GET", "/v1/videos"), await StatusAsync("GET", "/v1/videos/video_1")));
        Assert.Equal((200, 429), (await StatusAsync("POST", "/v1/videos"), await StatusAsync("POST", "/v1/videos/v/remix")));
        Assert.Equal((200, 429), (await StatusAsync("DELETE", "/v1/videos/v"), await StatusAsync("DELETE", "/v1/videos/v")));

        async Task<int> StatusAsync(string method, string path)
        {
            using var answer = await edge.SendAsync(edge.Request(new HttpMethod(method), path, key));
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task Keys_share_their_projects_limit_and_projects_their_organisations()
    {
        var gateway = await StartAsync(("Read:PerProject", "8"), ("Read:PerOrganization", "12"));
        var organization = $"org_{Guid.NewGuid():n}";
        var project = $"proj_{Guid.NewGuid():n}";
        var first = await edge.CreatePersonAsync("owner", organization: organization, project: project);
        var second = await edge.CreatePersonAsync("owner", organization: organization, project: project);
        var neighbour = await edge.CreatePersonAsync("owner", organization: organization, project: $"proj_{Guid.NewGuid():n}");
        var stranger = await edge.CreateStrangerAsync();

        var statuses = new List<int>();
        foreach (var key in new[] { first.Key, second.Key, first.Key, neighbour.Key, neighbour.Key, stranger.Key })
        {
            statuses.Add((int)(await AskAsync(gateway, key)).StatusCode);
        }

        Assert.Equal([200, 200, 429, 200, 429, 200], statuses);
    }

    [Fact]
    public async Task Requests_at_the_same_time_are_bounded_and_free_their_place_when_they_end()
    {
        var gateway = await StartAsync(("InFlight:PerKey", "2"));
        var (_, key) = await edge.CreateKeyAsync();
        var path = $"/v1/videos/video_{Guid.NewGuid():n}";
        var (arrived, release) = (0, new TaskCompletionSource());
        edge.Stub("video-service").On(path, async context =>
        {
            Interlocked.Increment(ref arrived);
            await release.Task;
        });
        var held = new[] { AskAsync(gateway, key, path), AskAsync(gateway, key, path) };
        await Wait.UntilAsync("both are being answered", _ => Task.FromResult(Volatile.Read(ref arrived) == 2));

        using var third = await AskAsync(gateway, key);
        Assert.Contains("same time", (await third.ErrorAsync(429)).Message, StringComparison.Ordinal);
        release.SetResult();
        foreach (var answer in await Task.WhenAll(held))
        {
            Assert.Equal(200, (int)answer.StatusCode);
        }

        using var later = await AskAsync(gateway, key);
        Assert.Equal(200, (int)later.StatusCode);
    }

    [Fact]
    public async Task Without_a_key_the_network_address_is_counted_and_nobody_elses_requests_suffer()
    {
        var gateway = await StartAsync(("AnonymousPerAddress", "4"), ("SignInPerAddress", "4"));
        var wrong = Gateway.ApiKeys.ApiKey.Create().Text;
        using var first = await AskAsync(gateway, wrong);
        using var second = await AskAsync(gateway, wrong);
        using var known = await AskAsync(gateway, edge.Key);
        using var signIn = await edge.Http.PostAsJsonAsync(
            new Uri(gateway.Address, "/v1/session"), new { }, TestContext.Current.CancellationToken);
        using var signInAgain = await edge.Http.PostAsJsonAsync(
            new Uri(gateway.Address, "/v1/session"), new { }, TestContext.Current.CancellationToken);

        Assert.Equal((401, 429, 200), ((int)first.StatusCode, (int)second.StatusCode, (int)known.StatusCode));
        Assert.NotEqual(429, (int)signIn.StatusCode);
        Assert.Equal(429, (int)signInAgain.StatusCode);
    }

    [Theory]
    [InlineData("Read:PerKey", "0")]
    [InlineData("Create:PerOrganization", "-1")]
    [InlineData("BurstSeconds", "61")]
    [InlineData("GatewaysAtStart", "0")]
    public async Task A_limit_that_makes_no_sense_stops_the_start(string option, string value)
    {
        var settings = await edge.NewSettingsAsync();
        settings[$"RateLimits:{option}"] = value;

        Assert.ThrowsAny<Exception>(() => edge.Start(settings));
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ms")]
    [InlineData(999.2, "1s")]
    [InlineData(1500, "1.5s")]
    [InlineData(59999, "59.999s")]
    [InlineData(360_000, "6m0s")]
    [InlineData(61_200, "1m1.2s")]
    public void Durations_are_written_as_Go_writes_them(double milliseconds, string text) =>
        Assert.Equal(text, RateHeaders.Duration(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public async Task A_limit_costs_less_than_two_milliseconds()
    {
        var buckets = edge.Services.GetRequiredService<TokenBuckets>();
        RateLimit[] limits = [.. new[] { "key", "project", "organization" }
            .Select(level => new RateLimit(level, $"rate:{level}:{Guid.NewGuid()}", 1e6, 1e6))];
        await buckets.TakeAsync(limits);
        var times = new List<double>();
        foreach (var _ in Enumerable.Range(0, 300))
        {
            var asked = Stopwatch.GetTimestamp();
            Assert.True((await buckets.TakeAsync(limits)).IsTaken);
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }

        Assert.InRange(times.Order().ElementAt(times.Count / 2), 0, 2);
    }

    private async Task<GatewayHost> StartAsync(params (string Option, string Value)[] limits)
    {
        var settings = await edge.NewSettingsAsync(edge.Database);
        foreach (var (option, value) in limits)
        {
            settings[$"RateLimits:{option}"] = value;
        }

        return edge.Start(settings);
    }

    private async Task<HttpResponseMessage> AskAsync(GatewayHost gateway, string key, string path = "/v1/usage")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await edge.SendAsync(request);
    }
}
