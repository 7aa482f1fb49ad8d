using System.Collections.Concurrent;
using Sora.Upstreams.Tests.Servers;

namespace Sora.Upstreams.Tests;

public sealed class SecretTests
{
    [Fact]
    public async Task Neither_key_nor_prompt_is_in_any_log_line_or_outcome()
    {
        var lines = new ConcurrentQueue<string>();
        var leak = $$"""{"error":{"message":"Incorrect API key: {{Configured.Key}}.","code":"bad_key" } }""";
        await using var server = await StubServer.StartAsync(400, leak);
        await using var dead = new RawServer(connection =>
        {
            connection.Reset();
            return Task.CompletedTask;
        });

        foreach (var baseUrl in new[] { server.BaseUrl, dead.BaseUrl, new Uri("http://nowhere.invalid/v1") })
        {
            await using var configured = new Configured(baseUrl, services: services => services.AddLogging(logging =>
                logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new Recorder(lines))));
            lines.Enqueue($"{await configured.SubmitAsync()}");
            lines.Enqueue($"{await configured.GetAsync()}");
            lines.Enqueue($"{await configured.OpenAsync()}");
        }

        Assert.Contains(lines, line => line.Contains("Submission job-1-1 to stub with default is ambiguous"));
        Assert.DoesNotContain(lines, line => line.Contains(Configured.Key));
        Assert.DoesNotContain(lines, line => line.Contains(Configured.Submission.Prompt));
    }

    [Fact]
    public void Neither_a_submission_nor_a_video_shows_its_prompt_as_text()
    {
        var video = new UpstreamVideo(
            "video_1", UpstreamStatus.Queued, 0, null, null, null, null, "A red kite", null, null);

        Assert.DoesNotContain("kite", $"{new LookOutcome.Seen(video)} {Configured.Submission}");
    }

    private sealed class Recorder(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
