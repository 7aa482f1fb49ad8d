using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Sora.ServiceDefaults;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Videos;

/// <summary>QuotaService's answer to a hold.</summary>
/// <param name="Status"><c>granted</c>, <c>needs_approval</c> or <c>refused</c>.</param>
/// <param name="AmountMicroUsd">What is held, in micro-dollars.</param>
/// <param name="PriceVersion">The version of the price book; null where it has no price.</param>
/// <param name="Reason">Why it was refused, or null.</param>
/// <param name="Message">The reason in a sentence for the caller, or null.</param>
/// <param name="ApprovalExpiresAt">Unix seconds until which it can be approved; null where no approval is needed.</param>
public sealed record HoldAnswer(
    string Status, long AmountMicroUsd, int? PriceVersion, string? Reason, string? Message, long? ApprovalExpiresAt);

/// <summary>Asks QuotaService to hold a job's price; asking again for the same video gets the same answer.</summary>
public sealed class Holds(ServiceClients services, IOptions<JsonOptions> json)
{
    /// <summary>
    /// Throws <see cref="HttpRequestException"/> or a timeout when there is no answer; the hold may stand all the same.
    /// </summary>
    public async Task<HoldAnswer> PlaceAsync(Video video, Caller caller, CancellationToken cancellationToken)
    {
        using var response = await services.SendAsync(
            "quota-service",
            () => new HttpRequestMessage(
                HttpMethod.Put, new Uri($"/internal/holds/{video.Id}", UriKind.Relative))
            {
                Content = JsonContent.Create(new
                {
                    command_id = video.Id,
                    kind = video.Kind,
                    model = video.Model,
                    size = video.Size,
                    seconds = video.Seconds,
                }),
            },
            caller,
            cancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<HoldAnswer>(json.Value.SerializerOptions, cancellationToken))!;
    }
}
