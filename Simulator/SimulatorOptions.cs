using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Sora.Simulator.Webhooks;

namespace Sora.Simulator;

/// <summary>How the simulated upstream behaves; section <c>Simulator</c>. Every default works.</summary>
internal sealed class SimulatorOptions
{
    public const string Section = "Simulator";

    /// <summary>The only key that callers may use, sent as <c>Authorization: Bearer</c>.</summary>
    [Required(AllowEmptyStrings = false)]
    public string ApiKey { get; set; } = "sk-simulator";

    /// <summary>Where jobs, clips and the charge log live. One process a folder: the charge log is locked.</summary>
    [Required(AllowEmptyStrings = false)]
    public string DataFolder { get; set; } = Path.Combine(Path.GetTempPath(), "sora-simulator");

    /// <summary>Where rendered clips are kept, relative to the data folder; several simulators may share it.</summary>
    [Required(AllowEmptyStrings = false)]
    public string ClipFolder { get; set; } = "clips";

    /// <summary>From acceptance to completion, 0 to 1 hour. Rendering may make it longer.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan RenderTime { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>Serves one pre-rendered clip for each size and length instead of one for each prompt.</summary>
    public bool Cheap { get; set; }

    /// <summary>How many ffmpeg processes run at once, 1 to 64.</summary>
    [Range(1, 64)]
    public int MaxRenders { get; set; } = 1;

    /// <summary>The longest that one ffmpeg process may run, 1 second to 1 hour; then it is killed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RenderLimit { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How long content can be downloaded, 1 second to 30 days. OpenAI gave an hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan ContentLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Answers a repeated <c>Idempotency-Key</c> with the first video. OpenAI's protocol does not.</summary>
    public bool HonoursIdempotencyKeys { get; set; }

    /// <summary>Where and how events are sent; nothing is sent without a URL.</summary>
    [ValidateObjectMembers]
    public WebhookOptions Webhooks { get; set; } = new();
}

/// <summary>Refuses to start with options out of range.</summary>
[OptionsValidator]
internal sealed partial class SimulatorOptionsValidator : IValidateOptions<SimulatorOptions>;
