using System.Text;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Requests;

/// <summary>The forms in which the official SDKs send a create, byte by byte.</summary>
public sealed class CreateVideoTests(VideoSystem system)
{
    [Fact]
    public async Task The_node_SDKs_form_is_understood()
    {
        var customer = system.NewCustomer();
        const string Boundary = "----formdata-undici-012345678901";
        using var answer = await customer.PostAsync(Multipart(Boundary, Boundary, $"""
            --{Boundary}
            Content-Disposition: form-data; name="model"

            sora-2
            --{Boundary}
            Content-Disposition: form-data; name="prompt"

            {customer.Prompt}
            --{Boundary}
            Content-Disposition: form-data; name="seconds"

            8
            --{Boundary}
            Content-Disposition: form-data; name="size"

            1280x720
            --{Boundary}--

            """));

        await AssertCreatedAsync(await Answer.ReadAsync(answer), customer);
    }

    [Fact]
    public async Task The_dotnet_SDKs_form_is_understood()
    {
        var customer = system.NewCustomer();
        using var answer = await customer.PostAsync(Multipart("BOUND", "\"BOUND\"", $"""
            --BOUND
            Content-Type: text/plain; charset=utf-8
            Content-Disposition: form-data; name=prompt

            {customer.Prompt}
            --BOUND
            Content-Type: text/plain; charset=utf-8
            Content-Disposition: form-data; name=model

            sora-2
            --BOUND
            Content-Type: text/plain; charset=utf-8
            Content-Disposition: form-data; name=seconds

            8
            --BOUND
            Content-Type: text/plain; charset=utf-8
            Content-Disposition: form-data; name=size

            1280x720
            --BOUND--

            """));

        await AssertCreatedAsync(await Answer.ReadAsync(answer), customer);
    }

    [Theory]
    [InlineData("\"8\"")]
    [InlineData("8")]
    public async Task Json_is_understood_with_seconds_as_text_or_number(string seconds)
    {
        var customer = system.NewCustomer();
        using var answer = await customer.PostAsync(new StringContent(
            $$"""{"model":"sora-2","prompt":"{{customer.Prompt}}","seconds":{{seconds}},"size":"1280x720","n":1,"user":null}""",
            Encoding.UTF8,
            "application/json"));

        await AssertCreatedAsync(await Answer.ReadAsync(answer), customer);
    }

    [Fact]
    public async Task What_is_left_out_has_the_protocols_defaults()
    {
        var customer = system.NewCustomer();
        using var response = await customer.PostAsync(new { prompt = customer.Prompt });
        var answer = await Answer.ReadAsync(response);

        Assert.Equal(
            ("sora-2", "720x1280", "4"), (answer.Text("model"), answer.Text("size"), answer.Text("seconds")));
    }

    [Fact]
    public async Task The_answer_has_the_protocols_members_in_order_and_ours_in_one()
    {
        var customer = system.NewCustomer();
        using var response = await customer.PostAsync(new { prompt = customer.Prompt, model = "sora-2", size = "1280x720" });
        var answer = await Answer.ReadAsync(response);

        Assert.Equal(
            "id object model status progress created_at completed_at expires_at prompt size seconds "
            + "remixed_from_video_id error sora",
            string.Join(' ', answer.Body.EnumerateObject().Select(member => member.Name)));
        Assert.Equal(
            "stage stage_since queue_position expected_seconds_left cost approval attempt late_result organization project user",
            string.Join(' ', answer.Body.GetProperty("sora").EnumerateObject().Select(member => member.Name)));
        Assert.Matches("^video_[0-9a-f]{48}$", answer.Text("id"));
        Assert.Equal(
            ("video", "queued", "0", customer.Prompt),
            (answer.Text("object"), answer.Text("status"), answer.Text("progress"), answer.Text("prompt")));
        Assert.Equal(("800000", "0"), answer.Cost);
        Assert.Equal(
            ("accepted", "1", customer.Caller.User),
            (answer.Text("sora", "stage"), answer.Text("sora", "cost", "price_version"), answer.Text("sora", "user")));
        Assert.InRange(int.Parse(answer.Headers["openai-poll-after-ms"]), 1000, 10_000);
    }

    private async Task AssertCreatedAsync(Answer answer, Customer customer)
    {
        Assert.Equal(200, answer.Status);
        var video = await system.Videos.FindAsync(answer.Text("id")!);
        Assert.NotNull(video);
        Assert.Equal(
            ("create", "sora-2", customer.Prompt, "1280x720", 8),
            (video.Kind, video.Model, video.Prompt, video.Size, video.Seconds));
        Assert.Equal(
            (customer.Caller.Organization, customer.Caller.Project, customer.Caller.User, 30),
            (video.Organization, video.Project, video.User, video.RetentionDays));
        var hold = Assert.Single(system.Quota.AskedBy(customer));
        Assert.Equal(video.Id, hold.VideoId);
        Assert.Equal(
            $$"""{"command_id":"{{video.Id}}","kind":"create","model":"sora-2","size":"1280x720","seconds":8}""",
            hold.Body.GetRawText());
        await system.Videos.WhenAsync("submitted", video.Id, row => row.Stage is VideoStage.Submitted);
        var submission = Assert.Single(system.Upstream.SubmissionsOf(customer.Prompt));
        Assert.Equal(($"job-{video.Id}-1", "1280x720", "8"), (submission.Key, submission.Size, submission.Seconds));
    }

    private static ByteArrayContent Multipart(string boundary, string quoted, string text)
    {
        Assert.Contains(boundary, text);
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));
        content.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={quoted}");
        return content;
    }
}
