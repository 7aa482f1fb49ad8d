using System.Collections.Concurrent;

namespace Sora.Simulator.Control;

/// <summary>Counts the calls of each operation since the start: the witness of "exactly one POST an attempt".</summary>
internal sealed class Traffic : IEndpointFilter
{
    private readonly ConcurrentDictionary<string, long> _calls = new();

    /// <summary>By the name of the route, for example <c>CreateVideo</c>.</summary>
    public IReadOnlyDictionary<string, long> Calls => _calls;

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>() is { } operation)
        {
            _calls.AddOrUpdate(operation.EndpointName, 1, (_, calls) => calls + 1);
        }

        return next(context);
    }
}
