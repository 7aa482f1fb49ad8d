using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Sora.TestServers.Platform;
using Sora.TestServers.Processes;

namespace Sora.Platform.Tests.Isolation;

/// <summary>
/// A tenant with one of everything. Its texts hold words that stand nowhere else, so that whoever finds one has found a leak.
/// </summary>
internal sealed class Estate
{
    private readonly string _mark = Scenario.NewMark();

    private Estate(Organization organization)
    {
        Organization = organization;
        Things["org"] = organization.Id;
        Things["project"] = organization.Project;
        Things["guest"] = organization.Mail("guest");
        Canaries["mail"] = organization.MailCanary;
        Secrets["password"] = organization.Password;
        foreach (var place in new[] { "prompt", "file", "url" })
        {
            Canaries[place] = $"canary{place}{_mark}";
        }
    }

    public Organization Organization { get; }

    /// <summary>The ids of its things, by the names that <c>policy.txt</c> uses.</summary>
    public Dictionary<string, string> Things { get; } = [];

    /// <summary>The words in its texts, by where they stand: no log may hold one.</summary>
    public Dictionary<string, string> Canaries { get; } = [];

    /// <summary>What opens something: in no log, and in no answer but the one that gives it out.</summary>
    public Dictionary<string, string> Secrets { get; } = [];

    /// <summary>The owner's browser, in the first project.</summary>
    public required Login Owner { get; init; }

    /// <summary>A member of the first project.</summary>
    public required Login Colleague { get; init; }

    /// <summary>Somebody who may only look at the first project.</summary>
    public required Login Viewer { get; init; }

    /// <summary>A member of the second project alone.</summary>
    public required Login Neighbour { get; init; }

    /// <summary>Founds the tenant and everybody in it.</summary>
    public static async Task<Estate> FoundAsync(SoraSystem system, HttpClient http)
    {
        var organization = await Organization.FoundAsync(system);
        var owner = await organization.SignInAsync(http);
        var estate = new Estate(organization)
        {
            Owner = owner,
            Colleague = await organization.InviteAsync(http, owner, "colleague", "member", organization.Project),
            Viewer = await organization.InviteAsync(http, owner, "viewer", "viewer", organization.Project),
            Neighbour = await organization.InviteAsync(http, owner, "neighbour", "member", organization.OtherProject),
        };
        estate.Things["user"] = estate.Colleague.User;
        estate.Secrets["session cookie"] = owner.Cookie;
        estate.Secrets["colleague's session cookie"] = estate.Colleague.Cookie;
        return estate;
    }

    /// <summary>Fills it through the API.</summary>
    public async Task FurnishAsync(HttpClient http, Inbox inbox)
    {
        var (key, _) = await http.CallAsync(Owner.Apply, "POST", "/v1/api_keys", new { name = "Main", scopes = new[] { "*" } });
        Take(key, "key", "API key", "value");
        var me = Requests.With(Secrets["API key"]);
        var (endpoint, _) = await http.CallAsync(me, "POST", "/v1/webhook_endpoints", new
        {
            name = "Ours",
            url = $"{inbox.Address}/{Canaries["url"]}",
            event_types = new[] { "video.completed" },
        });
        Take(endpoint, "endpoint", "webhook secret", "signing_secret");
        await FilmAsync(http, me);
        await Wait.UntilAsync("the webhook has come", _ => Task.FromResult(inbox.Received.Count > 0));
        var (deliveries, _) = await http.CallAsync(me, "GET", $"/v1/webhook_endpoints/{Things["endpoint"]}/deliveries");
        Things["delivery"] = deliveries["data"]![0]!["id"]!.GetValue<string>();
        var (share, _) = await http.CallAsync(me, "POST", $"/v1/videos/{Things["video"]}/shares", new { });
        Things["share"] = share["id"]!.GetValue<string>();
        Secrets["share token"] = Things["token"] = share["url"]!.GetValue<string>().Split('/')[^1];
        var (invitation, _) = await http.CallAsync(
            me, "POST", "/v1/invitations", new { email = Things["guest"], role = "member" });
        Take(invitation, "invitation", "invitation token", "token");
    }

    private async Task FilmAsync(HttpClient http, Action<HttpRequestMessage> me)
    {
        var (video, _) = await http.CallAsync(me, "POST", "/v1/videos", new
        {
            prompt = $"A secret plan called {Canaries["prompt"]}",
            seconds = "4",
            size = "1280x720",
        });
        var id = Things["video"] = video["id"]!.GetValue<string>();
        await Wait.UntilAsync("the tenant's video is ready", async _ =>
            (await http.CallAsync(me, "GET", $"/v1/videos/{id}")).Json["status"]!.GetValue<string>() == "completed");

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/videos/{id}/content");
        me(request);
        using var clip = await http.SendAsync(request);
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(await clip.Content.ReadAsByteArrayAsync());
        file.Headers.ContentType = new MediaTypeHeaderValue("video/mp4");
        form.Add(new StringContent("Ada"), "name");
        form.Add(file, "video", $"{Canaries["file"]}.mp4");
        Things["character"] = await http.ReadAsync(me, "POST", "/v1/videos/characters", form, "id");
    }

    private void Take(JsonNode made, string thing, string secret, string member)
    {
        Things[thing] = made["id"]!.GetValue<string>();
        Secrets[secret] = made[member]!.GetValue<string>();
    }
}
