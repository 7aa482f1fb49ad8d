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

    /// <summary>When it is or was retired.</summary>
    public DateOnly? RetiresOn { get; set; }
}

/// <summary>Refuses to start with a catalogue that could accept a job which nobody can render.</summary>
internal sealed partial class CatalogueOptionsValidator(UpstreamCatalogue upstreams) : IValidateOptions<CatalogueOptions>
{
    private static readonly string[] Lifecycles = ["active", "deprecated", "retired"];

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
    }

    [GeneratedRegex(@"^[1-9]\d{1,3}x[1-9]\d{1,3}$")]
    private static partial Regex SizeForm();
}
