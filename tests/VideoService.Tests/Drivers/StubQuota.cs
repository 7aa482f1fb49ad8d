using System.Collections.Concurrent;
using System.Text.Json;
using Sora.ServiceDefaults.Identity;

namespace Sora.VideoService.Tests.Drivers;

/// <summary>A hold that was asked for.</summary>
internal sealed record AskedHold(string VideoId, string User, JsonElement Body);

/// <summary>Stands for QuotaService: grants every hold unless a user's answer says otherwise.</summary>
internal sealed class StubQuota(InternalTokens tokens)
{
    /// <summary>Until when every approval can be given, in Unix seconds.</summary>
    public const long ApprovalExpiresAt = 4_102_444_800;

    private readonly ConcurrentQueue<AskedHold> _asked = new();
    private readonly ConcurrentDictionary<string, Func<HttpContext, Task<IResult>>> _answers = new();

    public IEnumerable<AskedHold> AskedBy(Customer customer) => _asked.Where(hold => hold.User == customer.Caller.User);

    public void Answer(Customer customer, Func<HttpContext, Task<IResult>> answer) => _answers[customer.Caller.User] = answer;

    public void Refuse(Customer customer, string reason, string message) => Answer(customer, _ => Task.FromResult(Hold(
        "refused", reason is "unknown_price" ? null : 1, reason, message)));

    public static IResult Hold(
        string status, int? priceVersion = 1, string? reason = null, string? message = null) => Results.Ok(new
        {
            status,
            amount_micro_usd = status is "refused" ? 0 : 800_000,
            price_version = priceVersion,
            tier = priceVersion is null ? null : "standard",
            reason,
            message,
            approval_expires_at = status is "needs_approval" ? ApprovalExpiresAt : (long?)null,
        });

    public void Map(IEndpointRouteBuilder app) => app.MapPut("/internal/holds/{videoId}", HoldAsync);

    private async Task<IResult> HoldAsync(string videoId, HttpContext context)
    {
        var identity = await tokens.VerifyAsync(context.Request.Headers[InternalTokens.Header].ToString());
        if (identity?.FindFirst("sub")?.Value is not { } user)
        {
            return Results.Unauthorized();
        }

        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        _asked.Enqueue(new AskedHold(videoId, user, body.RootElement.Clone()));
        return _answers.TryGetValue(user, out var answer) ? await answer(context) : Hold("granted");
    }
}
