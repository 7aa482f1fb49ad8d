using System.Net;
using Sora.TestServers.Processes;
using Xunit;

namespace Sora.Platform.Tests.Isolation;

/// <summary>
/// A tenant with one of everything, and a dozen visitors who come to every route with its ids: who they are, what they were
/// answered, and what the tenant owned before and after.
/// </summary>
public sealed class IsolationWalk(PlatformFixture platform) : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _open = [];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false })
    {
        BaseAddress = platform.System.Gateway.Address,
        Timeout = TimeSpan.FromSeconds(60),
    };

    internal Policy Policy { get; } = Policy.Read();

    internal IReadOnlyList<PublicRoute> Routes { get; } = PublicRoute.ReadTable();

    internal Estate Tenant { get; private set; } = null!;

    internal Organization Stranger { get; private set; } = null!;

    internal IReadOnlyList<Visit> Visits { get; private set; } = [];

    internal IReadOnlyList<string> Before { get; private set; } = [];

    internal IReadOnlyList<string> After { get; private set; } = [];

    /// <summary>What others than the tenant were sent unasked, by who they are.</summary>
    internal Dictionary<string, string> Overheard { get; } = [];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Stranger = await Organization.FoundAsync(platform.System);
        var owner = await Stranger.SignInAsync(_http);
        var key = await Visitor.KeyAsync(_http, owner, new { name = "Theirs", scopes = new[] { "*" } });
        Tenant = await Estate.FoundAsync(platform.System, _http);
        var elsewhere = await Visitor.KeyAsync(
            _http, Tenant.Owner, new { name = "Watch", scopes = new[] { "*" }, project = Tenant.Organization.OtherProject });
        var listeners = new[]
        {
            await ListenAsync("stranger", Requests.With(key)),
            await ListenAsync("elsewhere", Requests.With(elsewhere)),
        };

        var inbox = Open(await Inbox.OpenAsync());
        await Tenant.FurnishAsync(_http, inbox);
        var visitors = await Visitor.InviteAsync(
            _http, Tenant, owner, key, login => Organization.ExpireAsync(platform.System, login).GetAwaiter().GetResult());
        Assert.Equal(Policy.Visitors, visitors.Select(visitor => visitor.Name));
        Before = await HoldingsAsync();
        Visits = await WalkAsync(visitors);
        After = await HoldingsAsync();
        foreach (var (name, tap, box) in listeners)
        {
            await Wait.UntilAsync($"{name} has heard of their own video", _ => Task.FromResult(
                tap.Heard.Contains("video.completed", StringComparison.Ordinal) && box.Received.Count > 0));
            Overheard[$"{name}'s stream"] = tap.Heard;
            Overheard[$"{name}'s webhooks"] = string.Join('\n', box.Received);
        }

        await MistypeLinkAsync();
        await FlushTelemetryAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var open in _open)
        {
            await open.DisposeAsync();
        }

        _http.Dispose();
    }

    private T Open<T>(T resource)
        where T : IAsyncDisposable
    {
        _open.Add(resource);
        return resource;
    }

    private async Task<(string Name, EventTap Tap, Inbox Box)> ListenAsync(string name, Action<HttpRequestMessage> identify)
    {
        var box = Open(await Inbox.OpenAsync());
        await _http.CallAsync(identify, "POST", "/v1/webhook_endpoints", new
        {
            name,
            url = $"{box.Address}/{name}",
            event_types = new[] { "video.completed", "video.failed" },
        });
        return (name, Open(await EventTap.OpenAsync(_http, identify)), box);
    }

    private async Task<IReadOnlyList<Visit>> WalkAsync(IReadOnlyList<Visitor> visitors)
    {
        var visits = new List<Visit>();
        foreach (var line in Policy.Lines)
        {
            var route = Routes.MaxBy(route => route.Fit(line.Method, line.Path))!;
            visits.AddRange(await Task.WhenAll(visitors
                .Where(visitor => line.Cells[visitor.Name].Status is not null)
                .Select(visitor => Visit.MakeAsync(_http, line, route, visitor, Tenant.Things))));
        }

        return visits;
    }

    private async Task<IReadOnlyList<string>> HoldingsAsync()
    {
        var rows = await Task.WhenAll(TenantDatabase.Of(platform.System)
            .Select(database => database.HoldingsAsync(Tenant.Organization)));
        return [.. rows.SelectMany(row => row)];
    }

    /// <summary>Previews ask with HEAD, and people paste too much: neither is a route, and both hold the secret.</summary>
    private async Task MistypeLinkAsync()
    {
        using var head = new HttpRequestMessage(HttpMethod.Head, $"/s/{Tenant.Secrets["share token"]}");
        using var refused = await _http.SendAsync(head);
        using var unknown = await _http.GetAsync($"/s/{Tenant.Secrets["share token"]}/and");
        Assert.Equal(
            (HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotFound), (refused.StatusCode, unknown.StatusCode));
    }

    /// <summary>A service exports in its order: what comes after everything else says that all has come.</summary>
    private async Task FlushTelemetryAsync()
    {
        var last = $"/v1/models/{Scenario.NewMark()}";
        await Visit.MakeAsync(
            _http, new PolicyLine(0, "GET", last, new Dictionary<string, Verdict>(), null, null), Routes[0],
            new Visitor("owner", (request, _) => Tenant.Owner.Apply(request), new Dictionary<string, string>()),
            new Dictionary<string, string>());
        await Wait.UntilAsync("the last request's spans and logs are exported", async token =>
            (await Evidence.ReadAsync(Scenario.TelemetryOf(platform.System), token)).Holds($"{last} HTTP/1.1")
            && platform.System.Telemetry.Spans.Any(span =>
                span.Service == "video-service" && span.Attributes.GetValueOrDefault("url.path") == last));
    }
}
