using Amazon.S3;
using Sora.StorageWorker.Objects;
using Sora.TestServers.Processes;

namespace Sora.StorageWorker.Tests.Objects;

public sealed class S3StoreTests(S3Server server) : ObjectStoreTests, IClassFixture<S3Server>, IDisposable
{
    private readonly AmazonS3Client _client = ObjectsModule.CreateClient(server.Options);

    private protected override IObjectStore Store =>
        new S3Store(_client, server.Options, new DraftFolder(server.Options.DraftFolder));

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_server_that_is_away_is_a_fault_worth_another_attempt()
    {
        var options = new S3Options
        {
            Endpoint = new Uri($"http://127.0.0.1:{FreePort.Next()}"),
            Bucket = "sora",
            AccessKey = "key",
            SecretKey = "secret",
        };
        using var client = ObjectsModule.CreateClient(options);
        var store = new S3Store(client, options, new DraftFolder(server.Options.DraftFolder));
        using var draft = store.CreateDraft();
        await draft.FillAsync(new MemoryStream([1]), 1, default);

        await Assert.ThrowsAsync<IOException>(() => store.KeepAsync(draft, ObjectKey.Of("clips"), default));
        await Assert.ThrowsAsync<IOException>(() => store.OpenAsync(ObjectKey.Of("clips"), 0, 1, default));
    }
}
