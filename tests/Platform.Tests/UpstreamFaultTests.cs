using Xunit;

namespace Sora.Platform.Tests;

/// <summary>
/// An upstream that loses answers, sends webhooks twice, too early or forged: each job still ends once, charged once.
/// </summary>
public sealed class UpstreamFaultTests(PlatformFixture platform)
{
    [Theory]
    [InlineData("[fault:cut-after-accept]")]
    [InlineData("[fault:error-after-accept=503]")]
    [InlineData("[fault:broken-answer]")]
    [InlineData("[fault:rate-limit=1]")]
    [InlineData("[fault:cut-before-accept]")]
    [InlineData("[fault:create-status=202]")]
    [InlineData("[fault:webhook-duplicate=20]")]
    [InlineData("[fault:webhook-early]")]
    [InlineData("[fault:webhook-forged]")]
    [InlineData("[fault:webhook-missing]")]
    [InlineData("[fault:webhook-out-of-order]")]
    [InlineData("[fault:truncated]")]
    [InlineData("[fault:not-mp4]")]
    [InlineData("[fault:content-error=500]")]
    public async Task A_fault_of_the_upstream_costs_one_charge_and_the_clip_comes(string fault)
    {
        var mark = Scenario.NewMark();
        var id = await platform.Http.CreateAsync($"A calm sea {fault} [job:{mark}]");

        var video = await platform.Http.WaitForEndAsync(id);

        Assert.True(video["status"]!.GetValue<string>() == "completed", video.ToJsonString());
        Assert.Equal(1, await platform.System.ChargesAsync(mark));
        Assert.Equal("settled", await platform.System.FateAsync(id));
    }

    [Theory]
    [InlineData("[fault:moderation]", "moderation_blocked")]
    [InlineData("[fault:fail-at=40]", "generation_failed")]
    public async Task A_render_that_fails_is_told_in_band_and_costs_the_customer_nothing(string fault, string code)
    {
        var id = await platform.Http.CreateAsync($"A calm sea {fault}");

        var video = await platform.Http.WaitForEndAsync(id);

        Assert.Equal("failed", video["status"]!.GetValue<string>());
        Assert.Equal(code, video["error"]!["code"]!.GetValue<string>());
        Assert.Equal("released", await platform.System.FateAsync(id));
    }
}
