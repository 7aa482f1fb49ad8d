using System.Diagnostics.Metrics;
using Sora.QuotaService.Holds;

namespace Sora.QuotaService;

/// <summary>What the service counts: a method for each fact.</summary>
internal sealed class QuotaMetrics(Meter meter)
{
    private readonly Counter<long> _answers = meter.CreateCounter<long>(
        "sora.hold.answers", "{hold}", "Holds asked for, by answer and reason.");

    private readonly Counter<long> _resolutions = meter.CreateCounter<long>(
        "sora.hold.resolutions", "{hold}", "Videos that ended, by what became of their hold and who ended it.");

    private readonly Counter<long> _losses = meter.CreateCounter<long>(
        "sora.ledger.losses", "{micro-dollar}", "Upstream costs that no customer pays.");

    private readonly Gauge<int> _drift = meter.CreateGauge<int>(
        "sora.ledger.drift", "{budget}", "Budgets whose balances are not the sum of their entries; 0 is healthy.");

    public void HoldAnswered(HoldAnswer answer) => _answers.Add(
        1, new("sora.hold.answer", answer.Status), new("sora.hold.reason", answer.Reason ?? "none"));

    public void HoldResolved(string status, ResolutionOutcome outcome) => _resolutions.Add(
        1, new("sora.hold.status", status), new("sora.hold.outcome", outcome.ToString()));

    public void Lost(long amountMicroUsd) => _losses.Add(amountMicroUsd);

    public void Drifted(int budgets) => _drift.Record(budgets);
}
