using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sora.Bench.Clients;

/// <summary>Many clients in a closed loop: each creates a video, polls it to its end, and begins again.</summary>
internal sealed class Load(VideoClient client, string name, int concurrency)
{
    private const int DownloadEvery = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PauseAfterSilence = TimeSpan.FromSeconds(1);

    private readonly ConcurrentBag<JobRun> _runs = [];

    /// <summary>Runs so many jobs, and more for as long as the condition wants them.</summary>
    public async Task<IReadOnlyList<JobRun>> RunAsync(int jobs, Func<bool> wantsMore, CancellationToken cancellationToken)
    {
        var clients = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Numbers(jobs, wantsMore), clients, async (number, token) =>
            _runs.Add(await RunJobAsync(number, token)));
        return [.. _runs];
    }

    private static IEnumerable<int> Numbers(int jobs, Func<bool> wantsMore)
    {
        for (var number = 0; number < jobs || wantsMore(); number++)
        {
            yield return number;
        }
    }

    private async Task<JobRun> RunJobAsync(int number, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        SeenVideo video;
        try
        {
            video = await client.CreateAsync($"A lighthouse in the rain [job:{name}-{number}]", cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            return new JobRun(null, exception.Message, Stopwatch.GetElapsedTime(start), default);
        }

        var created = Stopwatch.GetElapsedTime(start);
        var outcome = await WaitForEndAsync(video.Id, cancellationToken);
        var ended = Stopwatch.GetElapsedTime(start);
        if (outcome == JobRun.Completed && number % DownloadEvery == 0)
        {
            outcome = await DownloadAsync(video.Id, cancellationToken);
        }

        return new JobRun(video.Id, outcome, created, ended);
    }

    private async Task<string> WaitForEndAsync(string id, CancellationToken cancellationToken)
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Patience;)
        {
            var pause = PauseAfterSilence;
            try
            {
                var video = await client.GetAsync(id, cancellationToken);
                if (video.HasEnded)
                {
                    return video.Status;
                }

                pause = video.PollAfter;
            }
            catch (HttpRequestException)
            {
                // A job that was accepted is waited for, whatever happens in between.
            }

            await Task.Delay(pause, cancellationToken);
        }

        return $"no end within {Patience}";
    }

    private async Task<string> DownloadAsync(string id, CancellationToken cancellationToken)
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Patience;)
        {
            try
            {
                return await client.DownloadAsync(id, cancellationToken) ? JobRun.Completed : "no MP4";
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                await Task.Delay(PauseAfterSilence, cancellationToken);
            }
        }

        return "no download";
    }
}

/// <summary>What became of one job, as its client saw it.</summary>
/// <param name="VideoId">Null where the create was never answered with a video.</param>
/// <param name="Outcome"><see cref="Completed"/>, or what went wrong.</param>
/// <param name="Created">From the first byte of the create to its answer, retries included.</param>
/// <param name="Ended">From the first byte of the create to the answer that shows the end.</param>
internal sealed record JobRun(string? VideoId, string Outcome, TimeSpan Created, TimeSpan Ended)
{
    /// <summary>The outcome of a job that went well.</summary>
    public const string Completed = "completed";
}
