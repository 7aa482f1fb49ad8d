using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.ApiKeys;

/// <summary>What a request says about a key, in a create and in an update alike; null where it says nothing.</summary>
internal sealed record ApiKeyTerms(
    string? Name,
    IReadOnlyList<string>? Scopes,
    IReadOnlyList<string>? Models,
    DateTimeOffset? ExpiresAt,
    int? RequestsPerMinute,
    int? CreatesPerMinute)
{
    /// <summary>The names of the fields.</summary>
    public static readonly string[] Fields =
        ["name", "scopes", "models", "expires_at", "requests_per_minute", "creates_per_minute"];

    private const int LongestName = 100;
    private const int HighestRate = 1_000_000;

    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(3650);

    /// <summary>Reads them; a mistake stays in the body.</summary>
    public static ApiKeyTerms Read(JsonBody body, Caller caller, DateTimeOffset now)
    {
        var expiry = body.Integer(
            "expires_at", now.ToUnixTimeSeconds() + 1, (now + LongestLife).ToUnixTimeSeconds());
        var terms = new ApiKeyTerms(
            body.Text("name", LongestName),
            KeyPowers.ReadScopes(body, caller),
            KeyPowers.ReadModels(body, caller),
            expiry is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
            (int?)body.Integer("requests_per_minute", 1, HighestRate),
            (int?)body.Integer("creates_per_minute", 1, HighestRate));
        foreach (var rate in new[] { "requests_per_minute", "creates_per_minute" })
        {
            if (body.Has(rate) && !KeyPowers.ManagesAll(caller))
            {
                body.Refuse(rate, $"'{rate}' is set by owners and admins.");
            }
        }

        return terms;
    }
}
