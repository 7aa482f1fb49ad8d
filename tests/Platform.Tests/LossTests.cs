using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Sora.TestServers.Platform;
using Xunit;

namespace Sora.Platform.Tests;

/// <summary>What is lost on the way comes again: a message, a connection. On a system of its own, as it breaks it.</summary>
public sealed class LossTests : IAsyncLifetime
{
    private SoraSystem? _system;
    private HttpClient? _http;

    private SoraSystem System => _system!;

    private HttpClient Http => _http!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _system = await SoraSystem.StartAsync(configure: system =>
        {
            Scenario.Cheap(system);
            system["quota-service"].Variables["Holds__AskAfter"] = "00:00:02";
            system["quota-service"].Variables["Holds__SweepInterval"] = "00:00:00.500";
        });
        _http = _system.Client();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_system is not null)
        {
            await _system.DisposeAsync();
        }
    }

    [Fact]
    public async Task Money_that_is_held_for_a_video_whose_end_was_lost_is_settled_all_the_same()
    {
        await ExecuteAsync(
            """
            create function lose() returns trigger language plpgsql as $$ begin return null; end $$;
            create trigger lose before insert on outbox for each row
                when (new.type = 'Sora.Contracts.VideoCompleted') execute function lose();
            """);
        var id = await Http.CreateAsync("A red kite over a park");
        Assert.Equal("completed", (string?)(await Http.WaitForEndAsync(id))["status"]);

        await ExecuteAsync("drop trigger lose on outbox");

        Assert.Equal("settled", await System.FateAsync(id));
        await System.AssertEvenAsync();
    }

    [Fact]
    public async Task A_watcher_sees_each_event_once_and_in_order_over_a_restart_of_the_gateway()
    {
        var events = new List<SseItem<string>>();
        var first = ReadAsync(events);
        var id = await Http.CreateAsync("A red kite over a park");
        await TestServers.Processes.Wait.UntilAsync("an event has come", _ => Task.FromResult(events.Count > 0));
        await System.Gateway.KillAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => first);
        await System.Gateway.StartAsync();

        await ReadAsync(events, events[^1].EventId);

        Assert.All(events, item => Assert.Equal(id, (string?)JsonNode.Parse(item.Data)!["id"]));
        var ids = events.Select(item => long.Parse(item.EventId!)).ToList();
        Assert.Equal(ids.Distinct().Order(), ids);
        Assert.Equal(
            await TimelineAsync(id), events.Select(item => (string?)JsonNode.Parse(item.Data)!["sora"]!["stage"]));
        Assert.Equal(("video.queued", "video.completed"), (events[0].EventType, events[^1].EventType));
    }

    /// <summary>Reads the project's events until a video is completed.</summary>
    private async Task ReadAsync(List<SseItem<string>> events, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events");
        request.Headers.Add("Last-Event-ID", lastEventId ?? "0");
        using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        var parser = SseParser.Create(await answer.Content.ReadAsStreamAsync());
        await foreach (var item in parser.EnumerateAsync())
        {
            events.Add(item);
            if (item.EventType == "video.completed")
            {
                return;
            }
        }
    }

    private async Task<IEnumerable<string>> TimelineAsync(string id)
    {
        await using var connection = Connect();
        return await connection.QueryAsync<string>(
            "select stage from video_timeline where video_id = @id order by position", new { id });
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = Connect();
        await connection.ExecuteAsync(sql);
    }

    private NpgsqlConnection Connect() =>
        new($"{System["video-service"].Variables["ConnectionStrings__videodb"]};Pooling=false");
}
