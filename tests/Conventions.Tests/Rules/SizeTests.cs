namespace Sora.Conventions.Tests.Rules;

/// <summary>What is larger than this has another noun hiding in it.</summary>
public sealed class SizeTests
{
    private const int LongestFile = 250;
    private const int LongestTestFile = 400;
    private const int LongestLine = 130;
    private const int LongestMethod = 60;
    private const int MostParameters = 8;
    private const int DeepestNesting = 3;
    private const int LongestProgram = 15;
    private const double LargestShareOfServiceDefaults = 0.15;

    [Fact]
    public void Files_are_short() => Rule.Check(Repository.Files, file =>
        file.Lines.Count > (file.IsTest ? LongestTestFile : LongestFile) ? $"{file}: {file.Lines.Count} lines" : null);

    [Fact]
    public void Lines_are_short() => Rule.Check(
        Repository.Files.SelectMany(file => file.Lines.Select((line, index) => (file, line, Number: index + 1))),
        item => item.line.Length > LongestLine ? $"{item.file}({item.Number}): {item.line.Length} columns" : null);

    [Fact]
    public void Methods_are_short() => Rule.Check(Bodies(), item =>
    {
        var span = item.Body.GetLocation().GetLineSpan();
        var lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
        return lines > LongestMethod ? $"{item.File.At(item.Body)}: {lines} lines" : null;
    });

    [Fact]
    public void Methods_and_constructors_take_few_parameters() => Rule.Check(
        Repository.Files.SelectMany(file => file.All<ParameterListSyntax>()
            .Where(list => list.Parent is BaseMethodDeclarationSyntax or ClassDeclarationSyntax)
            .Select(list => (file, list))),
        item => item.list.Parameters.Count > MostParameters
            ? $"{item.file.At(item.list)}: {item.list.Parameters.Count} parameters"
            : null);

    [Fact]
    public void Nesting_is_shallow() => Rule.Check(
        Repository.Files.SelectMany(file => file.All<StatementSyntax>().Where(Nests).Select(node => (file, node))),
        item => Depth(item.node) > DeepestNesting ? $"{item.file.At(item.node)}: {Depth(item.node)} deep" : null);

    [Fact]
    public void A_services_program_is_a_table_of_contents() => Rule.Check(
        Repository.ServiceFiles.Where(file => file.Path.EndsWith("/Program.cs", StringComparison.Ordinal)),
        file => Statements(file) > LongestProgram ? $"{file}: {Statements(file)} lines" : null);

    [Fact]
    public void What_services_share_stays_small()
    {
        var product = Repository.Product.Sum(file => file.Lines.Count);
        var shared = Repository.Product.Where(file => file.Project == "ServiceDefaults").Sum(file => file.Lines.Count);

        Rule.Check(
            [shared / (double)product],
            share => share is 0 or > LargestShareOfServiceDefaults ? $"ServiceDefaults is {share:P1} of the product" : null);
    }

    private static IEnumerable<(SourceFile File, SyntaxNode Body)> Bodies() => Repository.Files.SelectMany(file => file
        .Root.DescendantNodes()
        .Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax)
        .Select(node => (file, node)));

    // Its lines beside usings, comments and blank ones.
    private static int Statements(SourceFile file) => file.Lines.Count(line =>
        line.Length > 0
        && !line.StartsWith("using ", StringComparison.Ordinal)
        && !line.TrimStart().StartsWith("//", StringComparison.Ordinal));

    private static int Depth(SyntaxNode statement) => statement
        .AncestorsAndSelf()
        .TakeWhile(node => node is not (BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax
            or AnonymousFunctionExpressionSyntax))
        .Count(Nests);

    // An "else if" goes on beside its "if"; a "try" and a "using" only say how the rest is left.
    private static bool Nests(SyntaxNode node) => node is IfStatementSyntax { Parent: not ElseClauseSyntax }
        or ForStatementSyntax or ForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax
        or SwitchStatementSyntax;
}
