using System.Text.Json;
using MassTransit;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.Gateway.Audit;

/// <summary>Somebody changed something, in whichever service: keep it for the owners to read.</summary>
internal sealed class KeepAuditEntry(ServiceDatabase database) : IConsumer<AuditRecorded>
{
    private const string Insert =
        """
        insert into audit_log (id, organization_id, project_id, actor, key_id, action, target, details, at)
        values (@Id, @Organization, @Project, @Actor, @KeyId, @Action, @Target, @Details::json, @At)
        on conflict (id) do nothing
        """;

    public Task Consume(ConsumeContext<AuditRecorded> context)
    {
        var recorded = context.Message;
        return database.ConsumeOnceAsync(this, context, work => work.ExecuteAsync(
            Insert,
            new
            {
                Id = $"audit_{context.MessageId:n}",
                recorded.Organization,
                recorded.Project,
                recorded.Actor,
                recorded.KeyId,
                recorded.Action,
                recorded.Target,
                Details = JsonSerializer.Serialize(recorded.Details),
                recorded.At,
            },
            context.CancellationToken));
    }
}
