using FsCheck;
using FsCheck.Fluent;
using Sora.Contracts;
using Sora.QuotaService.Holds;
using Sora.QuotaService.Tests.Drivers;

namespace Sora.QuotaService.Tests.Ledger;

/// <summary>Something that happens to the money of one of a few videos.</summary>
/// <param name="What">Hold, settle, late, or a release with the upstream's charge.</param>
/// <param name="Video">Which video: 0 to 4.</param>
internal sealed record LedgerStep(string What, int Video)
{
    // The upstream charges half of a sora-2-pro's price and nothing for a sora-2.
    private string Model => Video % 2 == 0 ? "sora-2-pro" : "sora-2";

    private int Seconds => 4 + (4 * (Video % 3));

    private long Price => Seconds * (Video % 2 == 0 ? 300_000L : 100_000L);

    private long Cost => Video % 2 == 0 ? Price / 2 : 0;

    /// <summary>Steps in any order, with repetitions and losses; a failing list shrinks step by step.</summary>
    public static Arbitrary<LedgerStep[]> Lists { get; } = Arb.From(
        Gen.ArrayOf(
            from what in Gen.Frequency(
                (4, Gen.Constant("hold")),
                (2, Gen.Constant("settle")),
                (1, Gen.Constant(UpstreamCharge.None)),
                (1, Gen.Constant(UpstreamCharge.Charged)),
                (1, Gen.Constant(UpstreamCharge.Unresolved)),
                (1, Gen.Constant("late")))
            from video in Gen.Choose(0, 4)
            select new LedgerStep(what, video),
            24),
        steps => steps.Select((_, left) => steps.Where((_, index) => index != left).ToArray()));

    /// <summary>Does it to the service.</summary>
    /// <returns>The answer as a word.</returns>
    public async Task<string> DoAsync(Tenant tenant, PlaceHold place)
    {
        var video = $"{tenant.Project}-{Video}";
        switch (What)
        {
            case "hold":
                var order = tenant.Order(video, Model, Seconds);
                var answer = await place.PlaceAsync(order, CancellationToken.None);
                return answer!.Reason ?? answer.Status;
            case "settle":
                return (await tenant.SettleAsync(video)).Outcome.ToString();
            case "late":
                await tenant.RenderLateAsync(video);
                return What;
            default:
                return (await tenant.ReleaseAsync(video, What)).Outcome.ToString();
        }
    }

    /// <summary>Does it to the model.</summary>
    /// <returns>The answer as a word.</returns>
    public string Do(LedgerModel model)
    {
        var video = $"{Video}";
        switch (What)
        {
            case "hold":
                return model.Hold(video, Price, Cost);
            case "settle":
                return model.Settle(video).ToString();
            case "late":
                model.RenderLate(video);
                return What;
            default:
                return model.Release(video, What).ToString();
        }
    }
}
