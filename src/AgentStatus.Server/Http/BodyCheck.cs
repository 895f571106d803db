using System.Text.Json;
using AgentStatus.Server.Configuration;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Server.Http;

/// <summary>Goes through a body once and finds what its message cannot take, up to <see
/// cref="ServerLimits.NamedFaults"/>.</summary>
/// <param name="body">UTF-8.</param>
/// <param name="faults">Where they go.</param>
/// <param name="textInPath">Of a field that stands in the path, what stands there; else null. A body may say it
/// again.</param>
internal ref struct BodyCheck(
    ReadOnlySpan<byte> body, List<(string Field, string Description)> faults, Func<FieldDescriptor, string?> textInPath)
{
    private readonly List<(string Field, string Description)> _faults = faults;
    private readonly Func<FieldDescriptor, string?> _textInPath = textInPath;
    private Utf8JsonReader _reader = new(body);

    private readonly bool IsFull => _faults.Count >= ServerLimits.NamedFaults;

    public void Check(MessageDescriptor message)
    {
        try
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.StartObject)
            {
                _faults.Add(("body", "must be a JSON object"));
                return;
            }

            CheckObject(message, "");
            while (!IsFull && _reader.Read()) _reader.Skip();
        }
        catch (InvalidOperationException)
        {
            _faults.Add(("body", "has a string that is no text: half a surrogate pair, or no UTF-8"));
        }
        catch (JsonException malformed)
        {
            _faults.Add((
                "body",
                $"is no JSON, in line {malformed.LineNumber + 1} at byte {malformed.BytePositionInLine + 1}"));
        }
    }

    /// <summary>From the brace to the brace.</summary>
    private void CheckObject(MessageDescriptor message, string path)
    {
        var seen = new HashSet<FieldDescriptor>();
        while (!IsFull && _reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var name = _reader.GetString()!;
            _reader.Read();
            if (FieldNames.Find(message, name) is not { } field)
            {
                Add(path + Cut(name), FieldNames.Unknown(message, name));
                _reader.Skip();
            }
            else if (!seen.Add(field))
            {
                Add(path + field.Name, "is there twice");
                _reader.Skip();
            }
            else if (path.Length == 0 && _textInPath(field) is { } text)
            {
                CheckSame(field, text);
            }
            else
            {
                CheckField(field, path + field.Name);
            }
        }
    }

    private void CheckSame(FieldDescriptor field, string text)
    {
        var isSame = _reader.TokenType switch
        {
            JsonTokenType.Null => true,
            JsonTokenType.String => _reader.GetString() == text,
            JsonTokenType.Number => _reader.TryGetInt64(out var number) && $"{number}" == text,
            _ => false,
        };
        if (!isSame) Add(field.Name, RequestFields.NotInPath(text));
        _reader.Skip();
    }

    private void CheckField(FieldDescriptor field, string path)
    {
        if (!field.IsRepeated)
        {
            CheckValue(field, path);
            return;
        }

        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            Add(path, "must be an array");
            _reader.Skip();
            return;
        }

        for (var i = 0; !IsFull && _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (_reader.TokenType == JsonTokenType.Null) Add($"{path}[{i}]", $"must be {FieldValues.Form(field)}");
            else CheckValue(field, $"{path}[{i}]");
        }
    }

    private void CheckValue(FieldDescriptor field, string path)
    {
        var isObject = field.FieldType == FieldType.Message && field.MessageType != Timestamp.Descriptor;
        if (isObject && _reader.TokenType == JsonTokenType.StartObject)
        {
            CheckObject(field.MessageType, $"{path}.");
            return;
        }

        if (_reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
            || (isObject && _reader.TokenType != JsonTokenType.Null))
            Add(path, $"must be {FieldValues.Form(field)}");
        else if (FieldValues.FaultOf(field, ref _reader) is { } fault)
            Add(path, fault);
        _reader.Skip();
    }

    private readonly void Add(string field, string description) => _faults.Add((field, description));

    private static string Cut(string name) =>
        name.Length <= ServerLimits.QuotedCharacters ? name : name[..ServerLimits.QuotedCharacters];
}
