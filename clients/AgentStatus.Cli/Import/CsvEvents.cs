using nietras.SeparatedValues;

namespace AgentStatus.Cli.Import;

/// <summary>Events as CSV: the first line names the fields, in any order; between them stands a comma, a semicolon, a
/// tab or a bar.</summary>
internal sealed class CsvEvents(EventBuilder builder) : IEventReader
{
    public IEnumerable<ImportedLine> Read(Stream stream)
    {
        using var reader = Open(stream);
        var fields = reader.Header.ColNames.Select(FieldOf).ToArray();
        while (MoveNext(reader))
            if (Take(reader.Current, fields) is { } line) yield return line;
    }

    /// <summary>Sep closes what it reads from, whose owner we are not.</summary>
    private static SepReader Open(Stream stream) => Sep
        .Reader(options => options with { Unescape = true, DisableColCountCheck = true, HasHeader = true })
        .From(new StreamReader(stream, leaveOpen: true));

    private static EventField FieldOf(string name) => EventFields.TryParse(name.Trim(), out var field)
        ? field
        : throw new CommandFailedException($"The first line: {EventFields.Unknown(name)}.");

    private static bool MoveNext(SepReader reader)
    {
        try
        {
            return reader.MoveNext();
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or ArgumentException)
        {
            throw new CommandFailedException($"Not CSV: {e.Message} Is there a quote without an end?");
        }
    }

    private ImportedLine? Take(SepReader.Row row, EventField[] fields)
    {
        if (row.Span.IsWhiteSpace()) return null;
        builder.Begin();
        if (row.ColCount > fields.Length) builder.Fail($"has {row.ColCount} fields, not {fields.Length}");
        for (var i = 0; i < Math.Min(row.ColCount, fields.Length); i++) builder.Set(fields[i], row[i].Span);
        return builder.Finish(row.LineNumberFrom, row.Span.ToString());
    }
}
