using System.Collections.Frozen;

namespace Sora.Upstreams;

/// <summary>The configured upstreams by name. Names are compared exactly.</summary>
public sealed class UpstreamCatalogue(IEnumerable<IVideoUpstream> upstreams)
{
    private readonly FrozenDictionary<string, IVideoUpstream> _upstreams =
        upstreams.ToFrozenDictionary(upstream => upstream.Name, StringComparer.Ordinal);

    /// <summary>The upstream of this name.</summary>
    /// <exception cref="KeyNotFoundException">It is not configured.</exception>
    public IVideoUpstream Get(string name) => _upstreams.TryGetValue(name, out var upstream)
        ? upstream
        : throw new KeyNotFoundException(
            $"No upstream '{name}' is configured under '{UpstreamOptions.Section}'. Configured: "
            + (_upstreams.Count == 0 ? "none." : string.Join(", ", _upstreams.Keys.Order()) + "."));

    /// <summary>Whether an upstream of this name is configured.</summary>
    public bool Contains(string name) => _upstreams.ContainsKey(name);
}
