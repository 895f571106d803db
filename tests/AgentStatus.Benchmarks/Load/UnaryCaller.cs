namespace AgentStatus.Benchmarks.Load;

/// <summary>Unary requests on one connection, a fixed number of them at a time.</summary>
/// <param name="route">To the server.</param>
/// <param name="method">Its path, /package.Service/Method.</param>
/// <param name="streams">Requests under way; fewer than <see cref="Places"/>.</param>
/// <param name="next">The next request; the same object may come again.</param>
/// <param name="check">Looks at the first answer and throws where it is none; null: any answer will do, a refusal
/// too.</param>
internal sealed class UnaryCaller(
    Route route, string method, int streams, Func<IMessage> next, Action<byte[]>? check)
    : Http2Caller(route, method)
{
    /// <summary>A request that is this many behind the newest one would be mixed up with it; closed loops stay far
    /// below.</summary>
    private const int Places = 1 << 14;

    private readonly long[] _startedAt = new long[Places];
    private readonly bool[] _hasContent = new bool[Places];
    private int _underWay;
    private bool _checked;

    protected override bool IsDone => _underWay == 0;

    public override void Content(int stream, ReadOnlySpan<byte> bytes)
    {
        _hasContent[Place(stream)] = true;
        if (_checked) return;
        _checked = true;
        check?.Invoke(bytes[5..].ToArray());
    }

    public override void Ended(int stream)
    {
        // A refusal is trailers only.
        if (check is not null && !_hasContent[Place(stream)]) throw new IOException("The server refused a request.");
        _hasContent[Place(stream)] = false;
        Complete(_startedAt[Place(stream)], Now);
        if (IsStopping) _underWay--;
        else Send();
    }

    protected override void Begin()
    {
        for (; _underWay < streams; _underWay++) Send();
    }

    private static int Place(int stream) => (stream >> 1) & (Places - 1);

    private void Send() => _startedAt[Place(Connection.BeginRequest(next(), isLast: true))] = Now;
}
