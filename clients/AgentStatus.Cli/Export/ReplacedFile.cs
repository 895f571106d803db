using System.IO.Compression;

namespace AgentStatus.Cli.Export;

/// <summary>A file that takes the place of an earlier one when it is complete: until then, and where that fails, the
/// earlier one stays as it is. Compressed if its name ends with .gz. What agents did is in it: nobody else on the
/// machine may read it.</summary>
internal sealed class ReplacedFile : IDisposable
{
    private readonly string _path;
    private readonly string _unfinished;
    private readonly FileStream _file;
    private bool _isDone;

    /// <exception cref="CommandFailedException">It cannot be written there.</exception>
    public ReplacedFile(string path)
    {
        _path = Path.GetFullPath(path);
        _unfinished = $"{_path}.{Path.GetRandomFileName()}.unfinished";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            _file = new FileStream(_unfinished, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(e.Message);
        }

        Stream = _path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(_file, CompressionLevel.Fastest, leaveOpen: true)
            : _file;
        Writer = new StreamWriter(Stream, leaveOpen: true);
    }

    /// <summary>Its bytes, where it is no text.</summary>
    public Stream Stream { get; }

    /// <summary>Its text, in UTF-8.</summary>
    public StreamWriter Writer { get; }

    /// <summary>Puts it in its place.</summary>
    public void Complete()
    {
        CloseWriter();
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        File.Move(_unfinished, _path, overwrite: true);
        _isDone = true;
    }

    public void Dispose()
    {
        if (_isDone) return;
        try
        {
            CloseWriter();
            _file.Dispose();
        }
        catch (IOException)
        {
            // What is left of it did not find room: it goes all the same.
        }
        finally
        {
            File.Delete(_unfinished);
        }
    }

    private void CloseWriter()
    {
        Writer.Dispose();
        if (Stream != _file) Stream.Dispose();
    }
}
