using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>How often one may guess a password.</summary>
public sealed class SignInThrottleTests(Edge edge) : IAsyncLifetime
{
    private Dictionary<string, string?> _settings = [];
    private GatewayHost _gateway = null!;
    private Tenant _tenant = null!;

    public async ValueTask InitializeAsync()
    {
        _settings = await edge.NewSettingsAsync();
        _settings["Sessions:TriesPerAccount"] = "3";
        _settings["Sessions:TriesPerAddress"] = "8";
        _settings["Gateway:BehindTlsProxy"] = "true"; // so that a test can come from several addresses
        _gateway = edge.Start(_settings);
        _tenant = await Tenant.CreateAsync(edge, _settings["ConnectionStrings:identitydb"]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_account_waits_after_its_tries_whether_it_exists_or_not_and_even_the_right_password_does()
    {
        foreach (var email in new[] { _tenant.Owner, "nobody@example.com" })
        {
            var statuses = new List<int>();
            foreach (var address in new[] { "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4" })
            {
                statuses.Add(await TryAsync(email, "a wrong password", address));
            }

            Assert.Equal([401, 401, 401, 429], statuses);
            Assert.Equal(429, await TryAsync(email, Tenant.Password, "192.0.2.5"));
        }
    }

    [Fact]
    public async Task The_answer_says_how_long_to_wait_and_waiting_helps()
    {
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await TryAsync(_tenant.Owner, "a wrong password", "192.0.2.1");
        }

        using (var answer = await SendAsync(_gateway, _tenant.Owner, Tenant.Password, "192.0.2.1"))
        {
            Assert.Equal("too_many_tries", (await answer.ErrorAsync(429)).Code);
            Assert.InRange(int.Parse(answer.Header("Retry-After")), 880, 900);
        }

        await _tenant.QueryAsync<int>("update sign_in_tries set forgotten_at = now()");
        Assert.Equal(200, await TryAsync(_tenant.Owner, Tenant.Password, "192.0.2.1"));
    }

    [Fact]
    public async Task An_address_waits_whatever_accounts_it_tries_and_right_passwords_do_not_count()
    {
        foreach (var _ in Enumerable.Range(0, 12))
        {
            Assert.Equal(200, await TryAsync(_tenant.Owner, Tenant.Password, "2001:db8::1"));
        }

        var statuses = new List<int>();
        foreach (var number in Enumerable.Range(0, 9))
        {
            statuses.Add(await TryAsync($"{number}@example.com", "a wrong password", $"2001:db8::{number}"));
        }

        Assert.Equal([.. Enumerable.Repeat(401, 8), 429], statuses);
        Assert.Equal(429, await TryAsync(_tenant.Owner, Tenant.Password, "2001:db8::ffff"));
        Assert.Equal(200, await TryAsync(_tenant.Owner, Tenant.Password, "2001:db8:0:1::1"));
    }

    [Fact]
    public async Task Tries_that_come_at_once_at_two_gateways_are_counted_together()
    {
        var other = edge.Start(_settings);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(number =>
            SendAsync(number % 2 == 0 ? _gateway : other, _tenant.Owner, "a wrong password", $"192.0.2.{number}")));

        Assert.Equal(3, answers.Count(answer => (int)answer.StatusCode == 401));
        Assert.Equal(9, answers.Count(answer => (int)answer.StatusCode == 429));
    }

    private async Task<int> TryAsync(string email, string password, string address)
    {
        using var answer = await SendAsync(_gateway, email, password, address);
        return (int)answer.StatusCode;
    }

    private Task<HttpResponseMessage> SendAsync(GatewayHost gateway, string email, string password, string address) =>
        new Browser(edge, gateway.Address).SendAsync(
            "POST", "/v1/session", new { email, password }, request => request.Headers.Add("X-Forwarded-For", address));
}
