namespace Sora.TestServers.Platform;

/// <summary>Where the sources and the build's results lie, seen from the running assembly.</summary>
public static class Repository
{
    /// <summary>The folder of <c>Sora.sln</c>.</summary>
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>A service's assembly, of the build configuration that this assembly was built in.</summary>
    /// <exception cref="FileNotFoundException">It has not been built.</exception>
    public static string Assembly(string project)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var path = Path.Combine(Root, "artifacts", "bin", project, configuration, $"{project}.dll");
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{path} is missing: run dotnet build Sora.sln first.");
    }

    private static string FindRoot(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "Sora.sln"))
            ? folder.FullName
            : FindRoot(folder.Parent ?? throw new DirectoryNotFoundException("No folder above holds Sora.sln."));
}
