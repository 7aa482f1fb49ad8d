using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Sora.Simulator.Characters;
using Sora.Simulator.Charges;
using Sora.Simulator.Control;
using Sora.Simulator.Faults;
using Sora.Simulator.Rendering;
using Sora.Simulator.Videos;
using Sora.Simulator.Webhooks;

namespace Sora.Simulator;

/// <summary>An upstream in one process: the videos protocol, clips, webhooks, faults, charges.</summary>
internal static class SimulatorModule
{
    /// <summary>Registers everything; reads the section <c>Simulator</c>.</summary>
    public static void AddSimulator(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<SimulatorOptions>().BindConfiguration(SimulatorOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SimulatorOptions>, SimulatorOptionsValidator>();
        services.ConfigureHttpJsonOptions(json => SimulatorJson.Configure(json.SerializerOptions));
        services.Configure<FormOptions>(form => form.ValueLengthLimit = VideoForm.MaxImageUrlLength);
        services.AddControl();
        services.AddCharges();
        services.AddFaults();
        services.AddRendering();
        services.AddWebhooks();
        services.AddCharacters();
        services.AddVideos();
    }

    /// <summary>Maps <c>/v1/videos</c> and, under <c>/simulator</c>, the control routes; all behind the key.</summary>
    public static void MapSimulator(this WebApplication app)
    {
        app.UseMiddleware<ProtocolHeaders>();
        var traffic = app.Services.GetRequiredService<Traffic>();
        var videos = app.MapGroup("/v1/videos").AddEndpointFilter<BearerKey>().AddEndpointFilter(traffic);
        videos.MapVideos();
        videos.MapCharacters();

        var control = app.MapGroup("/simulator").AddEndpointFilter<BearerKey>();
        control.MapCharges();
        control.MapFaults();
        control.MapControl();
    }
}
