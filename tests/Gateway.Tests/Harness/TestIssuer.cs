using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sora.Gateway.Tests.Harness;

/// <summary>
/// An identity provider on loopback: discovery, keys, and a token endpoint that holds a code against its PKCE challenge
/// and takes it once. A test says who signs in, and can have the id token altered.
/// </summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    public const string ClientId = "sora";
    public const string ClientSecret = "a secret of the client";

    private readonly ConcurrentDictionary<string, Grant> _grants = new();
    private WebApplication? _app;
    private RsaSecurityKey _key = NewKey("first");

    public string Address => _app!.Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static DateTime Now => TimeProvider.System.GetUtcNow().UtcDateTime;

    /// <summary>How often the keys were fetched.</summary>
    public int KeyReads { get; private set; }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", () => new Dictionary<string, string>
        {
            ["issuer"] = Address,
            ["authorization_endpoint"] = $"{Address}/authorize",
            ["token_endpoint"] = $"{Address}/token",
            ["jwks_uri"] = $"{Address}/keys",
        });
        _app.MapGet("/keys", Keys);
        _app.MapPost("/token", RedeemAsync);
        await _app.StartAsync();
    }

    /// <summary>Signs with a new key from now on.</summary>
    public void RotateKey() => _key = NewKey(Guid.NewGuid().ToString("n"));

    /// <summary>What a person does at the provider: signs in, and is sent back with a code.</summary>
    /// <param name="authorize">Where the gateway sent the browser.</param>
    /// <param name="claims">Who signs in: sub, email and so on.</param>
    /// <param name="alter">Changes the id token before it is signed.</param>
    /// <returns>Where the browser is sent.</returns>
    public Uri SignIn(Uri authorize, Dictionary<string, object> claims, Action<SecurityTokenDescriptor>? alter = null)
    {
        var query = QueryHelpers.ParseQuery(authorize.Query);
        var code = Guid.NewGuid().ToString("n");
        var token = new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = query["client_id"],
            Expires = Now.AddMinutes(5),
            Claims = new Dictionary<string, object>(claims) { ["nonce"] = query["nonce"].ToString() },
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
        };
        alter?.Invoke(token);
        _grants[code] = new Grant(
            new JsonWebTokenHandler().CreateToken(token), query["code_challenge"]!, query["redirect_uri"]!);
        return new Uri(QueryHelpers.AddQueryString(
            query["redirect_uri"]!, new Dictionary<string, string?> { ["code"] = code, ["state"] = query["state"] }));
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    public static RsaSecurityKey NewKey(string id) => new(RSA.Create(2048)) { KeyId = id };

    private IResult Keys()
    {
        KeyReads++;
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(_key);
        return Results.Json(new { keys = new[] { new { kty = key.Kty, kid = key.Kid, n = key.N, e = key.E, use = "sig" } } });
    }

    private async Task<IResult> RedeemAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var isOurs = form["client_id"] == ClientId && form["client_secret"] == ClientSecret;
        return isOurs && _grants.TryRemove(form["code"].ToString(), out var grant) && grant.Fits(form)
            ? Results.Json(new { access_token = "access", token_type = "Bearer", expires_in = 300, id_token = grant.IdToken })
            : Results.Json(new { error = "invalid_grant" }, statusCode: 400);
    }

    private sealed record Grant(string IdToken, string Challenge, string RedirectUri)
    {
        public bool Fits(IFormCollection form) =>
            form["redirect_uri"] == RedirectUri
            && WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())))
                == Challenge;
    }
}
