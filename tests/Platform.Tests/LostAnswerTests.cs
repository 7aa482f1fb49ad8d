using System.ClientModel;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenAI.Videos;
using Sora.TestServers;
using Sora.TestServers.Platform;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>
/// Every tenth answer to a create is lost after its commit, and the official SDKs repeat it by themselves: one wish is one
/// job and one charge all the same. The answers are lost between gateway and VideoService; for node, which counts its
/// repetitions, in front of the gateway too.
/// </summary>
public sealed class LostAnswerTests : IAsyncLifetime
{
    private const int Wishes = 150;
    private const int CutEvery = 10;

    private readonly string _mark = Scenario.NewMark();
    private SoraSystem? _system;
    private CuttingProxy? _inside;
    private CuttingProxy? _outside;

    private SoraSystem System => _system!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _system = await SoraSystem.StartAsync(configure: system =>
        {
            Scenario.Cheap(system);
            system["quota-service"].Variables["Budgets__DefaultProject__MonthlyLimitMicroUsd"] = "1000000000000";
            system["quota-service"].Variables["Budgets__DefaultOrganization__MonthlyLimitMicroUsd"] = "1000000000000";
            system["quota-service"].Variables["Budgets__DefaultUser__MonthlyLimitMicroUsd"] = "1000000000000";
            _inside = new CuttingProxy(system["video-service"].Address, CutEvery);
            system.Gateway.Variables["services__video-service__http__0"] = _inside.Address.AbsoluteUri.TrimEnd('/');
        });
        _outside = new CuttingProxy(System.Gateway.Address, CutEvery);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await (_outside?.DisposeAsync() ?? default);
        await (_system?.DisposeAsync() ?? default);
        await (_inside?.DisposeAsync() ?? default);
    }

    [Fact]
    public async Task One_wish_is_one_job_and_one_charge()
    {
        var ids = await Task.WhenAll(CreateWithNodeAsync(), CreateWithDotNetAsync());

        Assert.Equal(2 * Wishes, ids.SelectMany(part => part).Distinct().Count());
        Assert.InRange(_inside!.Cuts, 2 * Wishes / CutEvery, Wishes);
        Assert.InRange(_outside!.Cuts, Wishes / CutEvery, Wishes);
        using var http = System.Client();
        foreach (var id in ids.SelectMany(part => part))
        {
            Assert.Equal("completed", (await http.WaitForEndAsync(id))["status"]!.GetValue<string>());
        }

        Assert.Equal(2 * Wishes, await System.ChargesAsync(_mark));
        Assert.Equal(2 * Wishes, await System.CountPaidAsync());
        await System.AssertEvenAsync();
    }

    private async Task<IReadOnlyCollection<string>> CreateWithNodeAsync()
    {
        var start = new ProcessStartInfo("node", ["creates.mjs", $"{Wishes}", $"Node's wish # [job:{_mark}]"])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "node"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["OPENAI_BASE_URL"] = new Uri(_outside!.Address, "v1").AbsoluteUri,
                ["OPENAI_API_KEY"] = System.ApiKey,
            },
        };
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, await errors);
        return JsonSerializer.Deserialize<List<string>>(output)!;
    }

    private async Task<IReadOnlyCollection<string>> CreateWithDotNetAsync()
    {
        var client = new VideoClient(
            new ApiKeyCredential(System.ApiKey), new VideoClientOptions { Endpoint = new Uri(System.Gateway.Address, "v1") });
        var ids = new ConcurrentBag<string>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 8 };
        await Parallel.ForAsync(0, Wishes, parallel, async (number, _) =>
        {
            var wish = new { prompt = $".NET's wish {number} [job:{_mark}]", size = "1280x720", seconds = "4" };
            var answer = await client.CreateVideoAsync(BinaryContent.CreateJson(wish), "application/json");
            ids.Add(JsonNode.Parse(answer.GetRawResponse().Content)!["id"]!.GetValue<string>());
        });
        return ids;
    }
}
