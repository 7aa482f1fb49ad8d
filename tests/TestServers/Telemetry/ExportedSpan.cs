namespace Sora.TestServers.Telemetry;

/// <summary>A span as a service exported it.</summary>
/// <param name="TraceId">32 hex digits.</param>
/// <param name="SpanId">16 hex digits.</param>
/// <param name="ParentSpanId">16 hex digits; empty for a root.</param>
/// <param name="Name">Its name, for example <c>POST /v1/videos</c>.</param>
/// <param name="Kind">Its role.</param>
/// <param name="Service">The exporter's <c>service.name</c>.</param>
/// <param name="IsError">Whether its status is error.</param>
/// <param name="Attributes">Its attributes as text; arrays and maps are left out.</param>
public sealed record ExportedSpan(
    string TraceId,
    string SpanId,
    string ParentSpanId,
    string Name,
    SpanKind Kind,
    string Service,
    bool IsError,
    IReadOnlyDictionary<string, string> Attributes);

/// <summary>A span's role, by the numbers of OTLP.</summary>
public enum SpanKind
{
    /// <summary>Not said.</summary>
    Unspecified = 0,

    /// <summary>Work inside a service.</summary>
    Internal = 1,

    /// <summary>A request being served.</summary>
    Server = 2,

    /// <summary>A request being made.</summary>
    Client = 3,

    /// <summary>A message being sent.</summary>
    Producer = 4,

    /// <summary>A message being handled.</summary>
    Consumer = 5,
}
