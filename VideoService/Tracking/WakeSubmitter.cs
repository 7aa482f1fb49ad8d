using MassTransit;
using Sora.Contracts;

namespace Sora.VideoService.Tracking;

/// <summary>
/// A job was accepted, perhaps by another replica: look for it now and not at the next idle interval.
/// </summary>
public sealed class WakeSubmitter(Submitter submitter) : IConsumer<VideoAccepted>
{
    public Task Consume(ConsumeContext<VideoAccepted> context)
    {
        submitter.Wake();
        return Task.CompletedTask;
    }
}
