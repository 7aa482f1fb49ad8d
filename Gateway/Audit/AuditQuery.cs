using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Audit;

/// <summary>Which entries of the organisation's audit log are asked for; all of them unless something is given.</summary>
internal sealed class AuditQuery
{
    private const int LongestFilter = 200;
    private const long LastSecond = 253_402_300_799; // of the year 9999

    /// <summary>A user's id, or a service's name.</summary>
    [FromQuery(Name = "actor")]
    public string? Actor { get; init; }

    /// <summary>For example <c>api_key.created</c>.</summary>
    [FromQuery(Name = "action")]
    public string? Action { get; init; }

    /// <summary>Id of what was changed.</summary>
    [FromQuery(Name = "target")]
    public string? Target { get; init; }

    /// <summary>A project's id.</summary>
    [FromQuery(Name = "project")]
    public string? Project { get; init; }

    /// <summary>From this Unix time in seconds on.</summary>
    [FromQuery(Name = "since")]
    public string? Since { get; init; }

    /// <summary>Before this Unix time in seconds.</summary>
    [FromQuery(Name = "until")]
    public string? Until { get; init; }

    /// <summary>The condition, for <see cref="Parameters"/>.</summary>
    public string Where
    {
        get
        {
            string?[] conditions =
            [
                "organization_id = @Organization",
                Actor is null ? null : "actor = @Actor",
                Action is null ? null : "action = @Action",
                Target is null ? null : "target = @Target",
                Project is null ? null : "project_id = @Project",
                Since is null ? null : "at >= @Since",
                Until is null ? null : "at < @Until",
            ];
            return string.Join(" and ", conditions.OfType<string>());
        }
    }

    /// <summary>What is wrong with it, or null.</summary>
    public ApiError? FindMistake()
    {
        foreach (var (name, value) in new[]
        {
            ("actor", Actor), ("action", Action), ("target", Target), ("project", Project),
        })
        {
            if (value is "" or { Length: > LongestFilter } || value?.Contains('\0', StringComparison.Ordinal) == true)
            {
                return ApiError.Invalid(name, $"'{name}' must be a text of 1 to {LongestFilter} characters.");
            }
        }

        foreach (var (name, value) in new[] { ("since", Since), ("until", Until) })
        {
            if (value is not null && ReadTime(value) is null)
            {
                return ApiError.Invalid(name, $"'{name}' must be a Unix time in seconds, for example 1795000000.");
            }
        }

        return null;
    }

    /// <summary>The values that <see cref="Where"/> names.</summary>
    public Dictionary<string, object?> Parameters(Caller caller) => new()
    {
        ["Organization"] = caller.Organization,
        ["Actor"] = Actor,
        ["Action"] = Action,
        ["Target"] = Target,
        ["Project"] = Project,
        ["Since"] = Since is null ? null : ReadTime(Since),
        ["Until"] = Until is null ? null : ReadTime(Until),
    };

    private static DateTimeOffset? ReadTime(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= LastSecond
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
