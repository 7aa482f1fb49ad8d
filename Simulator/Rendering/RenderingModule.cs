namespace Sora.Simulator.Rendering;

/// <summary>Clips by ffmpeg.</summary>
internal static class RenderingModule
{
    public static void AddRendering(this IServiceCollection services)
    {
        services.AddSingleton<Ffmpeg>();
        services.AddSingleton<ClipRenderer>();
        services.AddSingleton<UploadedFiles>();
        services.AddSingleton<ClipStore>();
        services.AddHostedService<ClipSweeper>();
    }
}
