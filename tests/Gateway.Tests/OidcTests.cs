using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;
using Sora.Gateway.Accounts;
using Sora.Gateway.Tests.Harness;
using Xunit;

namespace Sora.Gateway.Tests;

/// <summary>Signing in with an identity provider.</summary>
public sealed class OidcTests(Edge edge) : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private readonly string _subject = Guid.NewGuid().ToString("n");
    private Tenant _tenant = null!;
    private GatewayHost _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        await _issuer.StartAsync();
        _tenant = await Tenant.CreateAsync(edge);
        _gateway = await StartAsync(_ => { });
    }

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task Who_has_an_account_of_the_verified_address_is_signed_in_to_it()
    {
        var browser = await SignInAsync(Claims(_tenant.Owner));
        var session = await browser.JsonAsync("GET", "/v1/session");

        Assert.Equal(_tenant.IdOf("owner"), session.GetProperty("user").GetProperty("id").GetString());
    }

    [Fact]
    public async Task Afterwards_issuer_and_subject_are_the_identity_whatever_the_address()
    {
        await SignInAsync(Claims(_tenant.Owner));
        var member = await _tenant.AddAsync(Roles.Member);

        var browser = await SignInAsync(Claims(member));
        var session = await browser.JsonAsync("GET", "/v1/session");

        Assert.Equal(_tenant.IdOf("owner"), session.GetProperty("user").GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_invited_address_comes_in_with_what_it_is_invited_to_and_a_stranger_does_not()
    {
        var email = $"new.{_subject}@example.com";
        Assert.Equal("not_invited", await FailAsync(Claims(email)));

        var owner = await _tenant.SignInAsync();
        var invitation = await owner.JsonAsync(
            "POST", "/v1/invitations", new { email, role = "approver", project_id = _tenant.Project });
        var session = await (await SignInAsync(Claims(email))).JsonAsync("GET", "/v1/session");

        Assert.Equal(
            (email, "approver", _tenant.Project),
            (session.GetProperty("user").GetProperty("email").GetString(), session.GetProperty("role").GetString(),
                session.GetProperty("project_id").GetString()));
        Assert.Equal(
            "invitation.created invitation.accepted",
            await _tenant.AuditedAsync(invitation.GetProperty("id").GetString()!));
    }

    [Fact]
    public async Task An_allowed_domain_joins_by_itself_and_another_does_not()
    {
        var gateway = await StartAsync(settings =>
        {
            settings["Oidc:AllowedDomains:0"] = "Example.com";
            settings["Oidc:AutoJoinRole"] = "viewer";
            settings["Oidc:AutoJoinProject"] = _tenant.Project;
        });

        Assert.Equal("not_invited", await FailAsync(Claims("somebody@example.org"), gateway: gateway));
        Assert.Equal("not_invited", await FailAsync(Claims("somebody@evil-example.com"), gateway: gateway));
        var browser = await SignInAsync(Claims($"somebody.{_subject}@example.com"), gateway: gateway);
        var session = await browser.JsonAsync("GET", "/v1/session");

        Assert.Equal(
            ("viewer", _tenant.Project),
            (session.GetProperty("role").GetString(), session.GetProperty("project_id").GetString()));
    }

    [Fact]
    public async Task Whom_every_organization_has_disabled_does_not_get_in()
    {
        await _tenant.QueryAsync<int>(
            "update organization_members set disabled_at = now() where organization_id = @Organization",
            new { _tenant.Organization });

        Assert.Equal("not_invited", await FailAsync(Claims(_tenant.Owner)));
    }

    [Theory]
    [InlineData("an unverified address", "not_invited")]
    [InlineData("no word of verification", "not_invited")]
    [InlineData("no address", "not_invited")]
    [InlineData("another nonce", "oidc_failed")]
    [InlineData("no nonce", "oidc_failed")]
    [InlineData("another audience", "oidc_failed")]
    [InlineData("another issuer", "oidc_failed")]
    [InlineData("an expired token", "oidc_failed")]
    [InlineData("an unknown key", "oidc_failed")]
    [InlineData("a key of the known id that is another", "oidc_failed")]
    [InlineData("no signature", "oidc_failed")]
    [InlineData("the client's secret as the key", "oidc_failed")]
    [InlineData("no subject", "oidc_failed")]
    public async Task An_id_token_with_a_fault_signs_nobody_in(string fault, string code)
    {
        var claims = Claims(_tenant.Owner);
        Assert.Equal(code, await FailAsync(claims, token => Spoil(token, fault)));
    }

    [Theory]
    [InlineData("state", "wrong")]
    [InlineData("state", "")]
    [InlineData("code", "wrong")]
    [InlineData("code", "")]
    [InlineData("error", "access_denied")]
    public async Task A_callback_with_a_fault_signs_nobody_in(string parameter, string value)
    {
        var (authorize, cookie) = await BeginAsync(_gateway);
        var callback = _issuer.SignIn(authorize, Claims(_tenant.Owner));
        var query = QueryHelpers.ParseQuery(callback.Query)
            .ToDictionary(pair => pair.Key, pair => (string?)pair.Value.ToString());
        query[parameter] = value;

        Assert.Equal("oidc_failed", await RefusedAsync(
            new Uri(QueryHelpers.AddQueryString(callback.GetLeftPart(UriPartial.Path), query)), cookie));
    }

    [Fact]
    public async Task A_callback_counts_once_and_only_in_the_browser_that_began()
    {
        var (authorize, cookie) = await BeginAsync(_gateway);
        var (_, cookieOfAnother) = await BeginAsync(_gateway);
        var callback = _issuer.SignIn(authorize, Claims(_tenant.Owner));

        Assert.Equal("oidc_failed", await RefusedAsync(callback, cookie: null));
        Assert.Equal("oidc_failed", await RefusedAsync(callback, cookieOfAnother));
        using (var answer = await CallBackAsync(callback, cookie))
        {
            Assert.Equal(("/", 302), (answer.Headers.Location?.ToString(), (int)answer.StatusCode));
            Assert.NotNull(Browser.SetCookie(answer));
        }

        Assert.Equal("oidc_failed", await RefusedAsync(callback, cookie)); // the code is spent
    }

    [Fact]
    public async Task A_new_key_of_the_provider_is_found_and_an_invented_one_does_not_make_us_ask_again_and_again()
    {
        await SignInAsync(Claims(_tenant.Owner));
        var reads = _issuer.KeyReads;
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await FailAsync(Claims(_tenant.Owner), token => Spoil(token, "an unknown key"));
        }

        Assert.Equal(reads, _issuer.KeyReads); // read less than half a minute ago
        _issuer.RotateKey();
        var later = await StartAsync(_ => { });
        await SignInAsync(Claims(_tenant.Owner), gateway: later);
    }

    [Fact]
    public async Task The_browser_is_sent_with_state_nonce_and_a_challenge_and_gets_a_cookie_for_this_host_alone()
    {
        var (authorize, cookie) = await BeginAsync(_gateway);
        var query = QueryHelpers.ParseQuery(authorize.Query);

        Assert.Equal($"{_issuer.Address}/authorize", authorize.GetLeftPart(UriPartial.Path));
        Assert.Equal(
            ["code", "S256", "openid email profile"],
            [query["response_type"].ToString(), query["code_challenge_method"].ToString(), query["scope"].ToString()]);
        Assert.Equal($"{_gateway.Address}auth/oidc/callback", query["redirect_uri"].ToString());
        Assert.All(["state", "nonce", "code_challenge"], name => Assert.True(query[name].ToString().Length >= 43));
        Assert.StartsWith("__Host-sora-oidc-", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_configuration_there_is_no_such_route()
    {
        using var answer = await edge.GetAsync("/auth/oidc/start", key: null);
        Assert.Equal("unknown_url", (await answer.ErrorAsync(404)).Code);
    }

    private async Task<GatewayHost> StartAsync(Action<Dictionary<string, string?>> alter)
    {
        var settings = await edge.NewSettingsAsync(edge.Database);
        settings["Oidc:Authority"] = _issuer.Address;
        settings["Oidc:ClientId"] = TestIssuer.ClientId;
        settings["Oidc:ClientSecret"] = TestIssuer.ClientSecret;
        alter(settings);
        return edge.Start(settings);
    }

    private Dictionary<string, object> Claims(string email) => new()
    {
        ["sub"] = _subject,
        ["email"] = email,
        ["email_verified"] = true,
        ["name"] = "Somebody",
    };

    private static void Spoil(SecurityTokenDescriptor token, string fault)
    {
        Action spoil = fault switch
        {
            "an unverified address" => () => token.Claims["email_verified"] = false,
            "no word of verification" => () => token.Claims.Remove("email_verified"),
            "no address" => () => token.Claims.Remove("email"),
            "another nonce" => () => token.Claims["nonce"] = "another",
            "no nonce" => () => token.Claims.Remove("nonce"),
            "another audience" => () => token.Audience = "another",
            "another issuer" => () => token.Issuer = "http://127.0.0.1:1",
            "an expired token" => () =>
                (token.NotBefore, token.Expires) = (DateTime.UnixEpoch, TestIssuer.Now.AddMinutes(-2)),
            "an unknown key" => () => token.SigningCredentials = Signed(TestIssuer.NewKey("unknown")),
            "a key of the known id that is another" => () => token.SigningCredentials = Signed(TestIssuer.NewKey("first")),
            "no signature" => () => token.SigningCredentials = null,
            "the client's secret as the key" => () => token.SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(TestIssuer.ClientSecret.PadRight(32))),
                SecurityAlgorithms.HmacSha256),
            "no subject" => () => token.Claims.Remove("sub"),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };
        spoil();

        static SigningCredentials Signed(RsaSecurityKey key) => new(key, SecurityAlgorithms.RsaSha256);
    }

    private async Task<(Uri Authorize, string Cookie)> BeginAsync(GatewayHost gateway)
    {
        using var answer = await new Browser(edge, gateway.Address).SendAsync("GET", "/auth/oidc/start");
        Assert.Equal(302, (int)answer.StatusCode);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("; path=/; secure; samesite=lax; httponly", cookie, StringComparison.Ordinal);
        return (answer.Headers.Location!, cookie.Split(';')[0]);
    }

    private async Task<Browser> SignInAsync(Dictionary<string, object> claims, GatewayHost? gateway = null)
    {
        var (authorize, cookie) = await BeginAsync(gateway ?? _gateway);
        using var answer = await CallBackAsync(_issuer.SignIn(authorize, claims), cookie);
        var set = Browser.SetCookie(answer);
        Assert.True(set is not null, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return new Browser(edge) { Token = set.Split(';')[0].Split('=')[1] };
    }

    private async Task<string?> FailAsync(
        Dictionary<string, object> claims, Action<SecurityTokenDescriptor>? alter = null, GatewayHost? gateway = null)
    {
        var (authorize, cookie) = await BeginAsync(gateway ?? _gateway);
        return await RefusedAsync(_issuer.SignIn(authorize, claims, alter), cookie);
    }

    private async Task<string?> RefusedAsync(Uri callback, string? cookie)
    {
        using var answer = await CallBackAsync(callback, cookie);
        Assert.Null(Browser.SetCookie(answer));
        return (await answer.ErrorAsync(403)).Code;
    }

    private async Task<HttpResponseMessage> CallBackAsync(Uri callback, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, callback);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return await edge.SendAsync(request);
    }
}
