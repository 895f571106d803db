using AgentStatus.Cli.Transfer;
using nietras.SeparatedValues;

namespace AgentStatus.Cli.Import;

/// <summary>Numbers for the names that another system has for agents, in a CSV file: external,agent_id. A new name gets
/// the number after the highest one, which is in the file before an event has it, so that it stays the same.</summary>
internal sealed class AgentMap : IDisposable
{
    private const string External = "external";
    private const string AgentId = "agent_id";

    private readonly Dictionary<string, long> _numbers = [];
    private readonly StreamWriter? _added;
    private string[] _columns = [External, AgentId];
    private char _separator = ',';
    private long _highest;

    /// <param name="path">Made if it is not there.</param>
    /// <param name="isDryRun">Nothing is written.</param>
    /// <exception cref="CommandFailedException">It is not such a file.</exception>
    public AgentMap(string path, bool isDryRun)
    {
        var isThere = File.Exists(path) && new FileInfo(path).Length > 0;
        if (isThere) Load(path);
        if (isDryRun) return;
        var endsWithin = isThere && !EndsWithNewLine(path);
        _added = new StreamWriter(path, append: true);
        if (endsWithin) _added.WriteLine();
        if (!isThere) CsvText.WriteLine(_added, _separator, _columns);
    }

    /// <summary>Names that were not in the file.</summary>
    public int Added { get; private set; }

    /// <summary>The number of a name; a new one if it has none.</summary>
    public long NumberOf(string name)
    {
        if (_numbers.TryGetValue(name, out var number)) return number;
        _numbers.Add(name, number = ++_highest);
        Added++;
        if (_added is null) return number;
        var id = number.ToString(CultureInfo.InvariantCulture);
        CsvText.WriteLine(
            _added, _separator, [.. _columns.Select(c => c == External ? name : c == AgentId ? id : "")]);
        _added.Flush();
        return number;
    }

    public void Dispose() => _added?.Dispose();

    private static bool EndsWithNewLine(string path)
    {
        using var file = File.OpenRead(path);
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    private void Load(string path)
    {
        try
        {
            using var reader = Sep.Reader(options => options with { Unescape = true, DisableColCountCheck = true })
                .FromFile(path);
            (_columns, _separator) = ([.. reader.Header.ColNames], reader.Spec.Sep.Separator);
            while (reader.MoveNext())
            {
                var row = reader.Current;
                if (row.Span.IsWhiteSpace()) continue;
                if (!long.TryParse(row[AgentId].Span, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    || number == 0 || !_numbers.TryAdd(row[External].ToString(), number))
                    throw new CommandFailedException(
                        $"{path}, line {row.LineNumberFrom}: not a name and a number above 0, or a name that stands "
                        + "there already.");
                _highest = Math.Max(_highest, number);
            }
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidDataException or IndexOutOfRangeException)
        {
            throw new CommandFailedException($"{path}: its first line must be {External},{AgentId}. {e.Message}");
        }
    }
}
