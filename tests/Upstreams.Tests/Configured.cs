
namespace Sora.Upstreams.Tests;

/// <summary>An upstream as a service gets it: from configuration, out of the catalogue.</summary>
internal sealed class Configured : IAsyncDisposable
{
    public const string Key = "sk-test-7Qm2Zt9Lx4Vb8Nc1";
    public const string Credential = "default";

    private readonly ServiceProvider _provider;

    public Configured(
        Uri baseUrl,
        string dialect = "openai",
        IEnumerable<(string Name, string Value)>? settings = null,
        Action<IServiceCollection>? services = null)
    {
        var values = new Dictionary<string, string?>
        {
            ["Upstreams:stub:BaseUrl"] = baseUrl.ToString(),
            ["Upstreams:stub:Dialect"] = dialect,
            [$"Upstreams:stub:Credentials:{Credential}"] = Key,
        };
        foreach (var (name, value) in settings ?? [])
        {
            values[name.StartsWith("Egress:", StringComparison.Ordinal) ? name : $"Upstreams:stub:{name}"] = value;
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var collection = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration);
        services?.Invoke(collection);
        _provider = collection.AddUpstreams(configuration).BuildServiceProvider();
    }

    public IVideoUpstream Upstream => _provider.GetRequiredService<UpstreamCatalogue>().Get("stub");

    public static VideoSubmission Submission { get; } =
        new("job-1-1", "sora-2", "A red kite — élan", "1280x720", 8, Reference: null, RemixOf: null);

    public Task<SubmitOutcome> SubmitAsync(VideoSubmission? submission = null) =>
        Upstream.SubmitAsync(Credential, submission ?? Submission, TestContext.Current.CancellationToken);

    public Task<LookOutcome> GetAsync(string id = "video_1") =>
        Upstream.GetAsync(Credential, id, TestContext.Current.CancellationToken);

    public Task<IReadOnlyList<UpstreamVideo>?> ListAsync(DateTimeOffset since) =>
        Upstream.ListAsync(Credential, since, TestContext.Current.CancellationToken);

    public Task<bool> DeleteAsync(string id = "video_1") =>
        Upstream.DeleteAsync(Credential, id, TestContext.Current.CancellationToken);

    public Task<ContentOutcome> OpenAsync(string variant = "video", string id = "video_1") =>
        Upstream.OpenContentAsync(Credential, id, variant, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
