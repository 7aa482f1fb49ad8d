using Microsoft.Extensions.Options;
using Sora.QuotaService.Approvals;
using Sora.QuotaService.Budgets;
using Sora.QuotaService.Prices;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.QuotaService.Holds;

/// <summary>
/// Sets the price of a video aside, if it fits into the budgets of its organisation, project and user: all three or
/// none. A video that falls under a rule of its organisation waits for an approval, its money being held. Idempotent by
/// the video's id.
/// </summary>
internal sealed partial class PlaceHold(
    ServiceDatabase database,
    PriceBook prices,
    IOptions<BudgetOptions> budgets,
    QuotaMetrics metrics,
    TimeProvider clock,
    ILogger<PlaceHold> logger)
{
    public async Task<IResult> HandleAsync(
        string videoId, PlaceHoldRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (request.Validate(videoId) is { } error)
        {
            return error;
        }

        var order = new Order(videoId, request.Kind!, request.Model!, request.Size!, request.Seconds!.Value, caller);
        if (await PlaceAsync(order, cancellationToken) is not { } answer)
        {
            return ApiError.NotFound($"Video with id '{videoId}' not found.", "video_not_found");
        }

        metrics.HoldAnswered(answer);
        Log.Answered(logger, videoId, answer.Status, answer.Reason, answer.AmountMicroUsd, request.CommandId!);
        return TypedResults.Ok(answer);
    }

    /// <summary>The answer, or null where the video's id belongs to another project.</summary>
    internal async Task<HoldAnswer?> PlaceAsync(Order order, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await prices.FindAsync(order.Model, order.Size, now, cancellationToken) is not { } price)
        {
            await using var reading = await database.BeginAsync(order.Caller, cancellationToken);
            return await AnswerAgainAsync(reading, order.VideoId, cancellationToken)
                ?? HoldAnswer.UnknownPrice(order.Model, order.Size);
        }

        await using var work = await database.BeginAsync(order.Caller, cancellationToken);
        var parameters = PlaceHoldSql.Parameters(order, price, budgets.Value, now);
        var outcome = await work.QuerySingleOrDefaultAsync<Outcome>(PlaceHoldSql.Place, parameters, cancellationToken);
        if (!outcome!.IsNew)
        {
            return await AnswerAgainAsync(work, order.VideoId, cancellationToken);
        }

        if (outcome.LevelsFitted < BudgetLevel.All.Length)
        {
            return await ExplainAsync(work, order, price, outcome.LevelsFitted, Month.Of(now), cancellationToken);
        }

        var approval = outcome.Rule is { } rule
            ? await Approval.RequestAsync(work, order, price, rule, now, cancellationToken)
            : null;
        await work.CommitAsync(cancellationToken);
        return HoldAnswer.Held(price.Of(order.Seconds), price, approval);
    }

    /// <summary>Null where the caller's project has no such hold.</summary>
    private static async Task<HoldAnswer?> AnswerAgainAsync(
        UnitOfWork work, string videoId, CancellationToken cancellationToken)
    {
        var key = new { VideoId = videoId };
        if (await work.QuerySingleOrDefaultAsync<Hold>(Hold.Find, key, cancellationToken) is not { } hold)
        {
            return null;
        }

        var approval = hold.Status == HoldStatus.NeedsApproval
            ? await work.QuerySingleOrDefaultAsync<Approval>(Approval.Find, key, cancellationToken)
            : null;
        return HoldAnswer.Of(hold, approval);
    }

    private static async Task<HoldAnswer> ExplainAsync(
        UnitOfWork work,
        Order order,
        Price price,
        int levelsFitted,
        DateTimeOffset month,
        CancellationToken cancellationToken)
    {
        var budget = await work.QuerySingleOrDefaultAsync<Budget>(
            $"""
            select {Budget.Columns} from budgets
            where organization = @Organization and level = @Level and owner = @Owner
            """,
            new
            {
                order.Caller.Organization,
                Level = BudgetLevel.All[levelsFitted],
                Owner = order.Owners[levelsFitted],
                Month = month,
            },
            cancellationToken);
        return HoldAnswer.OverBudget(price.Of(order.Seconds), price, budget!, month);
    }

    /// <summary>
    /// How far it got: whether the video had no hold, into how many levels it fits, and the rule that asks for an approval.
    /// </summary>
    private sealed record Outcome(bool IsNew, int LevelsFitted, string? RuleTier, long? RuleMinAmountMicroUsd)
    {
        public ApprovalRule? Rule => RuleTier is null && RuleMinAmountMicroUsd is null
            ? null
            : new ApprovalRule(RuleTier, RuleMinAmountMicroUsd);
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Information,
            Message = "Hold for {VideoId}: {Status} {Reason}, {AmountMicroUsd} micro-dollars (command {CommandId})")]
        public static partial void Answered(
            ILogger logger, string videoId, string status, string? reason, long amountMicroUsd, string commandId);
    }
}

/// <summary>A video that somebody wants to be made.</summary>
internal sealed record Order(string VideoId, string Kind, string Model, string Size, int Seconds, Caller Caller)
{
    /// <summary>Whose budgets it has to fit into, in the order of <see cref="BudgetLevel.All"/>.</summary>
    public string[] Owners => [Caller.Organization, Caller.Project, Caller.User];
}
