using System.Text.Json;
using Xunit;

namespace Sora.Gateway.Tests.Harness;

/// <summary>
/// A browser with a page of this origin open: keeps the session's cookie, sends what browsers send, and the anti-forgery
/// token once it knows it.
/// </summary>
internal sealed class Browser(Edge edge, Uri? gateway = null)
{
    public const string Cookie = "__Host-sora";

    /// <summary>The cookie's value; null while there is none.</summary>
    public string? Token { get; set; }

    /// <summary>What the page sends as <c>X-CSRF-Token</c>.</summary>
    public string? AntiForgery { get; set; }

    /// <summary>Sends a request as the page would, unless it is altered.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        string method, string path, object? body = null, Action<HttpRequestMessage>? alter = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(gateway ?? edge.Address, path));
        request.Content = body is null ? null : JsonContent.Create(body);
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        if (Token is not null)
        {
            request.Headers.Add("Cookie", $"{Cookie}={Token}");
        }

        if (AntiForgery is not null)
        {
            request.Headers.Add("X-CSRF-Token", AntiForgery);
        }

        alter?.Invoke(request);
        var answer = await edge.SendAsync(request);
        await answer.Content.LoadIntoBufferAsync(TestContext.Current.CancellationToken);
        if (SetCookie(answer) is { } cookie)
        {
            var value = cookie.Split(';')[0][(Cookie.Length + 1)..];
            Token = value.Length == 0 ? null : value;
        }

        return answer;
    }

    /// <summary>The answer's JSON, which must be a success.</summary>
    public async Task<JsonElement> JsonAsync(string method, string path, object? body = null)
    {
        using var answer = await SendAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The answer's status.</summary>
    public async Task<int> StatusAsync(string method, string path, object? body = null)
    {
        using var answer = await SendAsync(method, path, body);
        return (int)answer.StatusCode;
    }

    public Task<JsonElement> SignInAsync(string email, string password = Tenant.Password) =>
        KeepAsync("/v1/session", new { email, password });

    /// <summary>Posts what begins a session, and keeps its anti-forgery token.</summary>
    public async Task<JsonElement> KeepAsync(string path, object body)
    {
        var session = await JsonAsync("POST", path, body);
        AntiForgery = session.GetProperty("csrf_token").GetString();
        return session;
    }

    /// <summary>The session's <c>Set-Cookie</c> of an answer, if there is one.</summary>
    public static string? SetCookie(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var cookies)
            ? cookies.SingleOrDefault(cookie => cookie.StartsWith(Cookie + "=", StringComparison.Ordinal))
            : null;
}
