using System.Globalization;

namespace Sora.QuotaService.Budgets;

/// <summary>A budget with its balances in one month, in micro-dollars.</summary>
/// <param name="Level">One of <see cref="BudgetLevel"/>.</param>
/// <param name="Owner">The id of the organisation, project or user.</param>
/// <param name="MonthlyLimitMicroUsd">What may be held and spent in the month.</param>
/// <param name="MaxInFlight">How many videos may be in flight at once; null: any number.</param>
/// <param name="HeldMicroUsd">Set aside for videos in flight.</param>
/// <param name="InFlight">Videos in flight.</param>
/// <param name="SpentMicroUsd">Paid in the month.</param>
internal sealed record Budget(
    string Level,
    string Owner,
    long MonthlyLimitMicroUsd,
    int? MaxInFlight,
    long HeldMicroUsd,
    int InFlight,
    long SpentMicroUsd)
{
    /// <summary>The columns of a budget, its spending being that of <c>@Month</c>.</summary>
    public const string Columns =
        """
        level, owner, monthly_limit_micro_usd, max_in_flight, held_micro_usd, in_flight,
        case when month >= @Month then spent_micro_usd else 0 end as spent_micro_usd
        """;

    /// <summary>What new holds may take.</summary>
    public long LeftMicroUsd => Math.Max(0, MonthlyLimitMicroUsd - HeldMicroUsd - SpentMicroUsd);

    /// <summary>True where as many videos are in flight as may be.</summary>
    public bool IsFull => InFlight >= MaxInFlight;

    /// <summary>Says to the user why a video is refused.</summary>
    public string ExplainRefusal(long amountMicroUsd, DateTimeOffset month) => IsFull
        ? $"The {Level} '{Owner}' has {InFlight} of at most {MaxInFlight} videos in flight. Wait until one has ended."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"This video costs {MicroUsd.Format(amountMicroUsd)}, but the {Level} '{Owner}' has "
            + $"{MicroUsd.Format(LeftMicroUsd)} left of its budget of {MicroUsd.Format(MonthlyLimitMicroUsd)} for "
            + $"{month:MMMM yyyy} ({MicroUsd.Format(SpentMicroUsd)} spent, {MicroUsd.Format(HeldMicroUsd)} held).");
}

/// <summary>Whose budgets a video has to fit into, in the order in which their rows are locked.</summary>
internal static class BudgetLevel
{
    public const string Organization = "organization";
    public const string Project = "project";
    public const string User = "user";

    public static readonly string[] All = [Organization, Project, User];
}
