using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Sora.Upstreams;

namespace Sora.VideoService.Catalogue;

/// <summary>Section <c>Catalogue</c>: which models clients may ask for, and who renders them.</summary>
public sealed class CatalogueOptions
{
    /// <summary>The model of a request that names none.</summary>
    [Required]
    public string DefaultModel { get; set; } = "sora-2";

    /// <summary>The models by their public id.</summary>
    [Required, MinLength(1)]
    public Dictionary<string, ModelOptions> Models { get; set; } = [];
}

/// <summary>One model. Its price and tier are QuotaService's; a model without a price is refused there.</summary>
public sealed class ModelOptions
{
    /// <summary>The upstream that renders it: a name of section <c>Upstreams</c>.</summary>
    public string Upstream { get; set; } = "";

    /// <summary>The upstream's own name for it; the public id unless set.</summary>
    public string? UpstreamModel { get; set; }

    /// <summary>Which of the upstream's credentials pays.</summary>
    public string Credential { get; set; } = "default";

    /// <summary>The sizes it renders, <c>WIDTHxHEIGHT</c>, in the order in which an error names them.</summary>
    public List<string> Sizes { get; set; } = [];

    /// <summary>The lengths it renders, in seconds.</summary>
    public List<int> Seconds { get; set; } = [];

    /// <summary><c>active</c>, <c>deprecated</c> (still served) or <c>retired</c> (refused).</summary>
    public string Lifecycle { get; set; } = "active";

    /// <summary>When it is or was retired (UTC): from that day on it is refused, whatever <see cref="Lifecycle"/> says.</summary>
    public DateOnly? RetiresOn { get; set; }

    /// <summary>Since when there has been such a model; the first day of the protocol unless set.</summary>
    public DateOnly CreatedOn { get; set; } = new(2025, 10, 6);

    /// <summary>
    /// What can be asked of it: <c>create</c>, <c>remix</c>, <c>edit</c>, <c>extension</c>; the first two unless set.
    /// </summary>
    public List<string> Operations { get; set; } = [];

    /// <summary>How many characters can appear in one video: 0 to 2, the protocol's limit. None unless set.</summary>
    public int Characters { get; set; }

    /// <summary>Whether an edit or extension may bring its own file. No unless set.</summary>
    public bool SourceFiles { get; set; }

    internal IReadOnlyList<string> Offered => Operations.Count == 0 ? ["create", "remix"] : Operations;

    internal bool Offers(string operation) => Offered.Contains(operation);
}

/// <summary>Refuses to start with a catalogue that could accept a job which nobody can render.</summary>
internal sealed partial class CatalogueOptionsValidator(UpstreamCatalogue upstreams) : IValidateOptions<CatalogueOptions>
{
    private static readonly string[] Lifecycles = ["active", "deprecated", "retired"];
    private static readonly string[] Operations = ["create", "remix", "edit", "extension"];

    public ValidateOptionsResult Validate(string? name, CatalogueOptions options)
    {
        var failures = options.Models.SelectMany(model => Failures(model.Key, model.Value)).ToList();
        if (!options.Models.ContainsKey(options.DefaultModel))
        {
            failures.Add($"Catalogue:DefaultModel is '{options.DefaultModel}', which Catalogue:Models does not have.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> Failures(string id, ModelOptions model)
    {
        var key = $"Catalogue:Models:{id}";
        if (!upstreams.Contains(model.Upstream))
        {
            yield return $"{key}:Upstream is '{model.Upstream}', which section Upstreams does not have.";
        }

        if (model.Sizes.Count == 0 || !model.Sizes.TrueForAll(size => SizeForm().IsMatch(size)))
        {
            yield return $"{key}:Sizes must be WIDTHxHEIGHT, at least one.";
        }

        if (model.Seconds.Count == 0 || !model.Seconds.TrueForAll(seconds => seconds is > 0 and <= 120))
        {
            yield return $"{key}:Seconds must be from 1 to 120, at least one.";
        }

        if (!Lifecycles.Contains(model.Lifecycle))
        {
            yield return $"{key}:Lifecycle is '{model.Lifecycle}'; allowed are {string.Join(", ", Lifecycles)}.";
        }

        if (model.Operations.Except(Operations).FirstOrDefault() is { } unknown)
        {
            yield return $"{key}:Operations has '{unknown}'; allowed are {string.Join(", ", Operations)}.";
        }

        if (model.Characters is < 0 or > 2)
        {
            yield return $"{key}:Characters is {model.Characters}; the protocol allows 0 to 2.";
        }
    }

    [GeneratedRegex(@"^[1-9]\d{1,3}x[1-9]\d{1,3}$")]
    private static partial Regex SizeForm();
}
