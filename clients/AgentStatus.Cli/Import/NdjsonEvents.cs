using System.Buffers;
using System.Text;
using System.Text.Json;

namespace AgentStatus.Cli.Import;

/// <summary>Events as JSON, one a line, as the contract's StatusEvent has them.</summary>
internal sealed class NdjsonEvents(EventBuilder builder) : IEventReader
{
    public IEnumerable<ImportedLine> Read(Stream stream)
    {
        foreach (var (number, line) in FileLines.Of(stream))
        {
            builder.Begin();
            try
            {
                Take(line.Span);
            }
            catch (JsonException malformed)
            {
                builder.Fail($"not a JSON object: {malformed.Message}");
            }

            yield return builder.Finish(number, Encoding.UTF8.GetString(line.Span));
        }
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("it has no {");
        var rented = ArrayPool<char>.Shared.Rent(line.Length);
        try
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) TakeField(ref reader, rented);
            if (reader.Read()) throw new JsonException("more follows");
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    private void TakeField(ref Utf8JsonReader reader, char[] text)
    {
        var name = text.AsSpan(0, reader.CopyString(text));
        var isKnown = EventFields.TryParse(name, out var field);
        if (!isKnown) builder.Fail(EventFields.Unknown(name.ToString()));
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.String when isKnown:
                builder.Set(field, text.AsSpan(0, reader.CopyString(text)));
                break;
            case JsonTokenType.Number when isKnown:
                builder.Set(field, text.AsSpan(0, Encoding.UTF8.GetChars(reader.ValueSpan, text)));
                break;
            case JsonTokenType.Null:
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.True or JsonTokenType.False
                when isKnown:
                builder.Fail($"{EventFields.Snake(field)} is neither text nor a number");
                reader.Skip();
                break;
            default:
                reader.Skip();
                break;
        }
    }
}
