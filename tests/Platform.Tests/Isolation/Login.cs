using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Sora.Platform.Tests.Isolation;

/// <summary>A browser in which somebody is signed in.</summary>
/// <param name="Cookie">The session's cookie.</param>
/// <param name="AntiForgery">What the page sends as <c>X-CSRF-Token</c>.</param>
/// <param name="User">The user's id.</param>
internal sealed record Login(string Cookie, string AntiForgery, string User)
{
    private const string CookieName = "__Host-sora";

    /// <summary>Reads what begins a session.</summary>
    public static Login From(HttpResponseMessage answer, JsonNode session) => new(
        answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0][(CookieName.Length + 1)..],
        session["csrf_token"]!.GetValue<string>(),
        session["user"]!["id"]!.GetValue<string>());

    /// <summary>Makes a request one of a page of the gateway's origin.</summary>
    public void Apply(HttpRequestMessage request)
    {
        ApplyWithoutToken(request);
        request.Headers.Add("X-CSRF-Token", AntiForgery);
    }

    /// <summary>The same by a page that does not know the session's token.</summary>
    public void ApplyWithoutToken(HttpRequestMessage request)
    {
        ApplyFromElsewhere(request);
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
    }

    /// <summary>Only the cookie, as a page of another site would have it sent.</summary>
    public void ApplyFromElsewhere(HttpRequestMessage request) => request.Headers.Add("Cookie", $"{CookieName}={Cookie}");
}

/// <summary>Sends requests as whoever they are made to be from.</summary>
internal static class Requests
{
    /// <summary>Makes a request an API key's.</summary>
    public static Action<HttpRequestMessage> With(string key) =>
        request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);

    /// <summary>The answer's JSON and the answer, which must be a success.</summary>
    public static async Task<(JsonNode Json, HttpResponseMessage Answer)> CallAsync(
        this HttpClient http, Action<HttpRequestMessage> identify, string method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            string json => new StringContent(json, Encoding.UTF8, "application/json"),
            _ => JsonContent.Create(body),
        };
        identify(request);
        var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode}: {text}");
        return (JsonNode.Parse(text)!, answer);
    }

    /// <summary>A member of the answer's JSON.</summary>
    public static async Task<string> ReadAsync(
        this HttpClient http, Action<HttpRequestMessage> identify, string method, string path, object? body, string member) =>
        (await http.CallAsync(identify, method, path, body)).Json[member]!.GetValue<string>();
}
