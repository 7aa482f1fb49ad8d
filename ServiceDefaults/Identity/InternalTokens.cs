using System.Security.Claims;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sora.ServiceDefaults.Identity;

/// <summary>
/// Mints and verifies <c>X-Internal-Identity</c>: a JWS (RFC 7515, HS256) that lives for a minute and names one audience.
/// </summary>
public sealed class InternalTokens(IOptions<InternalIdentityOptions> options, ServiceName service, TimeProvider clock)
{
    public const string Header = "X-Internal-Identity";

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials = new(
        new SymmetricSecurityKey(options.Value.Key), SecurityAlgorithms.HmacSha256);

    /// <summary>A token by which this service speaks to <paramref name="audience"/> on behalf of the caller.</summary>
    public string Mint(string audience, Caller caller)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>
        {
            [InternalClaims.Subject] = caller.User,
            [InternalClaims.Organization] = caller.Organization,
            [InternalClaims.Project] = caller.Project,
            [InternalClaims.Role] = caller.Role,
            [InternalClaims.Scopes] = caller.Scopes,
            [InternalClaims.RetentionDays] = caller.RetentionDays,
        };
        if (caller.KeyId is not null)
        {
            claims[InternalClaims.KeyId] = caller.KeyId;
        }

        if (caller.Models is not null)
        {
            claims[InternalClaims.Models] = string.Join(' ', caller.Models);
        }

        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = service.Value,
            Audience = audience,
            NotBefore = now,
            Expires = now + Lifetime,
            Claims = claims,
            SigningCredentials = _credentials,
        });
    }

    /// <summary>Who speaks, or null when the token is forged, stale, or meant for another service.</summary>
    public async Task<ClaimsIdentity?> VerifyAsync(string token)
    {
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAudience = service.Value,
            ValidateIssuer = false,
            IssuerSigningKey = _credentials.Key,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            RequireExpirationTime = true,
            LifetimeValidator = (notBefore, expires, _, _) => IsCurrent(notBefore, expires),
        });
        return result.IsValid ? result.ClaimsIdentity : null;
    }

    private bool IsCurrent(DateTime? notBefore, DateTime? expires)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return notBefore <= now + ClockSkew && expires > now - ClockSkew;
    }
}
