using MassTransit;
using Sora.Contracts;

namespace Sora.VideoService.Videos;

/// <summary>
/// The clip cannot be had: the video fails, and the customer pays nothing. A repetition changes nothing.
/// </summary>
public sealed class FailUnstorableVideo(FactWriter facts) : IConsumer<ClipLost>
{
    public Task Consume(ConsumeContext<ClipLost> context) => facts.ApplyAsync(
        context.Message.VideoId,
        new VideoFact.ClipGone(context.Message.Epoch, context.Message.Code, context.Message.Message));
}
