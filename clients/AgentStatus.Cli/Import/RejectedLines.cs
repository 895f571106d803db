namespace AgentStatus.Cli.Import;

/// <summary>The lines that were not taken, in a file of the last run: number, reason and line, with tabs between. Where
/// all were taken there is none.</summary>
internal sealed class RejectedLines(string path) : IDisposable
{
    private readonly Lock _gate = new();
    private StreamWriter? _writer;

    public string Path => path;

    public long Count { get; private set; }

    /// <summary>Any thread.</summary>
    public void Add(long number, string reason, string text)
    {
        lock (_gate)
        {
            Count++;
            _writer ??= new StreamWriter(path, append: false);
            _writer.WriteLine($"{number}\t{OneLine(reason)}\t{OneLine(text)}");
        }
    }

    /// <summary>Ends the file, or removes that of an earlier run.</summary>
    public void Dispose()
    {
        _writer?.Dispose();
        if (_writer is null) File.Delete(path);
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
