using Microsoft.Extensions.Options;
using Sora.Gateway.ApiKeys;
using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.RateLimiting;

/// <summary>
/// Which limits a request counts against: those of its route's bucket for its caller, their project and organisation.
/// </summary>
internal sealed class RequestLimits(IOptionsMonitor<RateLimitOptions> options)
{
    private const double SecondsInMinute = 60;

    /// <summary>The bucket that the request counts in: without a known caller, that of its network address.</summary>
    public static RateBucket BucketOf(HttpContext context, Route route) =>
        route.Bucket is RateBucket.SignIn ? RateBucket.SignIn
        : context.User.Identity is CallerIdentity ? route.Bucket
        : RateBucket.Anonymous;

    /// <summary>The limits of requests each minute.</summary>
    public IReadOnlyList<RateLimit> Of(HttpContext context, RateBucket bucket)
    {
        var current = options.CurrentValue;
        if (bucket is RateBucket.SignIn or RateBucket.Anonymous)
        {
            var perMinute = bucket is RateBucket.SignIn ? current.SignInPerAddress : current.AnonymousPerAddress;
            return [Limit("address", ClientNetwork.Of(context.Connection.RemoteIpAddress), perMinute)];
        }

        var caller = ((CallerIdentity)context.User.Identity!).Caller;
        var levels = bucket switch
        {
            RateBucket.Read => current.Read,
            RateBucket.Create => current.Create,
            _ => current.Other,
        };
        var key = context.Features.Get<KeyHolder>();
        var own = bucket is RateBucket.Create ? key?.CreatesPerMinute : key?.RequestsPerMinute;
        return
        [
            Limit("key", caller.KeyId ?? caller.User, own ?? levels.PerKey),
            Limit("project", caller.Project, levels.PerProject),
            Limit("organization", caller.Organization, levels.PerOrganization),
        ];

        RateLimit Limit(string level, string id, int perMinute) => new(
            level,
            $"rate:{bucket}:{level}:{id}",
            perMinute,
            Math.Max(1, perMinute * current.BurstSeconds / SecondsInMinute));
    }

    /// <summary>The limits of requests at the same time; none for those whose caller is not known.</summary>
    public IReadOnlyList<(string Level, string Key, int Limit)> InFlight(HttpContext context)
    {
        if (context.User.Identity is not CallerIdentity { Caller: var caller })
        {
            return [];
        }

        var levels = options.CurrentValue.InFlight;
        return
        [
            ("key", caller.KeyId ?? caller.User, levels.PerKey),
            ("project", caller.Project, levels.PerProject),
            ("organization", caller.Organization, levels.PerOrganization),
        ];
    }
}
