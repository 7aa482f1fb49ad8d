namespace Sora.Conventions.Tests.Rules;

/// <summary>How types are made here.</summary>
public sealed class TypeTests
{
    [Fact]
    public void A_public_class_is_sealed_static_or_abstract() => Rule.Check(
        Repository.Files
            .SelectMany(file => file.All<TypeDeclarationSyntax>().Select(type => (file, type)))
            .Where(item => item.type is ClassDeclarationSyntax or RecordDeclarationSyntax
                && !item.type.IsKind(SyntaxKind.RecordStructDeclaration) && Has(item.type, SyntaxKind.PublicKeyword)),
        item => Has(item.type, SyntaxKind.SealedKeyword, SyntaxKind.StaticKeyword, SyntaxKind.AbstractKeyword)
            ? null
            : $"{item.file.At(item.type)}: {item.type.Identifier}");

    [Fact]
    public void A_consumer_is_named_for_its_effect_and_its_name_is_unique()
    {
        var consumers = Consumers().ToList();
        var owners = consumers.GroupBy(item => item.Type.Identifier.Text)
            .ToDictionary(group => group.Key, group => group.Count());

        Rule.Check(consumers, item =>
        {
            var name = item.Type.Identifier.Text;
            return name.EndsWith("Consumer", StringComparison.Ordinal) || name.EndsWith("Handler", StringComparison.Ordinal)
                ? $"{item.File.At(item.Type)}: {name} is named for what it hears"
                : owners[name] > 1 ? $"{item.File.At(item.Type)}: another consumer is named {name}" : null;
        });
    }

    [Fact]
    public void Options_have_a_validator_or_belong_to_options_that_have_one()
    {
        var options = Options().ToList();
        var validated = Repository.Product
            .SelectMany(file => file.All<GenericNameSyntax>())
            .Where(name => name.Identifier.Text == "IValidateOptions" && name.Parent is SimpleBaseTypeSyntax)
            .Select(name => name.TypeArgumentList.Arguments[0].ToString())
            .ToHashSet();
        var parts = options.Where(item => validated.Contains(item.Type.Identifier.Text))
            .SelectMany(item => item.Type.DescendantNodes().OfType<PropertyDeclarationSyntax>())
            .SelectMany(property => property.Type.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
            .Select(name => name.Identifier.Text)
            .ToHashSet();

        Rule.Check(options, item => validated.Union(parts).Contains(item.Type.Identifier.Text)
            ? null
            : $"{item.File.At(item.Type)}: nothing validates {item.Type.Identifier}");
    }

    [Fact]
    public void Options_are_validated_at_the_start() => Rule.Check(
        Repository.Product.SelectMany(file => file.All<InvocationExpressionSyntax>()
            .Where(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "AddOptions" })
            .Select(call => (file, statement: call.FirstAncestorOrSelf<StatementSyntax>()!))),
        item => item.statement.ToString().Contains(".ValidateOnStart()", StringComparison.Ordinal)
            ? null
            : item.file.At(item.statement));

    [Fact]
    public void Every_option_says_what_it_means() => Rule.Check(
        Options().SelectMany(item => item.Type.Members.OfType<PropertyDeclarationSyntax>()
            .Where(property => Has(property, SyntaxKind.PublicKeyword))
            .Select(property => (item.File, Property: property))),
        item => HasSummary(item.Property) ? null : $"{item.File.At(item.Property)}: {item.Property.Identifier}");

    [Fact]
    public void Every_public_type_of_the_product_says_what_it_is() => Rule.Check(
        Repository.Product.SelectMany(file => file.All<BaseTypeDeclarationSyntax>()
            .Where(type => Has(type, SyntaxKind.PublicKeyword) && type.Parent is BaseNamespaceDeclarationSyntax)
            .Select(type => (file, type)))
            .GroupBy(item => (item.file.Project, item.file.Folder, item.type.Identifier.Text)),
        parts => parts.Any(part => HasSummary(part.type)) ? null : parts.First().file.At(parts.First().type));

    [Fact]
    public void Every_route_has_a_name_and_a_summary() => Rule.Check(
        Repository.ServiceFiles.SelectMany(file => file.All<MemberAccessExpressionSyntax>()
            .Where(access => access.Name.Identifier.Text is "MapGet" or "MapPost" or "MapPut" or "MapPatch" or "MapDelete"
                or "MapOwn")
            .Select(access => (file, access))),
        item =>
        {
            var chain = item.access.Ancestors().TakeWhile(node => node is not StatementSyntax)
                .OfType<MemberAccessExpressionSyntax>().Select(access => access.Name.Identifier.Text).ToList();
            return chain.Contains("WithName") && chain.Contains("WithSummary") ? null : item.file.At(item.access);
        });

    private static IEnumerable<(SourceFile File, ClassDeclarationSyntax Type)> Options() => Repository.Product.SelectMany(
        file => file.All<ClassDeclarationSyntax>()
            .Where(type => type.Identifier.Text.EndsWith("Options", StringComparison.Ordinal))
            .Select(type => (file, type)));

    private static IEnumerable<(SourceFile File, ClassDeclarationSyntax Type)> Consumers() => Repository.Product.SelectMany(
        file => file.All<ClassDeclarationSyntax>()
            .Where(type => type.BaseList?.Types
                .Any(parent => parent.Type is GenericNameSyntax { Identifier.Text: "IConsumer" }) == true)
            .Select(type => (file, type)));

    private static bool Has(MemberDeclarationSyntax member, params SyntaxKind[] modifiers) =>
        member.Modifiers.Any(modifier => modifiers.Contains(modifier.Kind()));

    private static bool HasSummary(MemberDeclarationSyntax member)
    {
        var text = member.GetLeadingTrivia().ToString();
        return text.Contains("<summary>", StringComparison.Ordinal) || text.Contains("<inheritdoc", StringComparison.Ordinal);
    }
}
