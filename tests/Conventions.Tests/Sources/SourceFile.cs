namespace Sora.Conventions.Tests.Sources;

/// <summary>A C# file of the repository.</summary>
/// <param name="Path">Relative to the repository's root, with slashes.</param>
/// <param name="Lines">Its lines.</param>
/// <param name="Root">Its syntax.</param>
internal sealed record SourceFile(string Path, IReadOnlyList<string> Lines, CompilationUnitSyntax Root)
{
    /// <summary>The name of the project it belongs to: its folder, below <c>tests</c> for a test project.</summary>
    public string Project => Path.Split('/') is ["tests", var name, ..] ? name : Path.Split('/')[0];

    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal);

    public IEnumerable<TNode> All<TNode>()
        where TNode : SyntaxNode => Root.DescendantNodes().OfType<TNode>();

    /// <summary>Where a node stands, as compilers write it.</summary>
    public string At(SyntaxNode node) =>
        $"{Path}({node.GetLocation().GetLineSpan().StartLinePosition.Line + 1})";

    public override string ToString() => Path;
}
