using System.Reflection;
using Sora.Contracts;

namespace Sora.Conventions.Tests.Messages;

/// <summary>One of each message, with values that follow from its parameters' names and types.</summary>
internal static class Samples
{
    private static readonly DateTimeOffset Instant = new(2026, 9, 24, 12, 30, 15, 250, TimeSpan.Zero);

    public static IReadOnlyList<Type> Messages { get; } =
    [
        .. typeof(VideoAccepted).Assembly.GetExportedTypes()
            .Where(type => type is { IsAbstract: false, IsInterface: false, IsEnum: false, IsNested: false })
            .OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    public static object Create(Type message) =>
        Activator.CreateInstance(message, [.. Parameters(message).Select(Value)])!;

    public static IEnumerable<ParameterInfo> Parameters(Type message) =>
        message.GetConstructors().Single().GetParameters();

    private static object Value(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return type switch
        {
            _ when type == typeof(string) => parameter.Name!,
            _ when type == typeof(int) => parameter.Position,
            _ when type == typeof(long) => (long)int.MaxValue + parameter.Position,
            _ when type == typeof(bool) => true,
            _ when type == typeof(DateTimeOffset) => Instant,
            _ when type == typeof(IReadOnlyList<string>) => new[] { parameter.Name!, "another" },
            _ when type == typeof(IReadOnlyDictionary<string, string>) =>
                new Dictionary<string, string> { [parameter.Name!] = "value" },
            _ => throw new NotSupportedException($"{parameter.Member.DeclaringType!.Name}.{parameter.Name} is a {type}: "
                + "messages are made of strings, numbers, booleans, instants, lists of ids and short texts by name."),
        };
    }
}
