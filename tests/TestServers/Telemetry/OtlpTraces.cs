using System.Globalization;

namespace Sora.TestServers.Telemetry;

/// <summary>
/// Decodes OTLP's ExportTraceServiceRequest. The field numbers are those of opentelemetry-proto 1.x, which may
/// not change.
/// </summary>
internal static class OtlpTraces
{
    private const ulong StatusError = 2;

    /// <summary>All spans of a request, in its order.</summary>
    public static List<ExportedSpan> Decode(ReadOnlySpan<byte> request)
    {
        var spans = new List<ExportedSpan>();
        var reader = new ProtobufReader(request);
        while (reader.Read())
        {
            if (reader.Field == 1)
            {
                AddResourceSpans(spans, reader.Bytes);
            }
        }

        return spans;
    }

    // ResourceSpans: 1 resource, 2 scope_spans. Writers put the resource first, the format does not promise it.
    private static void AddResourceSpans(List<ExportedSpan> spans, ReadOnlySpan<byte> message)
    {
        var resource = new Dictionary<string, string>();
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == 1)
            {
                AddResource(resource, reader.Bytes);
            }
        }

        reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == 2)
            {
                AddScopeSpans(spans, reader.Bytes, resource.GetValueOrDefault("service.name", ""));
            }
        }
    }

    // Resource: 1 attributes.
    private static void AddResource(Dictionary<string, string> resource, ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == 1)
            {
                AddAttribute(resource, reader.Bytes);
            }
        }
    }

    // ScopeSpans: 2 spans.
    private static void AddScopeSpans(List<ExportedSpan> spans, ReadOnlySpan<byte> message, string service)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == 2)
            {
                spans.Add(DecodeSpan(reader.Bytes, service));
            }
        }
    }

    // Span: 1 trace_id, 2 span_id, 4 parent_span_id, 5 name, 6 kind, 9 attributes, 15 status.
    private static ExportedSpan DecodeSpan(ReadOnlySpan<byte> message, string service)
    {
        var attributes = new Dictionary<string, string>();
        var span = new ExportedSpan("", "", "", "", SpanKind.Unspecified, service, false, attributes);
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    span = span with { TraceId = reader.Hex };
                    break;
                case 2:
                    span = span with { SpanId = reader.Hex };
                    break;
                case 4:
                    span = span with { ParentSpanId = reader.Hex };
                    break;
                case 5:
                    span = span with { Name = reader.Text };
                    break;
                case 6:
                    span = span with { Kind = (SpanKind)reader.Number };
                    break;
                case 9:
                    AddAttribute(attributes, reader.Bytes);
                    break;
                case 15:
                    span = span with { IsError = IsError(reader.Bytes) };
                    break;
            }
        }

        return span;
    }

    // Status: 3 code.
    private static bool IsError(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == 3)
            {
                return reader.Number == StatusError;
            }
        }

        return false;
    }

    // KeyValue: 1 key, 2 value. AnyValue: 1 string, 2 bool, 3 int, 4 double.
    private static void AddAttribute(Dictionary<string, string> attributes, ReadOnlySpan<byte> message)
    {
        var key = "";
        string? value = null;
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == 1)
            {
                key = reader.Text;
            }
            else if (reader.Field == 2)
            {
                value = DecodeValue(reader.Bytes);
            }
        }

        if (value is not null)
        {
            attributes[key] = value;
        }
    }

    private static string? DecodeValue(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        if (!reader.Read())
        {
            return null;
        }

        return reader.Field switch
        {
            1 => reader.Text,
            2 => reader.Number == 0 ? "false" : "true",
            3 => ((long)reader.Number).ToString(CultureInfo.InvariantCulture),
            4 => reader.Double,
            _ => null,
        };
    }
}
