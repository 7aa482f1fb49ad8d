using Sora.Simulator.Charges;

namespace Sora.Simulator.Videos;

/// <summary>After a restart: charges what a crash left uncharged, goes on with what had not ended.</summary>
internal sealed class ResumeVideos(VideoStore store, ChargeLog charges, VideoRunner runner) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var video in store.All.OrderBy(video => video.Sequence))
        {
            if (!charges.Contains(video.Id))
            {
                await charges.AppendAsync(Charge.For(video), cancellationToken);
            }

            if (!video.HasEnded)
            {
                runner.Start(video);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
