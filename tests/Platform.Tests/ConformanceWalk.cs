using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>Asks through a <see cref="ConformanceProxy"/> and says what status it expects; the proxy judges the rest.</summary>
/// <param name="http">A client of the proxy.</param>
internal sealed class ConformanceWalk(HttpClient http)
{
    /// <summary>As somebody with an API key.</summary>
    public static HttpClient WithKey(Uri server, string apiKey) => new()
    {
        BaseAddress = server,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", apiKey) },
    };

    /// <summary>As a page of this origin; its cookie and token come with <see cref="UseSession"/>.</summary>
    public static HttpClient AsPage(Uri server) => new(new SocketsHttpHandler { UseCookies = false })
    {
        BaseAddress = server,
        DefaultRequestHeaders = { { "Sec-Fetch-Site", "same-origin" } },
    };

    /// <summary>Sends one request and returns the answer's JSON, or null where it is none.</summary>
    /// <param name="status">What must be answered.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path with its query.</param>
    /// <param name="body">What is sent as JSON; a text is sent as it is.</param>
    /// <param name="change">What else is special about the request.</param>
    public async Task<JsonNode?> AskAsync(
        int status, string method, string path, object? body = null, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body switch
        {
            null => null,
            string raw => new StringContent(raw, MediaTypeHeaderValue.Parse("application/json")),
            _ => JsonContent.Create(body),
        };
        change?.Invoke(request);
        using var answer = await http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        UseSession(answer);
        var type = answer.Content.Headers.ContentType?.MediaType;
        var text = type is "application/json"
            ? await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
            : null;

        Assert.True(status == (int)answer.StatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text is null ? null : JsonNode.Parse(text);
    }

    /// <summary>From now on with this anti-forgery token.</summary>
    public void Prove(JsonNode session)
    {
        http.DefaultRequestHeaders.Remove("X-CSRF-Token");
        http.DefaultRequestHeaders.Add("X-CSRF-Token", $"{session["csrf_token"]}");
    }

    // The cookie is for https, and this is loopback: kept by hand.
    private void UseSession(HttpResponseMessage answer)
    {
        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies))
        {
            http.DefaultRequestHeaders.Remove("Cookie");
            http.DefaultRequestHeaders.Add("Cookie", cookies.Single().Split(';')[0]);
        }
    }
}
