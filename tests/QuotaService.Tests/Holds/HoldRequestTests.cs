using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sora.QuotaService.Tests.Drivers;
using Xunit;

namespace Sora.QuotaService.Tests.Holds;

public sealed class HoldRequestTests(QuotaSystem system)
{
    private const string Good =
        """{"command_id":"cmd_1","kind":"create","model":"sora-2","size":"1280x720","seconds":8}""";

    private readonly Tenant _tenant = new(system);
    private readonly string _video = Tenant.NewId("video");

    [Theory]
    [InlineData("\"seconds\":8", "\"seconds\":-8", "seconds")]
    [InlineData("\"seconds\":8", "\"seconds\":0", "seconds")]
    [InlineData("\"seconds\":8", "\"seconds\":2147483647", "seconds")]
    [InlineData(",\"seconds\":8", "", "seconds")]
    [InlineData("\"create\"", "\"steal\"", "kind")]
    [InlineData("\"create\"", "null", "kind")]
    [InlineData("\"sora-2\"", "\"\"", "model")]
    [InlineData("\"sora-2\"", "\"sora\\u0000\"", "model")]
    [InlineData("\"sora-2\"", "null", "model")]
    [InlineData("1280x720", "1280", "size")]
    [InlineData("1280x720", "-1280x720", "size")]
    [InlineData("1280x720", "1280x720\\n", "size")]
    [InlineData("\"command_id\":\"cmd_1\",", "", "command_id")]
    [InlineData("cmd_1", "", "command_id")]
    public async Task A_bad_field_is_named_and_nothing_is_held(string good, string bad, string param)
    {
        using var answer = await PutAsync(Good.Replace(good, bad, StringComparison.Ordinal));

        var error = await ErrorAsync(answer, HttpStatusCode.BadRequest);
        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.Equal(0, await _tenant.AccountAsync("held"));
    }

    [Theory]
    [InlineData("\"seconds\":8", "\"seconds\":8.5")]
    [InlineData("\"seconds\":8", "\"seconds\":1e400")]
    [InlineData("\"seconds\":8", "\"seconds\":NaN")]
    [InlineData("\"seconds\":8", "\"seconds\":99999999999")]
    [InlineData("\"seconds\":8", "\"seconds\":8,\"seconds\":4")]
    [InlineData("}", "")]
    public async Task What_is_not_such_a_body_is_refused(string good, string bad)
    {
        using var answer = await PutAsync(Good.Replace(good, bad, StringComparison.Ordinal));

        await ErrorAsync(answer, HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("sora-3", "1280x720")]
    [InlineData("sora-2", "1920x1080")]
    public async Task What_has_no_price_is_refused(string model, string size)
    {
        var answer = await _tenant.HoldAsync(_video, model, size);

        Assert.Equal(("refused", "unknown_price", 0), (answer.Status, answer.Reason, answer.AmountMicroUsd));
        Assert.Contains(model, answer.Message, StringComparison.Ordinal);
        Assert.Equal(0, await _tenant.AccountAsync("held"));
    }

    [Fact]
    public async Task A_malformed_video_id_is_refused()
    {
        using var answer = await _tenant.PutHoldAsync("a%20b", JsonDocument.Parse(Good).RootElement);

        var error = await ErrorAsync(answer, HttpStatusCode.BadRequest);
        Assert.Equal("video_id", error.GetProperty("param").GetString());
    }

    [Fact]
    public async Task Another_tenants_video_is_not_found()
    {
        await _tenant.HoldAsync(_video);

        using var answer = await new Tenant(system).PutHoldAsync(_video, JsonDocument.Parse(Good).RootElement);

        var error = await ErrorAsync(answer, HttpStatusCode.NotFound);
        Assert.Equal("video_not_found", error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_hold_is_for_other_services_and_not_for_clients_of_the_gateway()
    {
        using var content = new StringContent(Good, Encoding.UTF8, "application/json");
        using var answer = await _tenant.SendAsync(
            HttpMethod.Put, $"/internal/holds/{_video}", content, issuer: "gateway");

        await ErrorAsync(answer, HttpStatusCode.Forbidden);
    }

    private Task<HttpResponseMessage> PutAsync(string body)
    {
        var content = new StringContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return _tenant.SendAsync(HttpMethod.Put, $"/internal/holds/{_video}", content);
    }

    private static async Task<JsonElement> ErrorAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        var envelope = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return envelope.GetProperty("error");
    }
}
