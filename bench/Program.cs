using System.Runtime.InteropServices;
using Sora.Bench;
using Sora.Bench.Reports;

Scenario[] scenarios =
[
    new("jobs", "from the create to the clip, many at once: throughput, CPU per job, memory, books", Jobs.RunAsync),
    new("creates", "the same while every tenth answer to a create is lost: one wish is one job and one charge", Creates.RunAsync),
    new("outages", "the same while every service and server is killed in turn: nothing lost, nothing twice", Outages.RunAsync),
    new("webhooks", "events to customers, one endpoint dead with a backlog, a receiver away for an hour", Webhooks.RunAsync),
    new("streams", "many who watch while jobs run and the gateway is killed: every event once, in order", Streams.RunAsync),
];

if (args is not [var name, .. var rest] || scenarios.SingleOrDefault(scenario => scenario.Name == name) is not { } chosen)
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project bench -- SCENARIO [--option value]");
    foreach (var scenario in scenarios)
    {
        Console.Error.WriteLine($"  {scenario.Name,-10}{scenario.Summary}");
    }

    return ExitCode.Usage;
}

if (!BenchOptions.TryParse(rest, out var options))
{
    return ExitCode.Usage;
}

using var interrupted = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
{
    context.Cancel = true;
    interrupted.Cancel();
});
var report = new Report(chosen.Name, options);
await chosen.RunAsync(options, report, interrupted.Token);
return await report.CloseAsync() ? ExitCode.Passed : ExitCode.Failed;
