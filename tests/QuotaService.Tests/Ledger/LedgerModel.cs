using Sora.Contracts;
using Sora.QuotaService.Holds;

namespace Sora.QuotaService.Tests.Ledger;

/// <summary>The rules of the money in memory, for one budget: the database must come to the same.</summary>
internal sealed class LedgerModel(long limit)
{
    private readonly Dictionary<string, Video> _videos = [];

    public long Held => _videos.Values.Where(video => video.Status == HoldStatus.Granted).Sum(video => video.Price);

    public long Spent => _videos.Values.Where(video => video.Status == HoldStatus.Settled).Sum(video => video.Price);

    public long Lost => _videos.Values.Where(video => video.CostBooked == "loss").Sum(video => video.Cost);

    public long Suspended => _videos.Values.Where(video => video.CostBooked == "suspense").Sum(video => video.Cost);

    public long Owed => _videos.Values.Where(video => video.CostBooked is not null).Sum(video => video.Cost);

    public string Hold(string video, long price, long cost)
    {
        if (_videos.TryGetValue(video, out var known))
        {
            return known.Status == HoldStatus.Granted ? "granted" : "resolved";
        }

        if (Held + Spent + price > limit)
        {
            return "insufficient_quota";
        }

        _videos[video] = new Video { Price = price, Cost = cost };
        return "granted";
    }

    public ResolutionOutcome Settle(string video) => Resolve(video, HoldStatus.Settled, "charge");

    public ResolutionOutcome Release(string video, string charge) => Resolve(video, HoldStatus.Released, charge switch
    {
        UpstreamCharge.Charged => "loss",
        UpstreamCharge.Unresolved => "suspense",
        _ => null,
    });

    public void RenderLate(string video)
    {
        if (_videos.TryGetValue(video, out var known) && known.CostBooked is null or "suspense")
        {
            known.CostBooked = "loss";
        }
    }

    private ResolutionOutcome Resolve(string video, string status, string? cost)
    {
        if (!_videos.TryGetValue(video, out var known))
        {
            _videos[video] = new Video { Status = status };
            return ResolutionOutcome.NeverHeld;
        }

        if (known.Status == HoldStatus.Granted)
        {
            known.Status = status;
            known.CostBooked ??= cost;
            return ResolutionOutcome.Resolved;
        }

        if (status == HoldStatus.Settled && known.Status == HoldStatus.Released)
        {
            RenderLate(video);
        }

        return ResolutionOutcome.ResolvedBefore;
    }

    private sealed class Video
    {
        public string Status { get; set; } = HoldStatus.Granted;

        public long Price { get; init; }

        public long Cost { get; init; }

        public string? CostBooked { get; set; }
    }
}
