using System.Globalization;
using System.Text.Json;
using AgentStatus.Server.Grpc;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Server.Http;

/// <summary>Whether a text, in a path, a query or a body, or a value of a body, is one of a field.</summary>
internal static class FieldValues
{
    private const string Instant = "must be a time like 2026-03-01T09:00:00Z (in a URL a + is written %2B)";

    /// <summary>What is wrong with a text; null: nothing.</summary>
    public static string? FaultOf(FieldDescriptor field, string text) => field.FieldType switch
    {
        FieldType.Int64 when !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            => $"must be a whole number of 64 bits, not {RequestFaults.Quote(text)}",
        FieldType.Int32 when !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            => $"must be a whole number of 32 bits, not {RequestFaults.Quote(text)}",
        FieldType.Bool when text is not ("true" or "false")
            => $"must be true or false, not {RequestFaults.Quote(text)}",
        FieldType.Enum when !IsNumber(field.EnumType, text) => FaultOfName(field.EnumType, text),
        FieldType.Message when field.MessageType == Timestamp.Descriptor && !IsInstant(text)
            => $"{Instant}, not {RequestFaults.Quote(text)}",
        _ => null,
    };

    /// <summary>What is wrong with a value that is no object and no array; null: nothing.</summary>
    public static string? FaultOf(FieldDescriptor field, ref Utf8JsonReader value)
    {
        switch (value.TokenType, field.FieldType)
        {
            case (JsonTokenType.Null, _):
                return null;
            case (JsonTokenType.String, FieldType.Enum):
                return FaultOfName(field.EnumType, value.GetString()!);
            case (JsonTokenType.String, not FieldType.Bool):
                return FaultOf(field, value.GetString()!);
            case (JsonTokenType.Number, FieldType.Int64) when value.TryGetInt64(out _):
            case (JsonTokenType.Number, FieldType.Int32 or FieldType.Enum) when value.TryGetInt32(out _):
            case (JsonTokenType.True or JsonTokenType.False, FieldType.Bool):
                return null;
            default:
                return $"must be {Form(field)}";
        }
    }

    /// <summary>What a value of the field looks like in JSON.</summary>
    public static string Form(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Int64 => "a whole number of 64 bits, or one as a string",
        FieldType.Int32 => "a whole number of 32 bits",
        FieldType.Bool => "true or false",
        FieldType.Enum => $"the name of a {field.EnumType.Name} as a string",
        FieldType.Message when field.MessageType == Timestamp.Descriptor => "a string like \"2026-03-01T09:00:00Z\"",
        FieldType.Message => "an object",
        _ => "a string",
    };

    /// <summary>In a body a number is no string.</summary>
    private static string? FaultOfName(EnumDescriptor type, string text) => type.FindValueByName(text) is null
        ? $"is no {type.Name}: {RequestFaults.Quote(text)}; {Suggest(type, text)}"
        : null;

    private static bool IsNumber(EnumDescriptor type, string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && type.FindValueByNumber(number) is not null;

    /// <summary>The value whose last part was given, or is near.</summary>
    private static string Suggest(EnumDescriptor type, string text)
    {
        var known = type.Values.Where(value => value.Number != 0).Select(value => value.Name).ToList();
        var ends = known.FirstOrDefault(name => name.EndsWith($"_{text}", StringComparison.OrdinalIgnoreCase));
        return ends is null ? FieldNames.Suggest(known, text) : $"did you mean {ends}?";
    }

    private static bool IsInstant(string text)
    {
        try
        {
            JsonParser.Default.Parse<Timestamp>(JsonSerializer.Serialize(text));
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
