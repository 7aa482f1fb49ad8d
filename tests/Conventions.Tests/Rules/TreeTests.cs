namespace Sora.Conventions.Tests.Rules;

/// <summary>The tree is the architecture: who may know whom, and what things are called.</summary>
public sealed class TreeTests
{
    private static readonly string[] ForbiddenFolders =
    [
        "Common", "Core", "Dtos", "Entities", "Extensions", "Handlers", "Helpers", "Infrastructure", "Interfaces",
        "Managers", "Models", "Misc", "Services", "Shared", "Utilities", "Utils",
    ];

    // Who may be referenced by whom, beside the tests; AppHost names services without their code.
    private static readonly Dictionary<string, string[]> Libraries = new()
    {
        ["Contracts"] = [],
        ["ServiceDefaults"] = ["Contracts"],
        ["Upstreams"] = ["ServiceDefaults"],
    };

    [Fact]
    public void Services_reference_libraries_and_never_each_other() => Rule.Check(
        Repository.Projects.Where(project => Repository.IsService(project.Key)),
        project => References(project.Key).Except(Libraries.Keys).ToList() is { Count: > 0 } others
            ? $"{project.Key} references {string.Join(", ", others)}"
            : null);

    [Fact]
    public void Libraries_reference_only_what_lies_below_them() => Rule.Check(
        Libraries,
        library => References(library.Key).Except(library.Value).ToList() is { Count: > 0 } others
            ? $"{library.Key} references {string.Join(", ", others)}"
            : null);

    [Fact]
    public void Contracts_need_no_package() => Rule.Check(
        Repository.Projects.Where(project => project.Key == "Contracts"),
        project => project.Value.Descendants("PackageReference").Any() ? "Contracts references a package" : null);

    [Fact]
    public void A_folder_is_a_noun_of_the_domain() => Rule.Check(
        Repository.Folders,
        folder => folder.Split('/').Intersect(ForbiddenFolders, StringComparer.OrdinalIgnoreCase).Any() ? folder : null);

    [Fact]
    public void A_namespace_is_its_folder() => Rule.Check(
        Repository.Files.SelectMany(file => file.All<BaseNamespaceDeclarationSyntax>().Select(space => (file, space))),
        item => string.Equals(item.space.Name.ToString(), NamespaceOf(item.file), Case(item.file)) ? null : $"{item.file}: {item.space.Name}");

    [Fact]
    public void A_file_declares_what_it_is_named_for() => Rule.Check(
        Repository.Product.Where(file => file.All<BaseTypeDeclarationSyntax>().Any()),
        file => file.All<BaseTypeDeclarationSyntax>().Any(type => type.Identifier.Text == NameOf(file))
            || Path.GetFileName(file.Path) == "Program.cs" || file.Project == "Contracts"
            ? null
            : $"{file} declares no {NameOf(file)}");

    private static IEnumerable<string> References(string project) =>
        Repository.Projects[project].Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

    private static string NameOf(SourceFile file) => Path.GetFileName(file.Path).Split('.')[0];

    // A namespace is capitalized, the folder bench is not.
    private static StringComparison Case(SourceFile file) =>
        file.Project == "bench" ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private static string NamespaceOf(SourceFile file)
    {
        var folders = Path.GetDirectoryName(file.Path)!.Split('/');
        return string.Join('.', ["Sora", .. file.IsTest ? folders[1..] : folders]);
    }
}
