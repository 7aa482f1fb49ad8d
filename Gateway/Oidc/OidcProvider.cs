using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sora.Gateway.Oidc;

/// <summary>
/// What the identity provider says of itself (OpenID Connect Discovery 1.0) and the keys that it signs with: read when
/// first needed, kept for an hour, read again when a token is signed with a key that is not among them.
/// </summary>
internal sealed class OidcProvider(IHttpClientFactory clients, IOptions<OidcOptions> options, TimeProvider clock)
    : IDisposable
{
    public const string HttpClientName = "oidc";

    private static readonly TimeSpan MaximumAge = TimeSpan.FromHours(1);

    // Tokens with invented key ids do not make us ask more often.
    private static readonly TimeSpan MinimumAge = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    // Signatures that only the provider can make: none of a shared secret, and never "none".
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256,
        SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.EcdsaSha384,
    ];

    private readonly JsonWebTokenHandler _tokens = new() { MapInboundClaims = false };
    private readonly SemaphoreSlim _gate = new(1);
    private OidcDocument? _document;

    /// <summary>The provider's endpoints and keys.</summary>
    /// <exception cref="HttpRequestException">The provider does not answer, or says that it is another.</exception>
    public async Task<OidcDocument> ReadAsync(CancellationToken cancellationToken) =>
        _document is { } known && !IsOlder(known, MaximumAge)
            ? known
            : await RefreshAsync(MaximumAge, cancellationToken);

    /// <summary>
    /// What an id token says, if it is this provider's, for us, of now and of this sign-in (Core 1.0, 3.1.3.7).
    /// </summary>
    /// <exception cref="SecurityTokenException">It is not.</exception>
    public async Task<OidcIdentity> VerifyAsync(string token, string nonce, CancellationToken cancellationToken)
    {
        var result = await _tokens.ValidateTokenAsync(token, Parameters(await ReadAsync(cancellationToken)));
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            result = await _tokens.ValidateTokenAsync(
                token, Parameters(await RefreshAsync(MinimumAge, cancellationToken)));
        }

        if (!result.IsValid)
        {
            throw new SecurityTokenException("The id token is not valid.", result.Exception);
        }

        var claims = (JsonWebToken)result.SecurityToken;
        return Text(claims, "nonce") == nonce && claims.Subject is { Length: > 0 and <= 255 } subject
            ? new OidcIdentity(
                claims.Issuer,
                subject,
                Text(claims, "email"),
                claims.TryGetPayloadValue<bool>("email_verified", out var verified) && verified,
                Text(claims, "name"))
            : throw new SecurityTokenException("The id token is of another sign-in.");
    }

    public void Dispose() => _gate.Dispose();

    private TokenValidationParameters Parameters(OidcDocument document) => new()
    {
        ValidIssuer = document.Issuer,
        ValidAudience = options.Value.ClientId,
        IssuerSigningKeys = document.Keys,
        ValidAlgorithms = Algorithms,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        LifetimeValidator = (notBefore, expires, _, _) =>
        {
            var now = clock.GetUtcNow().UtcDateTime;
            return (notBefore is null || notBefore <= now + ClockSkew) && expires > now - ClockSkew;
        },
    };

    private async Task<OidcDocument> RefreshAsync(TimeSpan unlessYoungerThan, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _document is { } known && !IsOlder(known, unlessYoungerThan)
                ? known
                : _document = await FetchAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<OidcDocument> FetchAsync(CancellationToken cancellationToken)
    {
        var client = clients.CreateClient(HttpClientName);
        var authority = options.Value.Authority!.TrimEnd('/');
        var metadata = await client.GetFromJsonAsync<JsonElement>(
            $"{authority}/.well-known/openid-configuration", cancellationToken);
        var issuer = Member("issuer");
        if (issuer.TrimEnd('/') != authority)
        {
            throw new HttpRequestException("The identity provider names another issuer than Oidc:Authority.");
        }

        var keys = new JsonWebKeySet(await client.GetStringAsync(Member("jwks_uri"), cancellationToken));
        return new OidcDocument(
            issuer, Member("authorization_endpoint"), Member("token_endpoint"), [.. keys.GetSigningKeys()],
            clock.GetTimestamp());

        string Member(string name) =>
            metadata.TryGetProperty(name, out var value) && value.GetString() is { } text
                ? text
                : throw new HttpRequestException($"The identity provider's configuration has no '{name}'.");
    }

    private bool IsOlder(OidcDocument document, TimeSpan age) => clock.GetElapsedTime(document.ReadAt) > age;

    private static string? Text(JsonWebToken token, string name) =>
        token.TryGetPayloadValue<string>(name, out var text) ? text : null;
}

/// <summary>Where the provider is asked, and what it signs with.</summary>
internal sealed record OidcDocument(
    string Issuer, string AuthorizationEndpoint, string TokenEndpoint, IReadOnlyList<SecurityKey> Keys, long ReadAt);

/// <summary>Who the provider says that somebody is.</summary>
internal sealed record OidcIdentity(string Issuer, string Subject, string? Email, bool IsEmailVerified, string? Name);
