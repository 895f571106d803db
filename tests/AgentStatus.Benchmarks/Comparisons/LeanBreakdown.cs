using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using AgentStatus.V1;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>The month's breakdown, all pages, by the lean load: it takes all bytes, counts the agents and reads the
/// next page's token, but makes no objects. An ordinary client does, and takes more CPU for it than the server for the
/// answer: <see cref="BreakdownOverGrpc"/>.</summary>
internal sealed class LeanBreakdown(Route route, BreakdownCase month) : IFrameReceiver, IDisposable
{
    private const int GrpcPrefixBytes = 5;

    private readonly Http2Connection _connection = new(route, BreakdownOverGrpc.Method);
    private readonly ArrayBufferWriter<byte> _page = new(4 * 1024 * 1024);
    private readonly GetBreakdownRequest _request = BreakdownOverGrpc.Request(month);
    private bool _ended;
    private int _agents;

    /// <summary>Fetches again and again, at least once.</summary>
    public static LoadResult Load(MeasuredServer server, BreakdownCase month, TimeSpan duration)
    {
        using var lean = new LeanBreakdown(server.Route, month);
        var (cpuBefore, started, times) = (server.CpuSeconds(), Stopwatch.GetTimestamp(), 0);
        for (; times == 0 || Stopwatch.GetElapsedTime(started) < duration; times++) lean.Fetch();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var cpuMicroseconds = 1e6 * (server.CpuSeconds() - cpuBefore) / times;
        return new(times / seconds, cpuMicroseconds, double.NaN, double.NaN);
    }

    /// <summary>Fetches everything.</summary>
    /// <exception cref="IOException">A request was refused, or agents are missing.</exception>
    public void Fetch()
    {
        _agents = 0;
        _request.PageToken = "";
        do
        {
            _page.ResetWrittenCount();
            _ended = false;
            _connection.BeginRequest(_request, isLast: true);
            do
            {
                _connection.Flush();
                _connection.Receive(this);
            }
            while (!_ended);
            _request.PageToken = ReadPage(_page.WrittenSpan);
        }
        while (_request.PageToken.Length > 0);
        if (_agents != month.Agents) throw new IOException($"The pages have {_agents} agents.");
    }

    public void Arrived()
    {
    }

    public void Content(int stream, ReadOnlySpan<byte> bytes) => _page.Write(bytes);

    public void Ended(int stream) => _ended = true;

    public void Dispose() => _connection.Dispose();

    /// <summary>Goes through the page's fields: counts the agents, gives the next page's token.</summary>
    private string ReadPage(ReadOnlySpan<byte> answer)
    {
        if (answer.Length < GrpcPrefixBytes
            || BinaryPrimitives.ReadInt32BigEndian(answer[1..]) != answer.Length - GrpcPrefixBytes)
            throw new IOException("The server refused a request, or its answer is not whole.");
        var token = "";
        var rest = answer[GrpcPrefixBytes..];
        while (!rest.IsEmpty)
        {
            var field = rest[0] >> 3;
            if ((rest[0] & 7) != (int)WireFormat.WireType.LengthDelimited)
                throw new InvalidDataException($"Field {field} of a page has no length.");
            rest = rest[1..];
            int length = 0, shift = 0;
            for (; rest[0] >= 0x80; rest = rest[1..], shift += 7) length |= (rest[0] & 0x7F) << shift;
            length |= rest[0] << shift;
            if (field == GetBreakdownResponse.AgentsFieldNumber) _agents++;
            if (field == GetBreakdownResponse.NextPageTokenFieldNumber)
                token = Encoding.ASCII.GetString(rest.Slice(1, length));
            rest = rest[(1 + length)..];
        }

        return token;
    }
}
