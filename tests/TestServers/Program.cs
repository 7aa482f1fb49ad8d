using System.Diagnostics;
using System.Runtime.InteropServices;
using Sora.TestServers;
using Sora.TestServers.Processes;

if (args is not ["run", "--", var program, .. var arguments])
{
    Console.Error.WriteLine("Usage: TestServers run -- COMMAND [ARGUMENTS]");
    Console.Error.WriteLine("Runs the command with a PostgreSQL, a RabbitMQ and a Redis of its own, and ends them.");
    return 64;
}

using var folder = new ProcessFolder("servers");
var postgres = new PostgresServer(folder);
var rabbitMq = new RabbitMqServer(folder);
var redis = new RedisServer(folder);
await Task.WhenAll(postgres.StartAsync(), rabbitMq.StartAsync(), redis.StartAsync());

var command = new Command(program, arguments)
{
    Environment = new Dictionary<string, string?>
    {
        [ServerVariables.Postgres] = postgres.ConnectionString,
        [ServerVariables.RabbitMq] = rabbitMq.ConnectionString,
        [ServerVariables.RabbitMqManagement] = rabbitMq.Management.OriginalString,
        [ServerVariables.Redis] = redis.ConnectionString,
    },
};
using var process = Process.Start(command.ToStartInfo())!;
// Ctrl-C reaches the command by the terminal; a plain SIGTERM has to be handed on.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    Signals.Send(process.Id, Signal.Terminate);
});
await process.WaitForExitAsync();
return process.ExitCode;
