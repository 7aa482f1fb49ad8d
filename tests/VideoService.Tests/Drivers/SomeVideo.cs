using Sora.ServiceDefaults;
using Sora.VideoService.Tests.Lifecycle;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Drivers;

/// <summary>A video of a customer that nobody works on: no time is set at which somebody has to look at it.</summary>
internal static class SomeVideo
{
    public static Video Of(Customer customer) => Run.NewVideo() with
    {
        Id = Ids.New("video", TimeProvider.System.GetUtcNow()),
        Organization = customer.Caller.Organization,
        Project = customer.Caller.Project,
        User = customer.Caller.User,
        Prompt = customer.Prompt,
        Stage = VideoStage.Rendering,
        UpstreamId = $"up-{Guid.NewGuid():n}",
        Attempt = 1,
        CreatedAt = TimeProvider.System.GetUtcNow(),
        StageSince = TimeProvider.System.GetUtcNow(),
        SubmittedAt = TimeProvider.System.GetUtcNow(),
        DeadlineAt = TimeProvider.System.GetUtcNow().AddHours(2),
        HeldMicroUsd = 800_000,
        PriceVersion = 1,
    };

    /// <summary>One that has ended with a clip.</summary>
    public static Video ReadyOf(Customer customer) => Of(customer) with
    {
        Stage = VideoStage.Ready,
        Progress = 100,
        CompletedAt = TimeProvider.System.GetUtcNow(),
        ExpiresAt = TimeProvider.System.GetUtcNow().AddDays(30),
    };
}
