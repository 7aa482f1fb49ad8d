using Microsoft.Extensions.Options;
using Sora.QuotaService.Budgets;
using Sora.QuotaService.Prices;
using Sora.ServiceDefaults.Database;
using Sora.ServiceDefaults.Errors;
using Sora.ServiceDefaults.Identity;

namespace Sora.QuotaService.Holds;

/// <summary>
/// Sets the price of a video aside, if it fits into the budgets of its organisation, project and user: all three or
/// none. Idempotent by the video's id.
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
            var known = await database.ReadAsync<Hold>(
                order.Caller, Hold.Find, new { order.VideoId }, cancellationToken);
            return known is [var hold] ? HoldAnswer.Of(hold) : HoldAnswer.UnknownPrice(order.Model, order.Size);
        }

        await using var work = await database.BeginAsync(order.Caller, cancellationToken);
        var parameters = PlaceHoldSql.Parameters(order, price, budgets.Value, now);
        var outcome = await work.QuerySingleOrDefaultAsync<Outcome>(PlaceHoldSql.Place, parameters, cancellationToken);
        if (!outcome!.IsNew)
        {
            var hold = await work.QuerySingleOrDefaultAsync<Hold>(
                Hold.Find, new { order.VideoId }, cancellationToken);
            return hold is null ? null : HoldAnswer.Of(hold);
        }

        if (outcome.LevelsFitted < BudgetLevel.All.Length)
        {
            return await ExplainAsync(work, order, price, outcome.LevelsFitted, Month.Of(now), cancellationToken);
        }

        await work.CommitAsync(cancellationToken);
        return HoldAnswer.Granted(price.Of(order.Seconds), price);
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

    /// <summary>How far it got: whether the video had no hold, and into how many levels it fits.</summary>
    private sealed record Outcome(bool IsNew, int LevelsFitted);

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
