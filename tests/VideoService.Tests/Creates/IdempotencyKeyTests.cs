using Sora.VideoService.Creates;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Creates;

/// <summary>One key, one job, one answer.</summary>
public sealed class IdempotencyKeyTests(VideoSystem system)
{
    [Fact]
    public async Task A_repetition_gets_the_first_answer_to_the_letter_whatever_has_happened_since()
    {
        var customer = system.NewCustomer();
        var wish = Wish.Keyed(customer);

        var first = await wish.SendAsync();
        await system.Videos.InStageAsync(first.Id, VideoStage.Submitted);
        var second = await wish.SendAsync();
        await customer.CallAsync(HttpMethod.Delete, $"/v1/videos/{first.Id}");
        var third = await wish.SendAsync();

        Assert.Equal((200, false), (first.Status, first.IsReplay));
        Assert.All([second, third], reply => Assert.Equal((200, first.Body, true), (reply.Status, reply.Body, reply.IsReplay)));
        await AssertJobsAsync(customer, 1);
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_refused_and_the_first_stays_as_it_is()
    {
        var customer = system.NewCustomer();
        var wish = Wish.Keyed(customer) with { Reference = [1, 2, 3] };
        var first = await wish.SendAsync();
        Wish[] others =
        [
            wish with { Prompt = $"{wish.Prompt}." },
            wish with { Size = "640x480" },
            wish with { Reference = [1, 2, 4] },
            wish with { Reference = null },
        ];

        foreach (var other in others)
        {
            var reply = await other.SendAsync();
            Assert.Equal((400, "Idempotency-Key", "idempotency_key_reused"), reply.ReadJson().Refusal);
        }

        Assert.Equal(first.Body, (await wish.SendAsync()).Body);
        await AssertJobsAsync(customer, 1);
    }

    [Fact]
    public async Task Of_fifty_equal_requests_at_once_one_makes_the_job_and_all_get_its_answer()
    {
        for (var round = 0; round < 3; round++)
        {
            var customer = system.NewCustomer();
            var wish = Wish.Keyed(customer);

            var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => wish.SendAsync()));

            Assert.Single(replies.Select(reply => (reply.Status, reply.Body)).Distinct());
            Assert.Single(replies, reply => !reply.IsReplay);
            await AssertJobsAsync(customer, 1);
        }
    }

    [Fact]
    public async Task A_key_belongs_to_a_project_and_an_operation()
    {
        var customer = system.NewCustomer();
        var source = await system.Videos.InsertAsync(SomeVideo.ReadyOf(customer));
        var wish = Wish.Keyed(customer);
        var remix = wish with { Path = $"/v1/videos/{source.Id}/remix" };

        var first = await wish.SendAsync();
        var ofAnother = await (wish with { Customer = system.NewCustomer() }).SendAsync();
        var ofColleague = await (wish with { Customer = system.NewCustomer(customer.Caller.Project) }).SendAsync();
        var ofRemix = await remix.SendAsync();

        Assert.False(ofAnother.IsReplay);
        Assert.False(ofRemix.IsReplay);
        Assert.Equal(first.Body, ofColleague.Body);
        Assert.Equal(ofRemix.Body, (await remix.SendAsync()).Body);
    }

    [Fact]
    public async Task A_refused_request_frees_its_key()
    {
        var customer = system.NewCustomer();
        var wish = Wish.Keyed(customer);
        system.Quota.Refuse(customer, "insufficient_quota", "Not today.");

        Assert.Equal(400, (await (wish with { Size = "1x1" }).SendAsync()).Status);
        Assert.Equal(429, (await wish.SendAsync()).Status);
        system.Quota.Answer(customer, _ => Task.FromResult(StubQuota.Hold("granted")));
        var granted = await wish.SendAsync();

        Assert.Equal((200, false), (granted.Status, granted.IsReplay));
        await AssertJobsAsync(customer, 1);
    }

    [Fact]
    public async Task A_request_that_is_still_at_work_is_waited_for()
    {
        var customer = system.NewCustomer();
        var (asked, answered) = (new TaskCompletionSource(), new TaskCompletionSource());
        system.Quota.Answer(customer, async _ =>
        {
            asked.TrySetResult();
            await answered.Task;
            return StubQuota.Hold("granted");
        });
        var wish = Wish.Keyed(customer);

        var first = wish.SendAsync();
        await asked.Task;
        var second = wish.SendAsync();
        answered.SetResult();

        Assert.Equal((await first).Body, (await second).Body);
        Assert.True((await second).IsReplay);
        Assert.Single(system.Quota.AskedBy(customer));
    }

    [Fact]
    public async Task A_key_is_forgotten_after_a_week_and_not_before()
    {
        var customer = system.NewCustomer();
        var wish = Wish.Keyed(customer);
        var first = await wish.SendAsync();

        await system.Videos.AgeCreateAsync(first.Id, TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        await system.Get<ForgetCreates>().ForgetAsync(CancellationToken.None);
        Assert.Equal(first.Id, (await wish.SendAsync()).Id);
        await system.Videos.AgeCreateAsync(first.Id, TimeSpan.FromDays(7));
        var second = await wish.SendAsync();
        Assert.NotEqual(first.Id, second.Id);
        await system.Videos.AgeCreateAsync(second.Id, TimeSpan.FromDays(7));
        await system.Get<ForgetCreates>().ForgetAsync(CancellationToken.None);

        Assert.Empty(await system.Videos.QueryAsync<string>(
            "select resource_id from creates where project = @Project", new { customer.Caller.Project }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    [InlineData("256")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        var customer = system.NewCustomer();
        var reply = await Wish.Keyed(customer, key == "256" ? new string('k', 256) : key).SendAsync();

        Assert.Equal((400, "Idempotency-Key", "invalid_value"), reply.ReadJson().Refusal);
        await AssertJobsAsync(customer, 0);
    }

    [Fact]
    public async Task Any_255_printable_characters_are_a_key()
    {
        var customer = system.NewCustomer();
        var wish = Wish.Keyed(customer, new string('~', 254) + "!");

        Assert.Equal((await wish.SendAsync()).Body, (await wish.SendAsync()).Body);
        await AssertJobsAsync(customer, 1);
    }

    private async Task AssertJobsAsync(Customer customer, int count)
    {
        Assert.Equal(count, await system.Videos.CountAsync(customer));
        Assert.Equal(count, await system.Videos.CountCreatesAsync(customer));
    }
}
