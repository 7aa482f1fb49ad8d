using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults.Errors;

namespace Sora.Simulator;

/// <summary>Lets only the configured key in.</summary>
internal sealed class BearerKey(IOptions<SimulatorOptions> options) : IEndpointFilter
{
    private readonly byte[] _expected = Encoding.UTF8.GetBytes($"Bearer {options.Value.ApiKey}");

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var given = Encoding.UTF8.GetBytes(context.HttpContext.Request.Headers.Authorization.ToString());
        return CryptographicOperations.FixedTimeEquals(given, _expected)
            ? next(context)
            : ValueTask.FromResult<object?>(new ApiError(
                StatusCodes.Status401Unauthorized,
                ApiError.InvalidRequest,
                "invalid_api_key",
                null,
                "Incorrect API key provided."));
    }
}
