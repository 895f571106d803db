using Google.Protobuf;

namespace AgentStatus.Cli.Transfer;

/// <summary>Holds messages in a file of its own until they are sent: as many as there are, without memory. One
/// thread.</summary>
internal sealed class MessageSpool<T>(MessageParser<T> parser) : IDisposable where T : IMessage<T>
{
    private const int BufferBytes = 64 * 1024;

    private readonly FileStream _file = new(
        Path.Combine(Path.GetTempPath(), $"agentstatus-{Path.GetRandomFileName()}"),
        FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.DeleteOnClose);

    public long Count { get; private set; }

    /// <summary>Adds a message, and the line that it comes from.</summary>
    public void Add(long line, T message)
    {
        _file.Write(BitConverter.GetBytes(line));
        message.WriteDelimitedTo(_file);
        Count++;
    }

    /// <summary>All of them, in order. Once.</summary>
    public IEnumerable<(long Line, T Message)> ReadAll()
    {
        _file.Position = 0;
        var line = new byte[sizeof(long)];
        for (var i = 0L; i < Count; i++)
        {
            _file.ReadExactly(line);
            yield return (BitConverter.ToInt64(line), parser.ParseDelimitedFrom(_file));
        }
    }

    public void Dispose() => _file.Dispose();
}
