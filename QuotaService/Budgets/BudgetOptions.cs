using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Sora.QuotaService.Budgets;

/// <summary>Section <c>Budgets</c>: the budgets that are made at a first hold where nobody has set one.</summary>
public sealed class BudgetOptions
{
    /// <summary>For each organisation.</summary>
    [ValidateObjectMembers]
    public DefaultBudget DefaultOrganization { get; set; } = new();

    /// <summary>For each project.</summary>
    [ValidateObjectMembers]
    public DefaultBudget DefaultProject { get; set; } = new();

    /// <summary>For each user in an organisation.</summary>
    [ValidateObjectMembers]
    public DefaultBudget DefaultUser { get; set; } = new();
}

/// <summary>A budget as it starts.</summary>
public sealed class DefaultBudget
{
    /// <summary>
    /// What may be held and spent in a calendar month (UTC), in micro-dollars: $100 of play money unless set.
    /// </summary>
    [Range(0, 1_000_000_000_000_000_000)]
    public long MonthlyLimitMicroUsd { get; set; } = 100_000_000;

    /// <summary>How many videos may be in flight at once; any number unless set.</summary>
    [Range(0, int.MaxValue)]
    public int? MaxInFlight { get; set; }
}

[OptionsValidator]
internal sealed partial class BudgetOptionsValidator : IValidateOptions<BudgetOptions>;
