using MassTransit;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.StorageWorker.Uploads;

/// <summary>A character was made: its clip does not expire any more.</summary>
public sealed class RetainCharacterClip(ServiceDatabase database) : IConsumer<CharacterCreated>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<CharacterCreated> context) => database.ConsumeOnceAsync(this, context, work =>
        work.ExecuteAsync(
            "update uploads set expires_at = null where id = @CharacterId",
            new { context.Message.CharacterId },
            context.CancellationToken));
}
