using System.Diagnostics;
using System.Runtime.InteropServices;
using Sora.TestServers.Processes;

namespace Sora.TestServers;

/// <summary>
/// Runs a command with servers of its own. Named and internal, so that no test's <c>Program</c> is taken for it.
/// </summary>
internal static class EntryPoint
{
    private static async Task<int> Main(string[] args)
    {
        if (args is not ["run", "--", var program, .. var arguments])
        {
            Console.Error.WriteLine("Usage: TestServers run -- COMMAND [ARGUMENTS]");
            Console.Error.WriteLine("Runs the command with a PostgreSQL, a RabbitMQ and a Redis of its own, and ends them.");
            return 64;
        }

        using var servers = new OwnServers();
        await servers.StartAsync();
        var command = new Command(program, arguments) { Environment = ServerVariables.For(servers) };
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
    }
}
