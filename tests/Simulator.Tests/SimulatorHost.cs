using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Sora.Simulator.Tests;

/// <summary>A simulator on a free port of its own, with a data folder of its own that goes with it.</summary>
internal sealed class SimulatorHost : IAsyncDisposable
{
    public const string ApiKey = "sk-test";

    /// <summary>Shared by all tests, so that each cheap clip is rendered once in a run.</summary>
    public static readonly string ClipFolder = NewFolder();

    private readonly WebApplicationFactory<Program> _factory;
    private readonly bool _ownsFolder;

    private SimulatorHost(string? dataFolder, (string Key, string Value)[] settings)
    {
        _ownsFolder = dataFolder is null;
        DataFolder = dataFolder ?? NewFolder();
        _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(builder =>
        {
            builder.UseUrls("http://127.0.0.1:0");
            builder.UseSetting("Simulator:ApiKey", ApiKey);
            builder.UseSetting("Simulator:DataFolder", DataFolder);
            builder.UseSetting("Simulator:ClipFolder", ClipFolder);
            builder.UseSetting("Logging:LogLevel:Default", "Warning");
            foreach (var (key, value) in settings)
            {
                builder.UseSetting($"Simulator:{key}", value);
            }
        });
        _factory.UseKestrel();
        try
        {
            _factory.StartServer();
        }
        catch when (_ownsFolder)
        {
            Directory.Delete(DataFolder, recursive: true);
            throw;
        }

        Client = _factory.CreateClient();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
    }

    public string DataFolder { get; }

    public HttpClient Client { get; }

    public static string NewFolder() => Directory.CreateTempSubdirectory("sora-simulator-test-").FullName;

    /// <summary>Cheap clips and no waiting, unless the settings say otherwise.</summary>
    public static SimulatorHost Start(params (string Key, string Value)[] settings) =>
        new(null, [("Cheap", "true"), ("RenderTime", "00:00:00"), .. settings]);

    /// <summary>In a folder that outlives it, for restarts.</summary>
    public static SimulatorHost StartIn(string dataFolder, params (string Key, string Value)[] settings) =>
        new(dataFolder, [("Cheap", "true"), ("RenderTime", "00:00:00"), .. settings]);

    public Task<HttpResponseMessage> PostAsync(string path, object body) => Client.PostAsJsonAsync(path, body);

    public async Task<JsonElement> GetAsync(string path) => await Client.GetFromJsonAsync<JsonElement>(path);

    /// <summary>Creates a video that must be accepted.</summary>
    public async Task<JsonElement> CreateAsync(string prompt, string size = "720x1280", string seconds = "4")
    {
        var model = size is "720x1280" or "1280x720" ? "sora-2" : "sora-2-pro";
        using var answer = await PostAsync("/v1/videos", new { prompt, model, size, seconds });
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Waits until the video has one of the two final statuses.</summary>
    public async Task<JsonElement> EndAsync(string id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (true)
        {
            var video = await GetAsync($"/v1/videos/{id}");
            if (video.Text("status") is "completed" or "failed")
            {
                return video;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    public async Task<JsonElement> CreateAndEndAsync(string prompt, string size = "720x1280", string seconds = "4") =>
        await EndAsync((await CreateAsync(prompt, size, seconds)).Text("id"));

    /// <summary>Posts what must be accepted and waits for its end.</summary>
    public async Task<JsonElement> PostAndEndAsync(string path, object body)
    {
        using var answer = await PostAsync(path, body);
        answer.EnsureSuccessStatusCode();
        return await EndAsync((await answer.Content.ReadFromJsonAsync<JsonElement>()).Text("id"));
    }

    /// <summary>The clip as a file in the data folder.</summary>
    public async Task<string> SaveAsync(string id)
    {
        var path = Path.Combine(DataFolder, $"{id}.mp4");
        using var answer = await DownloadAsync(id);
        await File.WriteAllBytesAsync(path, await answer.Content.ReadAsByteArrayAsync());
        return path;
    }

    public Task<HttpResponseMessage> DownloadAsync(string id, string variant = "video") =>
        Client.GetAsync($"/v1/videos/{id}/content?variant={variant}");

    public async Task<JsonElement> ChargesAsync() => await GetAsync("/simulator/charges");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _factory.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(DataFolder, recursive: true);
        }
    }
}

internal static class Json
{
    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static int Number(this JsonElement element, string name) => element.GetProperty(name).GetInt32();

    public static async Task<JsonElement> ErrorAsync(this HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
}
