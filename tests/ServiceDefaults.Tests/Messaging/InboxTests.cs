using Sora.TestServers.Processes;

namespace Sora.ServiceDefaults.Tests.Messaging;

public sealed class InboxTests : MessagingFixture
{
    [Fact]
    public async Task A_message_that_comes_twice_has_one_effect()
    {
        var id = Guid.NewGuid();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAgainAsync(Clip("video_1"), id)));
        await Wait.UntilAsync("all have arrived", _ => Task.FromResult(Deliveries.All.Count >= 20));
        await SendAgainAsync(Clip("video_2"), Guid.NewGuid());
        await WaitForNotesAsync(2);

        Assert.Equal(["video_1", "video_2"], await NotesAsync());
    }

    [Fact]
    public async Task An_effect_that_fails_takes_its_receipt_back_and_is_tried_again()
    {
        Deliveries.FailureOf = attempt => attempt <= 2 ? new InvalidOperationException("not yet") : null;

        await PublishAsync(Clip("video_1"));
        await WaitForNotesAsync(1);

        Assert.Equal(["video_1"], await NotesAsync());
        Assert.Equal(3, Deliveries.All.Count);
        Assert.Equal(["NoteClip"], await QueryAsync<string>("select consumer from inbox"));
    }
}
