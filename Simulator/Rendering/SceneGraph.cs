using System.Globalization;
using Sora.Simulator.Videos;

namespace Sora.Simulator.Rendering;

/// <summary>
/// The picture as an ffmpeg filter graph: four soft lights drift over a dark ground, a disc crosses the sky, the
/// caption stands on a shade, a bar shows the time, characters look out of a corner. The soft part is drawn at a quarter
/// of the size, to be cheap. An edit has its source's frames, in other colours, where others have ground and sky.
/// </summary>
internal sealed class SceneGraph(Scene scene, bool hasReference)
{
    public const string VideoOutput = "[video]";
    public const string AudioOutput = "[audio]";
    public const int FramesPerSecond = 24;

    private const string CaptionFile = "caption.txt";
    private const int NameLength = 16;
    private const string Fonts = "/usr/share/fonts/truetype/dejavu";
    private const string Still = "loop=-1:1,setpts=N/24/TB";

    private readonly byte[] _hash = scene.Hash();
    private readonly int _unit = Math.Min(scene.Width, scene.Height);

    private int Margin => _unit / 18;

    private int FontSize => _unit / 20;

    private bool IsEdit => scene.Operation is VideoOperation.Edit;

    private int FaceSize => _unit / 10 * 2;

    /// <summary>
    /// The files that the graph reads its words from. The caption is wrapped for this size: the font is 0.6 of its size
    /// wide on average.
    /// </summary>
    public IReadOnlyDictionary<string, string> Texts => scene.Cast
        .Select((member, index) => (Name: NameFile(index), Text: Caption.Wrap(member.Name, NameLength, maxLines: 2)))
        .Append((CaptionFile, Caption.Wrap(scene.Text, (int)((scene.Width - (2 * Margin)) / (FontSize * 0.6)), maxLines: 6)))
        .ToDictionary();

    /// <summary>The whole graph; its inputs are the reference image or the source, and the characters' clips.</summary>
    public string Build() => string.Join(
        ";\n", [.. IsEdit ? Repainted() : [.. Ground(), .. Sky()], .. Reference(), .. Cast(), .. Writing(), Sound()]);

    /// <summary>The source in other colours, its own writing blurred.</summary>
    private IEnumerable<string> Repainted()
    {
        yield return Text($"[0:v]scale={scene.Width}:{scene.Height},setsar=1,fps={FramesPerSecond},") +
            Text($"hue=h={30 + _hash[0]}:s=1.2,format=yuv420p,split[sharp][soft]");
        yield return "[soft]crop=iw:ih*0.45:0:ih*0.55,boxblur=24:3[low]";
        yield return "[sharp][low]overlay=x=0:y=H*0.55[scene]";
    }

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

    private IEnumerable<string> Cast()
    {
        for (var i = 0; i < scene.Cast.Count; i++)
        {
            var (input, left) = (i + (hasReference ? 1 : 0), (i + 1) * (FaceSize + Margin));
            yield return Text($"[{input}:v]trim=end_frame=1,scale={FaceSize}:{FaceSize}:force_original_aspect_ratio=increase,") +
                Text($"crop={FaceSize}:{FaceSize},setsar=1,format=yuv420p[face{i}]");
            yield return Text($"{Picture(i)}[face{i}]overlay=x=W-{left}:y={Margin},") +
                Text($"drawtext=fontfile={Fonts}/DejaVuSans.ttf:textfile={NameFile(i)}:expansion=none:") +
                Text($"fontsize={FaceSize / 9}:fontcolor=white:box=1:boxcolor=black@0.45:boxborderw=4:") +
                Text($"x=w-{left}:y={Margin + FaceSize + 8}{Picture(i + 1)}");
        }
    }

    /// <summary>The picture with so many characters in it.</summary>
    private string Picture(int characters) =>
        characters > 0 ? Text($"[cast{characters}]") : hasReference ? "[opened]" : "[scene]";

    private static string NameFile(int index) => Text($"name{index}.txt");

    private IEnumerable<string> Writing()
    {
        var (shade, bar, label) = (scene.Height * 45 / 100 / 2 * 2, Math.Max(4, _unit / 180), _unit / 36);
        yield return Text($"color=c=black:s=8x{shade}:r=24:d=0.04,format=yuva444p,") +
            Text($"geq=lum=0:cb=128:cr=128:a='200*pow(Y/H,1.3)',scale={scene.Width}:{shade},{Still}[shade]");
        yield return Text($"color=c=white:s={scene.Width}x{bar}:r=24:d=0.04,{Still}[bar]");
        yield return $"{Picture(scene.Cast.Count)}[shade]overlay=x=0:y=H-h[shaded]";
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
