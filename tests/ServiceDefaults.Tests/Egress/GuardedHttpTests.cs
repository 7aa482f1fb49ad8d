using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Options;

namespace Sora.ServiceDefaults.Tests.Egress;

/// <summary>A web server on loopback stands for everything that users' URLs must not reach.</summary>
public sealed class GuardedHttpTests : IAsyncLifetime
{
    private readonly WebApplication _inside;
    private int _connections;
    private int _port;

    public GuardedHttpTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, 0, listen => listen.Use(next =>
            connection =>
            {
                Interlocked.Increment(ref _connections);
                return next(connection);
            })));
        _inside = builder.Build();
        _inside.MapGet("/moved", () => Results.Redirect("/elsewhere"));
        _inside.MapGet("/cookie", (HttpContext context) => context.Response.Cookies.Append("name", "value"));
        _inside.MapFallback((HttpRequest request) => string.Join(
            '\n', request.Headers.Select(header => $"{header.Key}: {header.Value}").Order()));
    }

    public async ValueTask InitializeAsync()
    {
        await _inside.StartAsync();
        _port = new Uri(_inside.Urls.Single()).Port;
    }

    public async ValueTask DisposeAsync() => await _inside.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1"), InlineData("127.1"), InlineData("0x7f.1"), InlineData("2130706433"), InlineData("0177.0.0.1")]
    [InlineData("0x7f000001"), InlineData("127.0.0.1."), InlineData("①②⑦.⓪.⓪.①"), InlineData("127。0。0。1")]
    [InlineData("localhost"), InlineData("localhost."), InlineData("LOCALHOST"), InlineData("0.0.0.0"), InlineData("0")]
    [InlineData("[::1]"), InlineData("[::ffff:127.0.0.1]"), InlineData("[::ffff:7f00:1]"), InlineData("[::127.0.0.1]")]
    [InlineData("[::]"), InlineData("[64:ff9b::127.0.0.1]"), InlineData("[2002:7f00:1::]")]
    public async Task No_spelling_of_loopback_gets_a_connection(string host)
    {
        using var http = Client(allowHttp: true);

        foreach (var scheme in new[] { "http", "https" })
        {
            // Some spellings are names that no resolver knows: that is as good as refused.
            var refusal = await Assert.ThrowsAnyAsync<Exception>(() => GetAsync(http, $"{scheme}://{host}:{_port}/"));
            Assert.True(refusal is EgressRefusedException or HttpRequestException, refusal.ToString());
            Assert.DoesNotContain("127.0.0.1", refusal is EgressRefusedException ? refusal.Message : "");
        }

        Assert.Equal(0, _connections);
    }

    [Fact]
    public async Task The_names_of_this_machine_get_no_connection()
    {
        using var http = Client(allowHttp: true);

        foreach (var name in File.ReadLines("/etc/hosts").Select(line => line.Split('#')[0])
            .SelectMany(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Skip(1))
            .Append(Dns.GetHostName()).Distinct())
        {
            await Assert.ThrowsAnyAsync<Exception>(() => GetAsync(http, $"http://{name}:{_port}/"));
        }

        Assert.Equal(0, _connections);
    }

    [Theory]
    [InlineData("http://1.1.1.1/"), InlineData("file:///etc/passwd"), InlineData("//127.0.0.1/x")]
    [InlineData("ftp://1.1.1.1/"), InlineData("gopher://1.1.1.1/"), InlineData("ws://1.1.1.1/")]
    public async Task Nothing_but_https_is_spoken(string url)
    {
        using var http = Client(networks: ["0.0.0.0/0"]);

        var refusal = await Assert.ThrowsAsync<EgressRefusedException>(() => GetAsync(http, url));

        Assert.Equal("The URL must start with https://.", refusal.Message);
    }

    [Theory]
    [InlineData("https://user@1.1.1.1/"), InlineData("https://user:password@1.1.1.1/")]
    [InlineData("https://1.1.1.1:443@127.0.0.1/")]
    public async Task A_user_name_in_the_URL_is_refused(string url)
    {
        using var http = Client();

        var refusal = await Assert.ThrowsAsync<EgressRefusedException>(() => GetAsync(http, url));

        Assert.Contains("user name", refusal.Message);
    }

    [Fact]
    public async Task The_proxy_of_the_environment_is_not_used()
    {
        Environment.SetEnvironmentVariable("https_proxy", $"http://127.0.0.1:{_port}");
        try
        {
            using var http = Client();
            await Assert.ThrowsAsync<EgressRefusedException>(() => GetAsync(http, "https://10.0.0.1/"));
            Assert.Equal(0, _connections);
        }
        finally
        {
            Environment.SetEnvironmentVariable("https_proxy", null);
        }
    }

    [Fact]
    public async Task An_allowed_network_is_reached_on_any_port_under_the_name_in_the_URL()
    {
        using var http = Client(["127.0.0.0/8", "::1/128"], allowHttp: true);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost:{_port}/image");
        request.Headers.Host = "elsewhere";
        using var trace = new Activity("a trace that strangers must not hear of").Start();

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal($"Host: localhost:{_port}", await ReadAsync(answer));
    }

    [Fact]
    public async Task A_request_is_one_span_which_names_the_host_and_nothing_that_follows_it()
    {
        using var http = Client(["127.0.0.0/8"], allowHttp: true);
        using var trace = new Activity("test").Start();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.ParentId == trace.Id && span.Kind is ActivityKind.Client)
                {
                    spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        using var answer = await GetAsync(http, $"http://127.0.0.1:{_port}/hook/secret-1?key=secret-1");

        var span = Assert.Single(spans);
        Assert.Equal(("GET", "127.0.0.1", _port, 200), (
            span.DisplayName, span.GetTagItem("server.address"), span.GetTagItem("server.port"),
            span.GetTagItem("http.response.status_code")));
        Assert.DoesNotContain(span.TagObjects, tag => $"{tag.Value}".Contains("secret-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Redirects_are_handed_back_and_cookies_forgotten()
    {
        using var http = Client(["127.0.0.0/8"], allowHttp: true);

        using var moved = await GetAsync(http, $"http://127.0.0.1:{_port}/moved");
        using var cookie = await GetAsync(http, $"http://127.0.0.1:{_port}/cookie");
        using var later = await GetAsync(http, $"http://127.0.0.1:{_port}/");

        Assert.Equal(HttpStatusCode.Found, moved.StatusCode);
        Assert.Equal($"Host: 127.0.0.1:{_port}", await ReadAsync(later));
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_not_accepted()
    {
        using var http = Client(["127.0.0.0/8"]);

        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(http, $"https://127.0.0.1:{_port}/"));
    }

    [Fact]
    public void A_network_that_cannot_be_read_stops_the_start()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["Egress:AllowedNetworks:0"] = "127.0.0.0/8";
        builder.Configuration["Egress:AllowedNetworks:1"] = "127.0.0.0/33";
        using var services = builder.AddGuardedHttp().Services.BuildServiceProvider();

        var failure = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains("not '127.0.0.0/33'", failure.Message);
    }

    private static GuardedHttp Client(string[]? networks = null, bool allowHttp = false)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["Egress:AllowHttp"] = allowHttp.ToString();
        foreach (var (index, network) in (networks ?? []).Index())
        {
            builder.Configuration[$"Egress:AllowedNetworks:{index}"] = network;
        }

        return builder.AddGuardedHttp().Services.BuildServiceProvider().GetRequiredService<GuardedHttp>();
    }

    private static Task<string> ReadAsync(HttpResponseMessage answer) =>
        answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static async Task<HttpResponseMessage> GetAsync(GuardedHttp http, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
