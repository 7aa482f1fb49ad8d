using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.Gateway.RateLimiting;

/// <summary>
/// Section <c>RateLimits</c>: how many requests each key, project and organisation may send, over all gateways. An API key
/// may have limits of its own instead of those for every key.
/// </summary>
public sealed class RateLimitOptions
{
    /// <summary>Reads each minute. 3 000, 12 000 and 24 000 unless set.</summary>
    [Required]
    [ValidateObjectMembers]
    public LevelOptions Read { get; set; } = new() { PerKey = 3_000, PerProject = 12_000, PerOrganization = 24_000 };

    /// <summary>Videos begun each minute. 300, 1 200 and 2 400 unless set.</summary>
    [Required]
    [ValidateObjectMembers]
    public LevelOptions Create { get; set; } = new() { PerKey = 300, PerProject = 1_200, PerOrganization = 2_400 };

    /// <summary>Every other change each minute. 600, 2 400 and 4 800 unless set.</summary>
    [Required]
    [ValidateObjectMembers]
    public LevelOptions Other { get; set; } = new() { PerKey = 600, PerProject = 2_400, PerOrganization = 4_800 };

    /// <summary>Requests that are being answered at the same time. 1 000, 2 000 and 4 000 unless set.</summary>
    [Required]
    [ValidateObjectMembers]
    public LevelOptions InFlight { get; set; } = new() { PerKey = 1_000, PerProject = 2_000, PerOrganization = 4_000 };

    /// <summary>Tries to sign in each minute from one network address. 60 unless set.</summary>
    [Range(1, 1_000_000)]
    public int SignInPerAddress { get; set; } = 60;

    /// <summary>
    /// Requests each minute from one network address without a valid key or session, upstreams' webhooks among them.
    /// 6 000 unless set.
    /// </summary>
    [Range(1, 1_000_000)]
    public int AnonymousPerAddress { get; set; } = 6_000;

    /// <summary>
    /// How many seconds' worth of requests may come at once. 15 unless set: of 100 requests a minute 25.
    /// </summary>
    [Range(1, 60)]
    public int BurstSeconds { get; set; } = 15;

    /// <summary>
    /// How many gateways share the limits until Redis has told, which counts those that run. 1 unless set.
    /// </summary>
    [Range(1, 1_000)]
    public int GatewaysAtStart { get; set; } = 1;
}

/// <summary>A limit at each level.</summary>
public sealed class LevelOptions
{
    /// <summary>For each API key, or each person in a browser.</summary>
    [Range(1, 1_000_000)]
    public int PerKey { get; set; } = 1;

    /// <summary>For each project.</summary>
    [Range(1, 10_000_000)]
    public int PerProject { get; set; } = 1;

    /// <summary>For each organisation.</summary>
    [Range(1, 100_000_000)]
    public int PerOrganization { get; set; } = 1;
}

[OptionsValidator]
internal sealed partial class RateLimitOptionsValidator : IValidateOptions<RateLimitOptions>;
