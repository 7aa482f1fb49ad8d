using System.Diagnostics;
using MassTransit;
using Sora.Contracts;
using Sora.TestServers.Processes;

namespace Sora.ServiceDefaults.Tests.Messaging;

public sealed class OutboxTests : MessagingFixture
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task A_committed_message_arrives_and_leaves_the_outbox()
    {
        await PublishAsync(Clip("video_1"));

        await WaitForNotesAsync(1);

        Assert.Equal(["video_1"], await NotesAsync());
        await WaitForEmptyOutboxAsync();
    }

    [Fact]
    public async Task Row_and_message_are_committed_together_or_not_at_all()
    {
        await using (var work = await Service.Database.BeginAsync(TestService.Ann, Cancelled))
        {
            await work.ExecuteAsync("insert into notes (project, text) values ('proj_a', 'row')", null, Cancelled);
            work.Publish(Clip("video_rolled_back"));
        }

        await using (var work = await Service.Database.BeginAsync(TestService.Ann, Cancelled))
        {
            work.Publish(Clip("video_due_later"), due: DateTimeOffset.MaxValue.AddYears(-1));
            await work.ExecuteAsync("insert into notes (project, text) values ('proj_a', 'kept')", null, Cancelled);
            await work.CommitAsync(Cancelled);
        }

        Assert.Equal(["kept"], await NotesAsync());
        Assert.Equal(["video_due_later"], await QueryAsync<string>("select body->>'videoId' from outbox"));
    }

    [Fact]
    public async Task A_message_keeps_the_id_of_its_row()
    {
        await PublishAsync(Clip("video_1"), due: DateTimeOffset.MaxValue.AddYears(-1));
        var id = Assert.Single(await QueryAsync<Guid>("select message_id from outbox"));

        await ExecuteAsync("update outbox set due_at = now()");
        await WaitForNotesAsync(1);

        Assert.Equal(id, Assert.Single(Deliveries.All).MessageId);
    }

    [Fact]
    public async Task A_message_is_consumed_in_the_trace_that_it_was_published_in()
    {
        await PublishAsync(Clip("video_1"), traceparent: $"00-{Trace}-00f067aa0ba902b7-01");

        await WaitForNotesAsync(1);

        Assert.Equal(ActivityTraceId.CreateFromString(Trace), Assert.Single(Deliveries.All).TraceId);
    }

    [Fact]
    public async Task The_trace_of_the_publisher_is_the_current_one_unless_it_says_otherwise()
    {
        using var trace = new Activity("create a video").Start();
        await PublishAsync(Clip("video_1"), due: DateTimeOffset.MaxValue.AddYears(-1));

        Assert.Equal([trace.Id!], await QueryAsync<string>("select traceparent from outbox"));
    }

    [Fact]
    public async Task A_message_waits_for_its_due_time()
    {
        var due = TimeProvider.System.GetUtcNow().AddSeconds(1.5);
        await PublishAsync(Clip("video_late"), due: due);
        await PublishAsync(Clip("video_now"));

        await WaitForNotesAsync(2);

        Assert.Equal(["video_now", "video_late"], await NotesAsync());
        Assert.True(TimeProvider.System.GetUtcNow() >= due);
    }

    [Fact]
    public async Task Messages_with_and_without_a_due_time_leave_together()
    {
        await using (var work = await Service.Database.BeginAsync(TestService.Ann, Cancelled))
        {
            work.Publish(Clip("video_now"));
            work.Publish(Clip("video_late"), due: TimeProvider.System.GetUtcNow().AddSeconds(0.5));
            await work.CommitAsync(Cancelled);
        }

        await WaitForNotesAsync(2);

        Assert.Equal(["video_now", "video_late"], await NotesAsync());
    }

    [Fact]
    public async Task A_message_waits_for_the_first_start_of_its_consumer()
    {
        await using (var work = await Service.Database.BeginAsync(TestService.Ann, Cancelled))
        {
            work.Publish(new VideoDeleted("video_1", "org_1", "proj_a", DateTimeOffset.UnixEpoch));
            await work.CommitAsync(Cancelled);
        }

        await Wait.UntilAsync("it is put off", _ => Task.FromResult(Service.Logs.Alarming.Any(entry =>
            entry.Message.Contains("no queue takes a Sora.Contracts.VideoDeleted", StringComparison.Ordinal))));
        Assert.Single(await QueryAsync<long>("select id from outbox"));

        var erased = new TaskCompletionSource<string>();
        await using var newcomer = await TestService.With()
            .AddDatabase(DatabaseAddress)
            .AddMessaging(RabbitMq, bus => bus.AddHandler((VideoDeleted message) =>
            {
                erased.TrySetResult(message.VideoId);
                return Task.CompletedTask;
            }))
            .StartAsync();

        Assert.Equal("video_1", await erased.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled));
    }

    [Fact]
    public async Task Two_relays_publish_each_message_once()
    {
        await using var second = await StartServiceAsync();
        const int Count = 1000;
        await using (var work = await Service.Database.BeginAsync(TestService.Ann, Cancelled))
        {
            foreach (var number in Enumerable.Range(0, Count))
            {
                work.Publish(Clip($"video_{number}"));
            }

            await work.CommitAsync(Cancelled);
        }

        await WaitForNotesAsync(Count);
        await WaitForEmptyOutboxAsync();

        // Every delivery is counted before the inbox could hide a second one.
        Assert.Equal(Count, Deliveries.All.Count);
        Assert.Equal(Count, (await NotesAsync()).Distinct().Count());
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_holds_up_no_other()
    {
        await ExecuteAsync(
            """
            insert into outbox (message_id, type, body)
            values (gen_random_uuid(), 'Sora.Contracts.Unheard', '{}'), (gen_random_uuid(), 'Sora.Contracts.ClipStored', '[]')
            """);
        await PublishAsync(Clip("video_1"));

        await WaitForNotesAsync(1);
        await Wait.UntilAsync(
            "both are put off",
            async _ => (await QueryAsync<int>("select 1 from outbox where due_at > now()")).Count == 2);

        Assert.Equal(2, Service.Logs.Alarming.Count(entry => entry.Message.Contains("is put off", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("NUL \0"), InlineData("\ud83d\ude80 \u202e"), InlineData("\" \\ \n { } @Name :name $1")]
    public async Task Text_of_any_kind_survives_the_outbox(string text)
    {
        await PublishAsync(Clip("video_1") with { Sha256 = text });

        await WaitForNotesAsync(1);

        Assert.Equal(text, Assert.Single(Deliveries.All).Text);
    }

    [Fact]
    public async Task Only_messages_of_the_contracts_can_be_published()
    {
        await using var work = await Service.Database.BeginAsync(Cancelled);

        Assert.Throws<ArgumentException>(() => work.Publish(new object()));
    }

    private Task WaitForEmptyOutboxAsync() =>
        Wait.UntilAsync("the outbox is empty", async _ => (await QueryAsync<int>("select 1 from outbox")).Count == 0);
}
