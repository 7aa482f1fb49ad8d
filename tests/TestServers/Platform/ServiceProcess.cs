using Sora.TestServers.Processes;

namespace Sora.TestServers.Platform;

/// <summary>A built service as a process of its own, on a free port, as an operator would run it.</summary>
/// <param name="folder">Where its log lies.</param>
/// <param name="name">Its name towards the others: <c>video-service</c>.</param>
/// <param name="project">Its project and assembly: <c>VideoService</c>.</param>
public sealed class ServiceProcess(ProcessFolder folder, string name, string project)
    : ChildProcess(folder, name, FreePort.Next())
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Its root on loopback.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}/");

    /// <summary>What it is configured with beside its port; a change takes effect at the next start.</summary>
    public Dictionary<string, string?> Variables { get; } = [];

    /// <summary>Whether <c>/health</c> says that nothing is missing.</summary>
    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            using var http = new HttpClient { BaseAddress = Address, Timeout = Patience };
            return await http.IsHealthyAsync(cancellationToken);
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    protected override Task<Command> PrepareAsync(CancellationToken cancellationToken)
    {
        Variables["ASPNETCORE_URLS"] = $"http://127.0.0.1:{Port}";
        return Task.FromResult(new Command("dotnet", "exec", Repository.Assembly(project))
        {
            Environment = Variables,
            // The content root: appsettings.json is read from there.
            WorkingDirectory = Path.Combine(Repository.Root, project),
        });
    }

    /// <inheritdoc/>
    protected override Task<bool> IsReadyAsync(CancellationToken cancellationToken) =>
        IsHealthyAsync(cancellationToken);
}
