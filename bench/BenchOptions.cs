using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace Sora.Bench;

/// <summary>What the command line may say, as <c>--name value</c>; every default works.</summary>
internal sealed class BenchOptions
{
    /// <summary>How many jobs are measured. 1 to 1 000 000.</summary>
    [Range(1, 1_000_000)]
    public int Jobs { get; set; } = 2_000;

    /// <summary>How many jobs are under way at once. 1 to 10 000.</summary>
    [Range(1, 10_000)]
    public int Concurrency { get; set; } = 200;

    /// <summary>
    /// How many jobs run before the measurement, so that code is compiled and connections are open. 0 to 100 000.
    /// </summary>
    [Range(0, 100_000)]
    public int WarmUp { get; set; } = 1_000;

    /// <summary>How many watch in the scenario <c>streams</c>. 1 to 10 000.</summary>
    [Range(1, 10_000)]
    public int Watchers { get; set; } = 1_000;

    /// <summary>How long the simulated upstream takes for a clip. 0 to 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan RenderTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>What the webhooks' schedule is divided by (<c>webhooks</c> only). 1 to 3600.</summary>
    [Range(1, 3600)]
    public int Scale { get; set; } = 120;

    /// <summary>Whether the services export traces, metrics and logs; without, nothing is recorded.</summary>
    public bool Traced { get; set; }

    /// <summary>Where the report is written as JSON; nowhere unless given.</summary>
    public string? Json { get; set; }

    /// <summary>Reads the command line; what is wrong with it goes to stderr.</summary>
    public static bool TryParse(string[] arguments, [NotNullWhen(true)] out BenchOptions? options)
    {
        options = null;
        try
        {
            var parsed = new BenchOptions();
            new ConfigurationBuilder()
                .AddCommandLine(arguments)
                .Build()
                .Bind(parsed, binder => binder.ErrorOnUnknownConfiguration = true);
            Validator.ValidateObject(parsed, new ValidationContext(parsed), validateAllProperties: true);
            options = parsed;
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or ValidationException)
        {
            Console.Error.WriteLine((exception.InnerException ?? exception).Message);
            return false;
        }
    }
}
