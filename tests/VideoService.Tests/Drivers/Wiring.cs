namespace Sora.VideoService.Tests.Drivers;

/// <summary>
/// What VideoService is told in tests: short times, four upstreams of different manners, a model for each.
/// </summary>
internal static class Wiring
{
    /// <summary>Keeps a list, stops on delete, does not bill what was stopped.</summary>
    public const string Plain = "plain";

    /// <summary>Answers a repeated key with the first one's video.</summary>
    public const string Keyed = "keyed";

    /// <summary>Knows neither keys nor lists, and bills what it cannot stop.</summary>
    public const string Blind = "blind";

    /// <summary>Stops on delete, and bills what was stopped.</summary>
    public const string Billing = "billing";

    /// <summary>After which a submission that is not in the list never will be; so long that no test waits for it.</summary>
    public static readonly TimeSpan QuietPeriod = TimeSpan.FromMinutes(10);

    public static Dictionary<string, string> Settings(Uri neighbours, string secret)
    {
        var settings = new Dictionary<string, string>
        {
            ["services:quota-service:http:0"] = $"{neighbours}",
            ["services:storage-worker:http:0"] = $"{neighbours}",
            ["InternalIdentity:Secret"] = secret,
            ["Tracking:IdleInterval"] = "00:00:00.050",
            ["Tracking:SubmitLease"] = "00:00:10",
            ["Tracking:PollLease"] = "00:00:10",
            ["Logging:LogLevel:Default"] = "Critical",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Critical",
            ["Upstreams:keyed:HonoursIdempotencyKeys"] = "true",
            ["Upstreams:blind:Dialect"] = "generic",
            ["Upstreams:blind:DeleteCancels"] = "false",
            ["Upstreams:plain:DeleteCancels"] = "true",
            ["Upstreams:plain:BillsCancelled"] = "false",
        };
        settings["Upstreams:billing:DeleteCancels"] = "true";
        foreach (var upstream in new[] { Plain, Keyed, Blind, Billing })
        {
            settings[$"Upstreams:{upstream}:BaseUrl"] = $"{neighbours}{upstream}/v1";
            settings[$"Upstreams:{upstream}:Credentials:default"] = "sk-test";
            settings[$"Upstreams:{upstream}:SubmitTimeout"] = "00:00:05";
            settings[$"Upstreams:{upstream}:LateAcceptanceBound"] = $"{QuietPeriod}";
            AddModel(settings, $"{upstream}-1", upstream);
        }

        foreach (var (index, operation) in new[] { "create", "remix", "edit", "extension" }.Index())
        {
            settings[$"Catalogue:Models:blind-1:Operations:{index}"] = operation;
        }

        settings["Catalogue:Models:keyed-1:Characters"] = "1";
        AddModel(settings, "deprecated-1", Plain);
        settings["Catalogue:Models:deprecated-1:Lifecycle"] = "deprecated";
        AddModel(settings, "dated-1", Plain);
        settings["Catalogue:Models:dated-1:RetiresOn"] = "2026-01-31";
        AddModel(settings, "retired-1", Plain);
        settings["Catalogue:Models:retired-1:Lifecycle"] = "retired";
        settings["Catalogue:Models:sora-2:Upstream"] = Plain;
        settings["Catalogue:Models:sora-2-pro:Upstream"] = Plain;
        return settings;
    }

    private static void AddModel(Dictionary<string, string> settings, string model, string upstream)
    {
        settings[$"Catalogue:Models:{model}:Upstream"] = upstream;
        settings[$"Catalogue:Models:{model}:Sizes:0"] = "1280x720";
        settings[$"Catalogue:Models:{model}:Seconds:0"] = "4";
        settings[$"Catalogue:Models:{model}:Seconds:1"] = "8";
    }
}
