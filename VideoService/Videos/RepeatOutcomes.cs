using MassTransit;
using Sora.Contracts;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Messaging;

namespace Sora.VideoService.Videos;

/// <summary>
/// Announces again how videos have ended, for somebody who has not heard it: RabbitMQ may have lost its data. Of those that
/// go on nothing is said; their end is still to come.
/// </summary>
public sealed class RepeatOutcomes(ServiceDatabase database) : IConsumer<OutcomesAsked>
{
    public Task Consume(ConsumeContext<OutcomesAsked> context) => database.ConsumeOnceAsync(
        this, context, work => RepeatAsync(work, context.Message.VideoIds, context.CancellationToken));

    private static async Task RepeatAsync(
        UnitOfWork work, IReadOnlyList<string> videoIds, CancellationToken cancellationToken)
    {
        var videos = await work.QueryAsync<Video>(
            $"select {Video.Columns} from videos where id = any(@Ids)", new { Ids = videoIds.ToArray() }, cancellationToken);
        foreach (var video in videos)
        {
            foreach (var message in VideoLifecycle.Outcome(video))
            {
                work.Publish(message, video.Traceparent);
            }
        }

        foreach (var unknown in videoIds.Except(videos.Select(video => video.Id)))
        {
            work.Publish(new VideoUnknown(unknown));
        }
    }
}
