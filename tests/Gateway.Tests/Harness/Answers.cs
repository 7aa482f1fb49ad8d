using System.Text.Json;
using Sora.ServiceDefaults.Errors;
using Xunit;

namespace Sora.Gateway.Tests.Harness;

/// <summary>Reading answers.</summary>
internal static class Answers
{
    private static readonly JsonSerializerOptions Json = CreateOptions();

    /// <summary>The request as the service saw it.</summary>
    public static async Task<Seen> SeenAsync(this HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<Seen>(Json))!;
    }

    /// <summary>The JSON of an answer that says yes.</summary>
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>The error in OpenAI's envelope, complete with what every error answer carries.</summary>
    public static async Task<ErrorBody> ErrorAsync(this HttpResponseMessage answer, int status)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("req_", answer.Header("x-request-id"), StringComparison.Ordinal);
        return (await answer.Content.ReadFromJsonAsync<ErrorEnvelope>(Json))!.Error;
    }

    /// <summary>A header that must be there exactly once.</summary>
    public static string Header(this HttpResponseMessage answer, string name) =>
        Assert.Single(answer.Headers.NonValidated[name]);

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions();
        ServiceDefaults.Extensions.ConfigureJson(options);
        return options;
    }
}
