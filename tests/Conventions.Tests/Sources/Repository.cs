using System.Xml.Linq;

namespace Sora.Conventions.Tests.Sources;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] Services =
        ["Gateway", "VideoService", "QuotaService", "StorageWorker", "WebhookService", "Simulator"];

    private static readonly string[] Libraries = ["ServiceDefaults", "Contracts", "Upstreams"];

    private static readonly string[] NotSource = ["artifacts", "node_modules", "bin", "obj"];

    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file: product, tests, demo, bench.</summary>
    public static IReadOnlyList<SourceFile> Files { get; } =
        [.. Find("*.cs").Select(Read).OrderBy(file => file.Path, StringComparer.Ordinal)];

    /// <summary>What a customer runs: services and the libraries below them.</summary>
    public static IEnumerable<SourceFile> Product => Files.Where(file =>
        Services.Contains(file.Project) || Libraries.Contains(file.Project));

    public static IEnumerable<SourceFile> ServiceFiles => Files.Where(file => Services.Contains(file.Project));

    /// <summary>Project files by the name of their project.</summary>
    public static IReadOnlyDictionary<string, XDocument> Projects { get; } =
        Find("*.csproj").ToDictionary(path => Path.GetFileNameWithoutExtension(path), XDocument.Load);

    public static bool IsService(string project) => Services.Contains(project);

    /// <summary>Every folder below the root that can hold source.</summary>
    public static IEnumerable<string> Folders { get; } =
        [.. Find("*.cs").Select(path => Path.GetRelativePath(Root, Path.GetDirectoryName(path)!)).Distinct()];

    private static SourceFile Read(string path)
    {
        var text = File.ReadAllText(path);
        var root = CSharpSyntaxTree.ParseText(text).GetCompilationUnitRoot();
        return new SourceFile(Path.GetRelativePath(Root, path).Replace('\\', '/'), text.TrimEnd('\n').Split('\n'), root);
    }

    private static IEnumerable<string> Find(string pattern) =>
        Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(Root, path).Split('/').Any(part =>
                NotSource.Contains(part) || part.StartsWith('.')));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sora.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Sora.sln is in no folder above.");
        }

        return folder.FullName;
    }
}
