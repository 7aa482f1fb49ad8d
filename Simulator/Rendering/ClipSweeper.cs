using Microsoft.Extensions.Options;

namespace Sora.Simulator.Rendering;

/// <summary>Deletes clips that no video can serve any more, so that the folder does not grow for ever.</summary>
internal sealed class ClipSweeper(ClipStore clips, IOptions<SimulatorOptions> options, TimeProvider clock)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // Twice the lifetime: a clip that a later video shares is rendered again if it is missing.
            var oldest = clock.GetUtcNow() - (2 * options.Value.ContentLifetime);
            foreach (var folder in Directory.EnumerateDirectories(clips.Folder))
            {
                if (Directory.GetLastWriteTimeUtc(folder) < oldest.UtcDateTime)
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
        }
    }
}
