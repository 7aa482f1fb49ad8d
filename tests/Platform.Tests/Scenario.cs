using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Sora.TestServers.Platform;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>What a client does in most tests, in sentences.</summary>
internal static class Scenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Real renders with short waits.</summary>
    public static void Quick(SoraSystem system)
    {
        system["simulator"].Variables["Simulator__RenderTime"] = "00:00:01";
        system["video-service"].Variables["Upstreams__simulator__LateAcceptanceBound"] = "00:00:04";
        system["video-service"].Variables["Upstreams__simulator__SubmitTimeout"] = "00:00:05";
        system["video-service"].Variables["Tracking__SubmitLease"] = "00:00:08";
        system["video-service"].Variables["Tracking__PollLease"] = "00:00:05";
    }

    /// <summary>Adds a model without a price, and one that no budget can pay.</summary>
    public static void WithOddModels(SoraSystem system)
    {
        var (video, quota) = (system["video-service"].Variables, system["quota-service"].Variables);
        foreach (var model in new[] { "unpriced", "gilded" })
        {
            video[$"Catalogue__Models__{model}__Upstream"] = "simulator";
            video[$"Catalogue__Models__{model}__Sizes__0"] = "1280x720";
            video[$"Catalogue__Models__{model}__Seconds__0"] = "4";
        }

        quota["Prices__List__0__Model"] = "gilded";
        quota["Prices__List__0__Size"] = "1280x720";
        quota["Prices__List__0__MicroUsdPerSecond"] = "1000000000";
    }

    /// <summary>Customers' webhook endpoints may lie on this machine.</summary>
    public static void WithLocalEndpoints(SoraSystem system)
    {
        system["webhook-service"].Variables["Egress__AllowHttp"] = "true";
        system["webhook-service"].Variables["Egress__AllowedNetworks__0"] = "127.0.0.0/8";
    }

    /// <summary>
    /// All telemetry is kept, and the gateway logs something during each request that it forwards, so that what logs carry
    /// along with their words is there to be searched.
    /// </summary>
    public static void WithTelltaleLogs(SoraSystem system)
    {
        system.Telemetry.KeepIn(TelemetryOf(system));
        system.Gateway.Variables["Logging__LogLevel__Yarp.ReverseProxy.Forwarder"] = "Information";
    }

    /// <summary>Where all telemetry lies.</summary>
    public static string TelemetryOf(SoraSystem system) =>
        Path.Combine(Path.GetDirectoryName(system.Gateway.LogFile)!, "telemetry");

    /// <summary>The same without rendering: one clip for all.</summary>
    public static void Cheap(SoraSystem system)
    {
        Quick(system);
        system["simulator"].Variables["Simulator__Cheap"] = "true";
    }

    /// <summary>A client with the first API key.</summary>
    public static HttpClient Client(this SoraSystem system) => new()
    {
        BaseAddress = system.Gateway.Address,
        Timeout = TimeSpan.FromSeconds(60),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", system.ApiKey) },
    };

    /// <summary>Creates a four-second video and returns its id.</summary>
    public static async Task<string> CreateAsync(this HttpClient http, string prompt)
    {
        using var answer = await http.PostAsJsonAsync("/v1/videos", new { prompt, seconds = "4", size = "1280x720" });
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {body}");
        return JsonNode.Parse(body)!["id"]!.GetValue<string>();
    }

    /// <summary>The video as it is now.</summary>
    public static async Task<JsonNode> VideoAsync(this HttpClient http, string id) =>
        (await http.GetFromJsonAsync<JsonNode>($"/v1/videos/{id}"))!;

    /// <summary>Polls as an SDK does, also over short outages, until the video has ended.</summary>
    public static async Task<JsonNode> WaitForEndAsync(this HttpClient http, string id)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(deadline) < Patience)
        {
            try
            {
                var video = await http.VideoAsync(id);
                if (video["status"]!.GetValue<string>() is "completed" or "failed")
                {
                    return video;
                }
            }
            catch (HttpRequestException)
            {
                // Whatever is being restarted will be back.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250));
        }

        throw new TimeoutException($"{id} did not end within {Patience}: {await http.VideoAsync(id)}");
    }

    /// <summary>How often the simulator charged for prompts with this mark.</summary>
    public static async Task<int> ChargesAsync(this SoraSystem system, string mark)
    {
        using var http = new HttpClient { BaseAddress = system["simulator"].Address };
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", system["simulator"].Variables["Simulator__ApiKey"]);
        var answer = await http.GetFromJsonAsync<JsonNode>($"/simulator/charges?marker={mark}");
        return answer!["count"]!.GetValue<int>();
    }

    /// <summary>A mark that the simulator's charge log keeps.</summary>
    public static string NewMark() =>
        Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..12];
}
