using System.Buffers.Binary;

namespace AgentStatus.Benchmarks.Load;

/// <summary>Messages on one bidirectional stream, a fixed number of them under way; answered in order.</summary>
internal sealed class StreamCaller(
    Route route, string method, int outstanding, Func<IMessage> next, Action<byte[]> check)
    : Http2Caller(route, method)
{
    private const int PrefixBytes = 5;

    private readonly Queue<long> _startedAt = new();
    private readonly byte[] _prefix = new byte[PrefixBytes];
    private int _prefixBytes;
    private int _messageBytesLeft;
    private int _stream;
    private bool _checked;
    private bool _isDone;

    protected override bool IsDone => _isDone;

    public override void Content(int stream, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_prefixBytes < PrefixBytes)
            {
                var taken = Math.Min(PrefixBytes - _prefixBytes, bytes.Length);
                bytes[..taken].CopyTo(_prefix.AsSpan(_prefixBytes));
                bytes = bytes[taken..];
                _prefixBytes += taken;
                if (_prefixBytes < PrefixBytes) return;
                _messageBytesLeft = BinaryPrimitives.ReadInt32BigEndian(_prefix.AsSpan(1));
                if (!_checked && bytes.Length >= _messageBytesLeft) check(bytes[.._messageBytesLeft].ToArray());
                _checked = true;
            }

            var read = Math.Min(_messageBytesLeft, bytes.Length);
            bytes = bytes[read..];
            _messageBytesLeft -= read;
            if (_messageBytesLeft > 0) return;
            _prefixBytes = 0;
            Answered();
        }
    }

    public override void Ended(int stream)
    {
        if (_startedAt.Count > 0) throw new IOException("The server ended the stream.");
        _isDone = true;
    }

    protected override void Begin()
    {
        _stream = Connection.BeginRequest(next(), isLast: false);
        _startedAt.Enqueue(Now);
        while (_startedAt.Count < outstanding) Send();
    }

    private void Answered()
    {
        Complete(_startedAt.Dequeue(), Now);
        if (!IsStopping) Send();
        else if (_startedAt.Count == 0) Connection.EndSending(_stream);
    }

    private void Send()
    {
        Connection.SendMessage(_stream, next(), isLast: false);
        _startedAt.Enqueue(Now);
    }
}
