namespace Sora.Platform.Tests.Isolation;

/// <summary>Somebody who comes to every route with the tenant's ids.</summary>
/// <param name="Name">The column in <c>policy.txt</c>.</param>
/// <param name="Identify">Makes a request theirs.</param>
/// <param name="Hidden">What they must never see, by its name.</param>
internal sealed record Visitor(
    string Name, Action<HttpRequestMessage, PublicRoute> Identify, IReadOnlyDictionary<string, string> Hidden)
{
    private static readonly string[] Organizational = ["org", "project", "user", "invitation", "guest", "mail"];

    private static readonly string[] SharedInProject =
        ["org", "project", "user", "video", "character", "endpoint", "delivery", "share", "prompt", "url", "mail"];

    /// <summary>Everybody, with what they need to come in.</summary>
    public static async Task<IReadOnlyList<Visitor>> InviteAsync(
        HttpClient http, Estate estate, Login strangersOwner, string strangersKey, Action<Login> expire)
    {
        var all = estate.Things.Concat(estate.Canaries).ToDictionary();
        var own = estate.Organization;
        var elsewhere = await KeyAsync(http, estate.Owner, new { name = "Second", scopes = All, project = own.OtherProject });
        var neighbour = await KeyAsync(http, estate.Neighbour, new { name = "Theirs", scopes = All });
        var colleague = await KeyAsync(http, estate.Colleague, new { name = "Theirs", scopes = All });
        var forVideos = await KeyAsync(http, estate.Owner, new { name = "Videos", scopes = new[] { "videos:read" } });
        var forUsage = await KeyAsync(http, estate.Owner, new { name = "Usage", scopes = new[] { "usage:read" } });
        var ended = await own.SignInAsync(http);
        expire(ended);
        return
        [
            With("stranger", Requests.With(strangersKey), all),
            With("intruder", request =>
            {
                strangersOwner.Apply(request);
                request.Headers.Add("OpenAI-Project", own.Project);
            }, all),
            With("elsewhere", Requests.With(elsewhere), Without(all, Organizational)),
            With("neighbour", Requests.With(neighbour), Without(all, ["org"])),
            With("colleague", Requests.With(colleague), Without(all, SharedInProject)),
            With("viewer", estate.Viewer.Apply, Without(all, SharedInProject)),
            new("narrow", (request, route) =>
                Requests.With(route.Scope == "videos:read" ? forUsage : forVideos)(request), all),
            With("revoked", Requests.With(await RevokedAsync(http, estate.Owner)), all),
            With("ended", ended.Apply, all),
            With("cross-site", estate.Owner.ApplyFromElsewhere, all),
            With("no-token", estate.Owner.ApplyWithoutToken, new Dictionary<string, string>()),
            With("nobody", _ => { }, all),
        ];
    }

    /// <summary>Makes somebody an API key.</summary>
    public static Task<string> KeyAsync(HttpClient http, Login login, object terms) =>
        http.ReadAsync(login.Apply, "POST", "/v1/api_keys", terms, "value");

    private static string[] All => ["*"];

    private static Visitor With(
        string name, Action<HttpRequestMessage> identify, IReadOnlyDictionary<string, string> hidden) =>
        new(name, (request, _) => identify(request), hidden);

    private static Dictionary<string, string> Without(Dictionary<string, string> all, string[] known) =>
        all.Where(thing => !known.Contains(thing.Key)).ToDictionary();

    /// <summary>A key that was in use and has been revoked, everywhere within a second.</summary>
    private static async Task<string> RevokedAsync(HttpClient http, Login owner)
    {
        var (key, _) = await http.CallAsync(owner.Apply, "POST", "/v1/api_keys", new { name = "Old", scopes = All });
        var value = key["value"]!.GetValue<string>();
        await http.CallAsync(Requests.With(value), "GET", "/v1/models");
        await http.CallAsync(owner.Apply, "DELETE", $"/v1/api_keys/{key["id"]}");
        await TestServers.Processes.Wait.UntilAsync("the key is revoked", async token =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
            Requests.With(value)(request);
            using var answer = await http.SendAsync(request, token);
            return !answer.IsSuccessStatusCode;
        });
        return value;
    }
}
