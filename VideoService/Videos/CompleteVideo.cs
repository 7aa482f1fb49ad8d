using MassTransit;
using Sora.Contracts;

namespace Sora.VideoService.Videos;

/// <summary>
/// The clip is stored: the video becomes ready, and that is announced in the same transaction. A repetition finds the video
/// ready and changes nothing, so that no receipt has to be kept.
/// </summary>
public sealed class CompleteVideo(FactWriter facts) : IConsumer<ClipStored>
{
    public Task Consume(ConsumeContext<ClipStored> context) =>
        facts.ApplyAsync(context.Message.VideoId, new VideoFact.ClipKept(context.Message.Epoch));
}
