using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sora.StorageWorker.Tests.Clips;

public sealed class ClipTraceTests(StorageSystem system)
{
    [Fact]
    public async Task The_copy_is_in_the_trace_of_the_job_with_a_span_for_each_step()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Sora.StorageWorker" or "MassTransit" or "the tests",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("the tests");
        var clip = system.NewClip()
            .At("video", Answers.Bytes(Media.Mp4))
            .At("thumbnail", Answers.Bytes(Media.LossyWebP))
            .At("spritesheet", Answers.Bytes(Media.Jpeg));

        using var job = source.StartActivity("create video")!;
        await clip.StoreAsync();

        await TestServers.Processes.Wait.UntilAsync("the span has ended", _ => Task.FromResult(
            spans.Any(span => span.DisplayName == "store clip" && span.TraceId == job.TraceId)));
        var store = spans.Single(span => span.DisplayName == "store clip" && span.TraceId == job.TraceId);
        var steps = spans.Where(span => span.ParentSpanId == store.SpanId).ToList();
        Assert.Equal(
            ["copy", "keep", "open", "verify"],
            steps.Select(span => span.DisplayName).Distinct().Intersect(["open", "copy", "verify", "keep"]).Order());
        Assert.Equal(3, steps.Count(span => span.DisplayName == "keep"));
    }
}
