using System.Buffers;

namespace AgentStatus.Cli.Transfer;

/// <summary>Lines of CSV as RFC 4180 has them, with line feeds.</summary>
internal static class CsvText
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",;\t|\"\r\n");

    public static void WriteLine(TextWriter writer, params ReadOnlySpan<string> fields) =>
        WriteLine(writer, ',', fields);

    /// <param name="separator">Comma, semicolon, tab or bar.</param>
    public static void WriteLine(TextWriter writer, char separator, ReadOnlySpan<string> fields)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0) writer.Write(separator);
            var field = fields[i];
            writer.Write(field.AsSpan().ContainsAny(Special) ? $"\"{field.Replace("\"", "\"\"")}\"" : field);
        }

        writer.Write('\n');
    }
}
