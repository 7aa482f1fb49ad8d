using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.ApiKeys;

/// <summary>
/// Reads <c>Authorization: Bearer KEY</c>. A refusal is a 401 in OpenAI's envelope, the same for an unknown,
/// a revoked and an expired key; it never repeats what was sent.
/// </summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    ApiKeyDirectory directory)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";

    private const string HowToSend = "Send your API key in the header 'Authorization: Bearer sora_live_…'.";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (StringValues.IsNullOrEmpty(header))
        {
            return AuthenticateResult.NoResult();
        }

        if (ReadKey(header) is not { } key || await directory.FindAsync(key, Context.RequestAborted) is not { } holder)
        {
            return AuthenticateResult.Fail("The API key is not valid.");
        }

        Context.Features.Set(holder);
        return AuthenticateResult.Success(
            new AuthenticationTicket(new ClaimsPrincipal(new CallerIdentity(holder.Caller, SchemeName)), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        var message = StringValues.IsNullOrEmpty(Request.Headers.Authorization)
            ? $"You didn't provide an API key. {HowToSend}"
            : $"Incorrect API key provided. {HowToSend}";
        return new ApiError(401, ApiError.InvalidRequest, "invalid_api_key", null, message).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var scope = Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
        return new ApiError(
            403, ApiError.InvalidRequest, "missing_scope", null, $"This API key lacks the scope '{scope}'.")
            .ExecuteAsync(Context);
    }

    private static ApiKey? ReadKey(StringValues header)
    {
        const string Bearer = "Bearer ";
        return header is [{ } value] && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? ApiKey.Parse(value[Bearer.Length..].Trim())
            : null;
    }
}
