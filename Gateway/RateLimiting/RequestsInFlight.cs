using System.Collections.Concurrent;

namespace Sora.Gateway.RateLimiting;

/// <summary>
/// Counts the requests that this gateway is answering for each key, project and organisation. Each gateway has its share
/// of the limit: a request that never says that it has ended cannot be counted elsewhere.
/// </summary>
internal sealed class RequestsInFlight(RunningGateways gateways)
{
    private readonly ConcurrentDictionary<string, int> _counts = new();

    /// <summary>The limit that has no room, or null: then the request counts until <see cref="Leave"/>.</summary>
    public (string Level, string Key, int Limit)? Enter(IReadOnlyList<(string Level, string Key, int Limit)> limits)
    {
        for (var index = 0; index < limits.Count; index++)
        {
            var share = Math.Max(1, limits[index].Limit / gateways.Count);
            if (_counts.AddOrUpdate(limits[index].Key, 1, (_, count) => count + 1) > share)
            {
                Leave(limits.Take(index + 1));
                return limits[index];
            }
        }

        return null;
    }

    /// <summary>The request has ended.</summary>
    public void Leave(IEnumerable<(string Level, string Key, int Limit)> limits)
    {
        foreach (var (_, key, _) in limits)
        {
            if (_counts.AddOrUpdate(key, 0, (_, count) => count - 1) == 0)
            {
                _counts.TryRemove(KeyValuePair.Create(key, 0));
            }
        }
    }
}
