namespace Sora.VideoService.Tests.Creates;

/// <summary>Creates without a key, as the official SDKs send and repeat them.</summary>
public sealed class RepeatTests(VideoSystem system)
{
    private readonly Customer _customer = system.NewCustomer();

    [Fact]
    public async Task Five_deliberate_requests_are_five_jobs_with_any_client()
    {
        Wish[] clients = [Wish.Node(_customer, 0), new Wish(_customer), new Wish(_customer, ("x-stainless-lang", "ruby"))];
        foreach (var client in clients)
        {
            AssertAllNew(await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.SendAsync())));
        }

        var replies = new List<Reply>();
        for (var take = 0; take < 5; take++)
        {
            replies.Add(await Wish.DotNet(_customer).SendAndReceiveAsync());
        }

        AssertAllNew(replies);
        Assert.Equal(20, await system.Videos.CountAsync(_customer));
    }

    [Fact]
    public async Task A_counted_repetition_finds_the_job_of_the_first_request()
    {
        var first = await Wish.Node(_customer, 0).SendAsync();
        var second = await Wish.Node(_customer, 1).SendAsync();
        var third = await Wish.Node(_customer, 2).SendAsync();

        Assert.All([second, third], reply => Assert.Equal((200, first.Id, true), (reply.Status, reply.Id, reply.IsReplay)));
        Assert.Equal(1, await system.Videos.CountAsync(_customer));
    }

    [Fact]
    public async Task A_counted_repetition_of_something_else_is_new()
    {
        var first = await Wish.Node(_customer, 0).SendAsync();
        var wish = Wish.Node(_customer, 1);

        AssertAllNew(
        [
            await (wish with { Prompt = $"{wish.Prompt}." }).SendAsync(),
            await (wish with { Customer = _customer.With("key_other") }).SendAsync(),
            await (wish with { Customer = system.NewCustomer(_customer.Caller.Project) }).SendAsync(),
            await (wish with { Customer = system.NewCustomer() }).SendAsync(),
        ]);
        await system.Videos.AgeCreateAsync(first.Id, TimeSpan.FromSeconds(120));
        AssertAllNew([await wish.SendAsync()]);
    }

    [Fact]
    public async Task A_repetition_that_comes_before_the_first_answer_waits_for_it()
    {
        var (asked, answered) = (new TaskCompletionSource(), new TaskCompletionSource());
        system.Quota.Answer(_customer, async _ =>
        {
            asked.TrySetResult();
            await answered.Task;
            return StubQuota.Hold("granted");
        });

        var first = Wish.Node(_customer, 0).SendAsync();
        await asked.Task;
        var second = Wish.Node(_customer, 1).SendAsync();
        answered.SetResult();

        Assert.Equal((await first).Id, (await second).Id);
        Assert.Single(system.Quota.AskedBy(_customer));
    }

    [Fact]
    public async Task A_repetition_of_a_refused_request_is_tried_anew()
    {
        system.Quota.Refuse(_customer, "too_many_in_flight", "Later.");
        Assert.Equal(429, (await Wish.Node(_customer, 0).SendAsync()).Status);
        system.Quota.Answer(_customer, _ => Task.FromResult(StubQuota.Hold("granted")));

        AssertAllNew([await Wish.Node(_customer, 1).SendAsync()]);
    }

    [Fact]
    public async Task The_dotnet_client_gets_its_job_again_when_the_answer_was_lost()
    {
        var lost = await Wish.DotNet(_customer).SendAsync();
        var repetition = await Wish.DotNet(_customer).SendAndReceiveAsync();
        var anotherTake = await Wish.DotNet(_customer).SendAsync();

        Assert.Equal((lost.Id, true), (repetition.Id, repetition.IsReplay));
        Assert.NotEqual(lost.Id, anotherTake.Id);
        Assert.Equal(2, await system.Videos.CountAsync(_customer));
    }

    [Fact]
    public async Task The_word_of_delivery_may_come_a_little_late()
    {
        var first = await Wish.DotNet(_customer).SendAsync();
        var another = Wish.DotNet(_customer).SendAsync();
        using var noted = await _customer.PostAsync(
            JsonContent.Create(new { }), $"/internal/creates/{first.Receipt}/delivered");

        Assert.NotEqual(first.Id, (await another).Id);
    }

    [Fact]
    public async Task An_answer_lost_ten_seconds_ago_is_not_looked_for()
    {
        var lost = await Wish.DotNet(_customer).SendAsync();
        await system.Videos.AgeCreateAsync(lost.Id, TimeSpan.FromSeconds(10));

        AssertAllNew([await Wish.DotNet(_customer).SendAsync()]);
    }

    [Fact]
    public async Task The_time_counts_from_the_latest_answer_however_long_it_took()
    {
        var lost = await Wish.DotNet(_customer).SendAsync();
        await system.Videos.AgeCreateAsync(lost.Id, TimeSpan.FromSeconds(9));
        var again = await Wish.DotNet(_customer).SendAsync();
        await system.Videos.ExecuteAsync(
            "update creates set created_at = created_at - interval '30 seconds' where resource_id = @Id", new { lost.Id });

        Assert.Equal([lost.Id, lost.Id], [again.Id, (await Wish.DotNet(_customer).SendAsync()).Id]);
    }

    [Fact]
    public async Task Four_requests_of_the_dotnet_client_at_once_whose_answers_are_lost_are_one_job()
    {
        for (var round = 0; round < 10; round++)
        {
            var customer = system.NewCustomer();

            var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Wish.DotNet(customer).SendAsync()));

            Assert.Single(replies.Select(reply => reply.Id).Distinct());
            Assert.Equal(1, await system.Videos.CountAsync(customer));
            Assert.Single(system.Quota.AskedBy(customer));
        }
    }

    [Fact]
    public async Task Nobody_confirms_for_another_project()
    {
        var lost = await Wish.DotNet(_customer).SendAsync();
        using var noted = await system.NewCustomer().PostAsync(
            JsonContent.Create(new { }), $"/internal/creates/{lost.Receipt}/delivered");

        Assert.Equal(lost.Id, (await Wish.DotNet(_customer).SendAsync()).Id);
    }

    private static void AssertAllNew(IReadOnlyCollection<Reply> replies)
    {
        Assert.All(replies, reply => Assert.Equal((200, false), (reply.Status, reply.IsReplay)));
        Assert.Equal(replies.Count, replies.Select(reply => reply.Id).Distinct().Count());
    }
}
