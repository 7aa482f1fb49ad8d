using Sora.ServiceDefaults.Errors;
using Sora.VideoService.Videos;

namespace Sora.VideoService.Tests.Requests;

/// <summary>Reference images on their way through: in from the client, out to the upstream.</summary>
public sealed class ReferenceTests(VideoSystem system)
{
    [Fact]
    public async Task An_uploaded_image_is_kept_and_submitted_byte_by_byte()
    {
        var customer = system.NewCustomer();
        var image = new byte[300_000];
        Random.Shared.NextBytes(image);

        var answer = await CreateAsync(customer, ("input_reference", new ByteArrayContent(image)));

        Assert.Equal(200, answer.Status);
        var kept = Assert.Single(system.Storage.ReferencesOf(customer));
        Assert.Equal((answer.Text("id"), "1280x720", "application/octet-stream"), (kept.VideoId, kept.Size, kept.ContentType));
        Assert.Equal(image, kept.Body);
        await system.Videos.InStageAsync(kept.VideoId, VideoStage.Submitted);
        Assert.Equal(image, Assert.Single(system.Upstream.SubmissionsOf(customer.Prompt)).Reference);
    }

    [Fact]
    public async Task An_image_url_is_handed_over_as_it_is()
    {
        var customer = system.NewCustomer();

        var answer = await CreateAsync(customer, ("input_reference[image_url]", new StringContent("https://a.example/a.png")));

        Assert.Equal(200, answer.Status);
        var kept = Assert.Single(system.Storage.ReferencesOf(customer));
        Assert.Equal(
            $$"""{"command_id":"{{answer.Text("id")}}","image_url":"https://a.example/a.png"}""",
            System.Text.Encoding.UTF8.GetString(kept.Body));
    }

    [Theory]
    [InlineData("input_reference")]
    [InlineData("input_reference.image_url")]
    public async Task What_StorageWorker_finds_wrong_is_told_before_any_money_is_held(string param)
    {
        var customer = system.NewCustomer();
        system.Storage.Refuse(customer, ApiError.Invalid(param, "It is not an image.", "invalid_image"));

        var answer = await CreateAsync(customer, ("input_reference", new ByteArrayContent([1, 2, 3])));

        Assert.Equal((400, param, "invalid_image"), answer.Refusal);
        Assert.Equal("It is not an image.", answer.Text("error", "message"));
        Assert.Empty(system.Quota.AskedBy(customer));
        Assert.Equal(0, await system.Videos.CountAsync(customer));
    }

    [Fact]
    public async Task A_StorageWorker_that_cannot_take_it_is_no_fault_of_the_client()
    {
        var customer = system.NewCustomer();
        system.Storage.Refuse(customer, ApiError.Unavailable("The disk is full."));

        var answer = await CreateAsync(customer, ("input_reference", new ByteArrayContent([1, 2, 3])));

        Assert.Equal((503, null, "service_unavailable"), answer.Refusal);
        Assert.Empty(system.Quota.AskedBy(customer));
        Assert.Equal(0, await system.Videos.CountAsync(customer));
    }

    private static async Task<Answer> CreateAsync(Customer customer, (string Name, HttpContent Content) reference)
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent(customer.Prompt), "prompt" },
            { new StringContent("1280x720"), "size" },
        };
        if (reference.Content is ByteArrayContent and not StringContent)
        {
            form.Add(reference.Content, reference.Name, "upload");
        }
        else
        {
            form.Add(reference.Content, reference.Name);
        }

        using var response = await customer.PostAsync(form);
        return await Answer.ReadAsync(response);
    }
}
