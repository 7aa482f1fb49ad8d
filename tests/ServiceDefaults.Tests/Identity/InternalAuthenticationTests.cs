using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Identity;

namespace Sora.ServiceDefaults.Tests.Identity;

public sealed class InternalAuthenticationTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeClock _clock = new(Noon);
    private TestService _service = null!;

    public async ValueTask InitializeAsync() =>
        _service = await TestService.With()
            .Add(builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(_clock);
                builder.AddInternalAuthentication();
            })
            .StartAsync(app =>
            {
                app.MapGet("/me", (Caller caller) => caller);
                app.MapGet("/internal/me", (Caller caller) => caller)
                    .RequireAuthorization(InternalAuthentication.FromService);
            });

    public async ValueTask DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task A_valid_token_says_who_calls()
    {
        using var client = _service.Client(Mint());
        using var answer = await client.GetAsync("/me", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            """
            {"user":"user_ann","organization":"org_1","project":"proj_a","role":"member","scopes":["videos"],
            "key_id":"key_1","retention_days":30,"models":null}
            """.ReplaceLineEndings(""),
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_a_token_nobody_is_answered()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync("/me"));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync("/me", ""));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync("/me", "nonsense"));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync("/internal/me"));
        Assert.Equal(HttpStatusCode.OK, await CallAsync("/alive"));
    }

    [Fact]
    public async Task Two_tokens_are_as_good_as_none()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync("/me", Mint(), Mint()));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync("/me", $"{Mint()},{Mint()}"));
    }

    [Fact]
    public async Task A_token_with_any_character_changed_is_refused()
    {
        var token = Mint();

        // The last character of the signature holds two bits that no byte is made of.
        for (var position = 0; position < token.Length - 1; position++)
        {
            var forged = token[..position] + (token[position] == 'A' ? 'B' : 'A') + token[(position + 1)..];
            Assert.Null(await _service.Services.GetRequiredService<InternalTokens>().VerifyAsync(forged));
        }
    }

    [Fact]
    public async Task A_token_of_another_secret_is_refused()
    {
        var secret = Convert.ToBase64String(SHA256.HashData("another installation"u8));

        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync("/me", Mint(secret: secret)));
    }

    [Fact]
    public async Task A_token_for_another_service_is_refused() =>
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync("/me", Mint(audience: "video-service")));

    [Theory]
    [InlineData(-6, HttpStatusCode.Unauthorized), InlineData(-4, HttpStatusCode.OK), InlineData(0, HttpStatusCode.OK)]
    [InlineData(64, HttpStatusCode.OK), InlineData(66, HttpStatusCode.Unauthorized)]
    public async Task A_token_lives_for_a_minute_and_five_seconds_of_difference_between_clocks(
        int seconds, HttpStatusCode expected)
    {
        var token = Mint();
        _clock.Now = Noon.AddSeconds(seconds);

        Assert.Equal(expected, await CallAsync("/me", token));
    }

    [Theory]
    [InlineData("none"), InlineData("None"), InlineData("HS384"), InlineData("HS512"), InlineData("RS256")]
    public async Task A_token_of_another_algorithm_is_refused(string algorithm)
    {
        var parts = Mint().Split('.');
        var head = Encode(Encoding.UTF8.GetBytes($$"""{"alg":"{{algorithm}}","typ":"JWT"}"""));
        var text = Encoding.ASCII.GetBytes($"{head}.{parts[1]}");
        var key = Convert.FromBase64String(TestService.Secret);
        var signature = algorithm switch
        {
            "HS384" => Encode(HMACSHA384.HashData(key, text)),
            "HS512" => Encode(HMACSHA512.HashData(key, text)),
            _ => "",
        };

        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync("/me", $"{head}.{parts[1]}.{signature}"));
    }

    [Fact]
    public async Task A_token_without_an_end_is_refused()
    {
        var parts = Mint().Split('.');
        var claims = JsonNode.Parse(Decode(parts[1]))!.AsObject();
        claims.Remove("exp");
        var unsigned = $"{parts[0]}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        var signature = HMACSHA256.HashData(
            Convert.FromBase64String(TestService.Secret), Encoding.ASCII.GetBytes(unsigned));

        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync("/me", $"{unsigned}.{Encode(signature)}"));
    }

    [Fact]
    public async Task Internal_routes_answer_services_and_not_the_gateway()
    {
        Assert.Equal(HttpStatusCode.OK, await CallAsync("/internal/me", Mint(issuer: "video-service")));
        Assert.Equal(HttpStatusCode.Forbidden, await CallAsync("/internal/me", Mint(issuer: "gateway")));
        Assert.Equal(HttpStatusCode.OK, await CallAsync("/me", Mint(issuer: "gateway")));
    }

    [Theory]
    [InlineData(""), InlineData("not base64!"), InlineData("c2hvcnQ=")]
    [InlineData("MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMQ==")]
    public async Task A_weak_secret_stops_the_start(string secret)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => TestService
            .With(("InternalIdentity:Secret", secret))
            .Add(builder => builder.AddInternalAuthentication())
            .StartAsync());

        Assert.Contains("openssl rand -base64 32", failure.Message);
        Assert.True(secret.Length == 0 || !failure.Message.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_written_to_the_home_of_the_account() =>
        Assert.Null(_service.Services.GetService<Microsoft.AspNetCore.DataProtection.IDataProtectionProvider>());

    private static string Mint(
        string audience = TestService.Name, string issuer = "video-service", string secret = TestService.Secret) =>
        new InternalTokens(
            Options.Create(new InternalIdentityOptions { Secret = secret }), new ServiceName(issuer), new FakeClock(Noon))
            .Mint(audience, TestService.Ann);

    private async Task<HttpStatusCode> CallAsync(string path, params string[] tokens)
    {
        using var client = _service.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(InternalTokens.Header, tokens);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private static byte[] Decode(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
}
