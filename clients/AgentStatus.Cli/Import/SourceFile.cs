using System.IO.Compression;

namespace AgentStatus.Cli.Import;

/// <summary>The file to import, or the standard input; a .gz is decompressed as it is read.</summary>
internal sealed class SourceFile : IDisposable
{
    private const string StandardInput = "-";
    private const string Compressed = ".gz";
    private const int BufferBytes = 256 * 1024;

    private readonly Stream _file;
    private readonly bool _hasLength;

    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    public SourceFile(string path)
    {
        (Path, _hasLength) = (path == StandardInput ? "stdin" : path, path != StandardInput);
        try
        {
            _file = _hasLength
                ? new FileStream(path, new FileStreamOptions { BufferSize = 0 })
                : Console.OpenStandardInput();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(e.Message);
        }

        Stream = path.EndsWith(Compressed, StringComparison.OrdinalIgnoreCase)
            ? new BufferedStream(new GZipStream(_file, CompressionMode.Decompress), BufferBytes)
            : _file;
    }

    /// <summary>The file, or "stdin".</summary>
    public string Path { get; }

    /// <summary>What to read.</summary>
    public Stream Stream { get; }

    /// <summary>Bytes of the file; 0: nobody knows.</summary>
    public long Length => _hasLength ? _file.Length : 0;

    /// <summary>How many of them are read.</summary>
    public long Position => _hasLength ? _file.Position : 0;

    /// <summary>What event ids are made of: the file's name without .gz, so that it may be compressed between two
    /// imports, as the contract wants ids.</summary>
    public string Name
    {
        get
        {
            var name = System.IO.Path.GetFileName(Path);
            if (name.EndsWith(Compressed, StringComparison.OrdinalIgnoreCase)) name = name[..^Compressed.Length];
            return string.Concat(name.Select(c => c is >= ' ' and <= '~' ? c : '_'));
        }
    }

    public void Dispose()
    {
        Stream.Dispose();
        _file.Dispose();
    }
}
