namespace Sora.Demo;

/// <summary>A bar that redraws its line; where the output is not a terminal, a line for each change.</summary>
internal sealed class ProgressBar
{
    private const int Width = 40;
    private string _last = "";

    /// <summary>Shows how far it is.</summary>
    /// <param name="percent">0 to 100.</param>
    /// <param name="stage">A word on what is happening.</param>
    public void Show(double percent, string stage)
    {
        var done = (int)Math.Clamp(percent * Width / 100, 0, Width);
        var line = $"{new string('█', done)}{new string('░', Width - done)} {percent,3:0} %  {stage}";
        if (line == _last)
        {
            return;
        }

        Console.Write(Console.IsOutputRedirected ? $"{percent,3:0} %  {stage}\n" : $"\r{line.PadRight(_last.Length)}");
        _last = line;
    }

    /// <summary>Shows the last state and goes on to the next line.</summary>
    public void End(double percent, string stage)
    {
        Show(percent, stage);
        if (!Console.IsOutputRedirected)
        {
            Console.WriteLine();
        }
    }
}
