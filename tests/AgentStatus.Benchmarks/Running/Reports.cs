using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AgentStatus.Benchmarks.Running;

/// <summary>The rows as a Markdown table and as JSON.</summary>
internal static class Reports
{
    private static readonly JsonSerializerOptions JsonStyle = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public const string Heading = """
        | what | ours | theirs | unit | ratio | spread | target | holds |
        |---|--:|--:|---|--:|--:|---|---|
        """;

    public static string Line(Row row) =>
        $"| {row.Name} | {Figure(row.Ours)} | {Figure(row.Theirs)} | {row.Unit} | {Figure(row.Ratio)} | "
        + $"{row.Spread?.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "")} | "
        + $"{row.Target} | {Verdict(row)} |";

    public static string Markdown(IReadOnlyCollection<Row> rows, string preface)
    {
        var text = new StringBuilder(preface).Append("\n\n").Append(Heading).Append('\n');
        foreach (var row in rows) text.Append(Line(row)).Append('\n');
        var notes = rows.Where(row => row.Note.Length > 0).ToLookup(row => row.Note, row => row.Name);
        if (notes.Count > 0) text.Append("\nNotes:\n\n");
        foreach (var note in notes) text.Append($"- {string.Join(", ", note)}: {note.Key}\n");
        return text.ToString();
    }

    public static string Json(IReadOnlyCollection<Row> rows) => JsonSerializer.Serialize(rows, JsonStyle) + "\n";

    /// <summary>Four digits that count, and no more.</summary>
    private static string Figure(double? value)
    {
        if (value is not { } number || !double.IsFinite(number)) return "";
        return Math.Abs(number) switch
        {
            >= 1_000 => number.ToString("N0", CultureInfo.InvariantCulture),
            >= 100 => number.ToString("0.#", CultureInfo.InvariantCulture),
            >= 1 => number.ToString("0.##", CultureInfo.InvariantCulture),
            _ => number.ToString("0.####", CultureInfo.InvariantCulture),
        };
    }

    private static string Verdict(Row row) => row switch
    {
        { Holds: true } => "yes",
        { Holds: false } => "**no**",
        { Ours: null } => "not measured",
        _ => "",
    };
}
