using System.Globalization;

namespace Sora.Simulator.Rendering;

/// <summary>
/// The picture as an ffmpeg filter graph: four soft lights drift over a dark ground, a disc crosses the sky, the
/// caption stands on a shade, a bar shows the time. The soft part is drawn at a quarter of the size, to be cheap.
/// </summary>
internal sealed class SceneGraph(Scene scene, bool hasReference)
{
    public const string CaptionFile = "caption.txt";
    public const string VideoOutput = "[video]";
    public const string AudioOutput = "[audio]";
    public const int FramesPerSecond = 24;

    private const string Fonts = "/usr/share/fonts/truetype/dejavu";
    private const string Still = "loop=-1:1,setpts=N/24/TB";

    private readonly byte[] _hash = scene.Hash();
    private readonly int _unit = Math.Min(scene.Width, scene.Height);

    private int Margin => _unit / 18;

    private int FontSize => _unit / 20;

    /// <summary>The caption, wrapped for this size: the font is 0.6 of its size wide on average.</summary>
    public string Caption =>
        Rendering.Caption.Wrap(scene.Text, (int)((scene.Width - (2 * Margin)) / (FontSize * 0.6)), maxLines: 6);

    /// <summary>The whole graph; it has no inputs but the reference image as <c>0:v</c>, where there is one.</summary>
    public string Build() => string.Join(";\n", [.. Ground(), .. Sky(), .. Reference(), .. Writing(), Sound()]);

    private IEnumerable<string> Ground()
    {
        var palette = Palette.Of(_hash);
        var (width, height) = (scene.Width / 4, scene.Height / 4);
        var glow = Math.Max(width, height) * 9 / 10;
        yield return Text($"color=c={palette.Ground}:s={width}x{height}:r=24:d={scene.Seconds},format=gbrp[drift0]");
        yield return Text($"color=s={glow}x{glow}:r=24:d=0.04,format=gray,") +
            "geq=lum='255*pow(max(0,1-hypot(X-W/2,Y-H/2)/(W/2)),1.4)',split=4[glow0][glow1][glow2][glow3]";
        for (var i = 0; i < 4; i++)
        {
            yield return Text($"color=c={palette.Lights[i]}:s={glow}x{glow}:r=24:d=0.04[flat{i}]");
            yield return Text($"[flat{i}][glow{i}]alphamerge,{Still}[light{i}]");
            yield return Text($"[drift{i}][light{i}]overlay=format=gbrp:{Drift(i)}[drift{i + 1}]");
        }
    }

    /// <summary>A slow ellipse around a place of its own, the start and speed of which the hash chooses.</summary>
    private string Drift(int light)
    {
        var (x, y) = (new[] { 0.15, 0.8, 0.25, 0.8 }[light], new[] { 0.75, 0.2, 0.1, 0.8 }[light]);
        var (speed, phase) = (0.35 + (_hash[4 + light] / 640.0), _hash[8 + light] / 40.0);
        return Text($"x='W*({x}+0.25*sin(t*{speed:F3}+{phase:F3}))-w/2':") +
            Text($"y='H*({y}+0.2*cos(t*{speed:F3}+{phase:F3}))-h/2'");
    }

    private IEnumerable<string> Sky()
    {
        var disc = _unit / 14 * 2;
        var (from, to) = _hash[12] < 128 ? (0.15, 0.85) : (0.85, 0.15);
        var height = 0.28 + (_hash[13] / 1280.0);
        yield return Text($"[drift4]scale={scene.Width}:{scene.Height}:flags=bicubic,") +
            "format=yuv420p,noise=c0s=3:c0f=t[sky]";
        yield return Text($"color=c={Palette.Of(_hash).Disc}:s={disc}x{disc}:r=24:d=0.04,format=yuva444p,") +
            "geq=lum='lum(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)':" +
            $"a='255*clip((W/2-hypot(X-W/2+0.5,Y-H/2+0.5))/1.5,0,1)',{Still}[disc]";
        yield return Text($"[sky][disc]overlay=x='W*({from}+({to}-{from})*t/{scene.Seconds})-w/2':") +
            Text($"y='H*({height:F3}-0.12*sin(PI*t/{scene.Seconds}))-h/2'[scene]");
    }

    /// <summary>The reference image is the first frame and dissolves within a second and a half.</summary>
    private IEnumerable<string> Reference()
    {
        if (hasReference)
        {
            yield return Text($"[0:v]scale={scene.Width}:{scene.Height},setsar=1,format=yuva420p,{Still},") +
                "trim=duration=1.5,fade=t=out:st=0.5:d=1:alpha=1[reference]";
            yield return "[scene][reference]overlay=eof_action=pass[opened]";
        }
    }

    private IEnumerable<string> Writing()
    {
        var (shade, bar, label) = (scene.Height * 45 / 100 / 2 * 2, Math.Max(4, _unit / 180), _unit / 36);
        yield return Text($"color=c=black:s=8x{shade}:r=24:d=0.04,format=yuva444p,") +
            Text($"geq=lum=0:cb=128:cr=128:a='200*pow(Y/H,1.3)',scale={scene.Width}:{shade},{Still}[shade]");
        yield return Text($"color=c=white:s={scene.Width}x{bar}:r=24:d=0.04,{Still}[bar]");
        yield return $"{(hasReference ? "[opened]" : "[scene]")}[shade]overlay=x=0:y=H-h[shaded]";
        yield return Text($"[shaded][bar]overlay=x='-w+W*t/{scene.Seconds}':y=H-h,") +
            Text($"drawtext=fontfile={Fonts}/DejaVuSans.ttf:textfile={CaptionFile}:expansion=none:") +
            Text($"fontsize={FontSize}:line_spacing={FontSize / 3}:fontcolor=white:") +
            Text($"shadowcolor=black@0.5:shadowx=2:shadowy=2:x={Margin}:y=h-th-{Margin},") +
            Text($"drawtext=fontfile={Fonts}/DejaVuSans-Bold.ttf:text=SIMULATED:fontsize={label}:fontcolor=white:") +
            Text($"box=1:boxcolor=black@0.45:boxborderw={label * 2 / 3}:x={Margin}:y={Margin}{VideoOutput}");
    }

    /// <summary>A quiet fifth that swells and fades; real clips have sound, and players show that.</summary>
    private string Sound()
    {
        var tone = 165 + (_hash[14] / 2);
        return Text($"aevalsrc='0.03*sin(2*PI*{tone}*t)*(0.6+0.4*sin(PI*t/2))+0.02*sin(3*PI*{tone}*t)':") +
            Text($"s=48000:d={scene.Seconds},afade=t=in:d=0.3,afade=t=out:st={scene.Seconds - 1}:d=1{AudioOutput}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
