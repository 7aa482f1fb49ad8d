namespace Sora.QuotaService.Usage;

/// <summary>What a project has spent in a month, and what its budgets still allow. Amounts are micro-dollars.</summary>
/// <param name="Object">Always <c>usage</c>.</param>
/// <param name="Currency">Always <c>usd</c>.</param>
/// <param name="Month">The calendar month (UTC), for example <c>2026-11</c>.</param>
/// <param name="SpentMicroUsd">What the project's finished videos cost in that month.</param>
/// <param name="Budgets">
/// The budgets of the caller's organisation, project and user as they are now; empty for another month than this.
/// </param>
/// <param name="ByDay">The project's spending by day (UTC), oldest first; days without any are left out.</param>
/// <param name="ByModel">The project's spending by model, most first.</param>
/// <param name="ByUser">The project's spending by user, most first.</param>
internal sealed record UsageResource(
    string Object,
    string Currency,
    string Month,
    long SpentMicroUsd,
    IReadOnlyList<BudgetUsage> Budgets,
    IReadOnlyList<DayUsage> ByDay,
    IReadOnlyList<ModelUsage> ByModel,
    IReadOnlyList<UserUsage> ByUser);

/// <summary>A budget this month, in micro-dollars.</summary>
/// <param name="Level"><c>organization</c>, <c>project</c> or <c>user</c>.</param>
/// <param name="Id">The id of the organisation, project or user.</param>
/// <param name="LimitMicroUsd">What may be held and spent in the month.</param>
/// <param name="SpentMicroUsd">Paid for videos that became ready this month.</param>
/// <param name="HeldMicroUsd">Set aside for videos in flight.</param>
/// <param name="LeftMicroUsd">What new videos may cost.</param>
/// <param name="InFlight">Videos in flight.</param>
/// <param name="MaxInFlight">How many may be in flight at once; null: any number.</param>
internal sealed record BudgetUsage(
    string Level,
    string Id,
    long LimitMicroUsd,
    long SpentMicroUsd,
    long HeldMicroUsd,
    long LeftMicroUsd,
    int InFlight,
    int? MaxInFlight);

/// <summary>What was spent on a day (UTC, <c>2026-11-22</c>), in micro-dollars, and for how many videos.</summary>
internal sealed record DayUsage(string Day, long SpentMicroUsd, int Videos);

/// <summary>What was spent on a model, in micro-dollars, and for how many videos.</summary>
internal sealed record ModelUsage(string Model, long SpentMicroUsd, int Videos);

/// <summary>What was spent by a user, in micro-dollars, and for how many videos.</summary>
internal sealed record UserUsage(string User, long SpentMicroUsd, int Videos);
