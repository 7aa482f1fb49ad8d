using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Identity;

namespace Sora.Gateway.Tests.Harness;

/// <summary>
/// Stands where a service stands: verifies the internal token as every service does, and answers with what it
/// saw. A test can put its own answer on a path.
/// </summary>
internal sealed class ServiceStub(string name, string secret) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new();
    private WebApplication? _app;

    public string Name => name;

    public string Address => _app!.Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Configuration["InternalIdentity:Secret"] = secret;
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults(name);
        builder.AddInternalAuthentication();
        builder.Services.Configure<KestrelServerOptions>(options => options.Limits.MaxRequestBodySize = null);
        _app = builder.Build();
        _app.Map("/webhooks/{**rest}", AnswerAsync).WithMetadata(new AllowAnonymousAttribute());
        _app.Map("/s/{**rest}", AnswerAsync).WithMetadata(new AllowAnonymousAttribute());
        _app.Map("/{**rest}", AnswerAsync);
        await _app.StartAsync();
    }

    /// <summary>Answers requests for a path in the test's own way.</summary>
    public void On(string path, RequestDelegate answer) => _answers[path] = answer;

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private Task AnswerAsync(HttpContext context) =>
        _answers.TryGetValue(context.Request.Path, out var answer) ? answer(context) : EchoAsync(context);

    private async Task EchoAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var isCaller = context.User.Identity is { IsAuthenticated: true };
        await context.Response.WriteAsJsonAsync(new Seen(
            name,
            context.Request.Method,
            context.Request.Path + context.Request.QueryString,
            context.Request.Headers.ToDictionary(
                header => header.Key.ToLowerInvariant(), header => header.Value.Select(value => value ?? "").ToArray()),
            body.Length,
            isCaller ? await Caller.BindAsync(context) : null));
    }
}

/// <summary>A request as a service saw it.</summary>
internal sealed record Seen(
    string Service,
    string Method,
    string Path,
    Dictionary<string, string[]> Headers,
    long Length,
    Caller? Caller);
