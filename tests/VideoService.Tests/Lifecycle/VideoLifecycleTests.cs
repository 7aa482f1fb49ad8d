using FsCheck;
using FsCheck.Fluent;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Lifecycle;

/// <summary>Any order, repetition and loss of facts.</summary>
public sealed class VideoLifecycleTests
{
    private const int Stories = 1000;

    // The search ends at the first story that shows the fault.
    private const int MostStories = 50_000;

    public static TheoryData<string> Rules => [.. LifecycleRules.All.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Every_run_keeps_the_rule(string rule) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Stories), Property(LifecycleRules.All[rule], VideoLifecycle.Decide));

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_rule_notices_a_machine_that_breaks_it(string rule) => Assert.ThrowsAny<Exception>(() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(MostStories), Property(LifecycleRules.All[rule], Mutants.All[rule])));

    [Fact]
    public void The_stories_lead_into_every_stage_but_one()
    {
        var reached = Story.Any.Generator.Sample(5 * Stories)
            .SelectMany(story => Run.Of(VideoLifecycle.Decide, story).Videos)
            .Select(video => video.Stage)
            .ToHashSet();

        // Rejections need approvals, which nobody decides yet.
        Assert.Equal(Enum.GetValues<VideoStage>().Except([VideoStage.Rejected]), reached.Order());
    }

    [Fact]
    public void A_fact_repeated_after_the_end_says_nothing() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Stories),
        Prop.ForAll(Story.Any, story =>
        {
            var twice = story.SelectMany(step => new[] { step, step with { After = TimeSpan.Zero } });
            var decisions = Run.Of(VideoLifecycle.Decide, twice).Decisions;
            return decisions.Where((decision, i) => i % 2 == 1 && decision.Before.Stage.IsTerminal())
                .All(decision => decision.Transition is null or { IsVisible: false, Messages.Count: 0 });
        }));

    private static Property Property(Func<Run, bool> rule, Machine machine) => Prop.ForAll(
        Story.Any, story => rule(Run.Of(machine, [.. story, Story.End])));
}
