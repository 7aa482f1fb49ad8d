using MassTransit;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Identity;
using Sora.ServiceDefaults.Messaging;
using Sora.TestServers;

namespace Sora.ServiceDefaults.Tests.Drivers;

/// <summary>
/// A service put together from ServiceDefaults as a real one is, in this process and on real servers.
/// </summary>
internal sealed class TestService : IAsyncDisposable
{
    public const string Name = "test-service";
    public const string Secret = "c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlISE=";

    public static readonly Caller Ann = new("user_ann", "org_1", "proj_a", "member", ["videos"], "key_1", 30);
    public static readonly Caller Bob = Ann with { User = "user_bob", Project = "proj_b" };

    private readonly WebApplication _app;

    private TestService(WebApplication app, RecordedLogs logs, RecordedSpans spans)
    {
        _app = app;
        Logs = logs;
        Spans = spans;
    }

    public RecordedLogs Logs { get; }

    public RecordedSpans Spans { get; }

    public IServiceProvider Services => _app.Services;

    public ServiceDatabase Database => Services.GetRequiredService<ServiceDatabase>();

    public Uri Address => new(_app.Urls.Single());

    public static TestServiceSetUp With(params (string Key, string? Value)[] configuration) =>
        new(configuration.ToDictionary(pair => pair.Key, pair => pair.Value));

    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient { BaseAddress = Address };
        if (token is not null)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation(InternalTokens.Header, token);
        }

        return client;
    }

    public async Task StopAsync() => await _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(default);
        await _app.DisposeAsync();
    }

    /// <summary>What a service is made of; everything is added by the methods that real services call.</summary>
    internal sealed record TestServiceSetUp(IReadOnlyDictionary<string, string?> Configuration)
    {
        private Action<WebApplicationBuilder> _add = _ => { };

        public TestServiceSetUp Add(Action<WebApplicationBuilder> add)
        {
            _add += add;
            return this;
        }

        public TestServiceSetUp AddDatabase(string connectionString)
        {
            return Add(builder =>
            {
                builder.Configuration["ConnectionStrings:testdb"] = connectionString;
                builder.AddDatabase("testdb");
            });
        }

        public async Task<TestServiceSetUp> AddDatabaseAsync(SharedServers servers) =>
            AddDatabase(await servers.CreateDatabaseAsync("testdb", TestContext.Current.CancellationToken));

        public TestServiceSetUp AddMessaging(string rabbitMq, Action<IBusRegistrationConfigurator>? consumers = null) =>
            Add(builder =>
            {
                builder.Configuration["ConnectionStrings:rabbitmq"] = rabbitMq;
                builder.AddMessaging(Name, consumers);
            });

        public async Task<TestService> StartAsync(Action<WebApplication>? map = null)
        {
            var (logs, spans) = (new RecordedLogs(), new RecordedSpans());
            var builder = WebApplication.CreateBuilder();
            builder.Configuration.AddInMemoryCollection(Configuration);
            builder.Configuration["InternalIdentity:Secret"] ??= Secret;
            // Nobody listens there. Without an endpoint no spans are made at all.
            builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9";
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders().AddProvider(logs);
            builder.AddServiceDefaults(Name);
            builder.Services.ConfigureOpenTelemetryTracerProvider(traces =>
                traces.AddProcessor(new SimpleActivityExportProcessor(spans)));
            _add(builder);
            var app = builder.Build();
            app.MapDefaultEndpoints();
            map?.Invoke(app);
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new TestService(app, logs, spans);
        }
    }
}
