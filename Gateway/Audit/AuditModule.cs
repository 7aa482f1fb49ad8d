using Sora.Gateway.Requests;
using Sora.ServiceDefaults.Messaging;

namespace Sora.Gateway.Audit;

/// <summary>What people changed, in every service, for the owners to read.</summary>
internal static class AuditModule
{
    /// <summary>
    /// Adds the gateway's messaging: it hears <c>AuditRecorded</c>, and its own changes leave by its outbox. No request
    /// needs RabbitMQ: while it is away, entries wait.
    /// </summary>
    public static WebApplicationBuilder AddAudit(this WebApplicationBuilder builder) =>
        builder.AddMessaging(Routes.Gateway, bus => bus.AddConsumer<KeepAuditEntry>());

    /// <summary>Maps <c>/v1/audit_log</c>.</summary>
    public static WebApplication MapAudit(this WebApplication app)
    {
        app.MapOwn("GET", "/v1/audit_log", ReadAuditLog.HandleAsync)
            .Produces<ListResource<AuditEntryResource>>()
            .WithName("listAuditLog")
            .WithSummary("List or export what people changed");
        return app;
    }
}
