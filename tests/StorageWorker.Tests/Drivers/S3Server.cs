using Sora.StorageWorker.Objects;
using Sora.TestServers.Processes;

namespace Sora.StorageWorker.Tests.Drivers;

/// <summary>
/// An S3 server from npm with an empty bucket. Run <c>npm ci</c> in <c>tests/node</c> first.
/// </summary>
public sealed class S3Server : IAsyncLifetime
{
    private readonly ProcessFolder _folder = new("s3");
    private readonly ServerProcess _process;

    public S3Server() => _process = new ServerProcess(_folder);

    internal S3Options Options => new()
    {
        Endpoint = new Uri($"http://127.0.0.1:{_process.Port}"),
        Bucket = "sora",
        AccessKey = "S3RVER",
        SecretKey = "S3RVER",
        PartSize = 5 * 1024 * 1024,
        DraftFolder = Path.Combine(_folder.Path, "drafts"),
    };

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await _process.StartAsync();
        using var client = ObjectsModule.CreateClient(Options);
        await client.PutBucketAsync(Options.Bucket);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class ServerProcess(ProcessFolder folder) : ChildProcess(folder, "s3rver", FreePort.Next())
    {
        protected override Task<Command> PrepareAsync(CancellationToken cancellationToken) =>
            Task.FromResult(new Command(
                "node", FindServer(), "--directory", Path.Combine(Folder.Path, "s3"),
                "--address", "127.0.0.1", "--port", $"{Port}"));

        protected override async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
        {
            using var http = new HttpClient();
            try
            {
                using var answer = await http.GetAsync($"http://127.0.0.1:{Port}/", cancellationToken);
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        private static string FindServer()
        {
            const string Server = "tests/node/node_modules/s3rver/bin/s3rver.js";
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Sora.sln")))
                {
                    var path = Path.Combine(folder.FullName, Server);
                    return File.Exists(path)
                        ? path
                        : throw new FileNotFoundException($"{path} is missing: run npm ci in tests/node first.");
                }
            }

            throw new DirectoryNotFoundException("No folder above holds Sora.sln.");
        }
    }
}
