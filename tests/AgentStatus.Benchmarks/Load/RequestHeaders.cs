using System.Text;

namespace AgentStatus.Benchmarks.Load;

/// <summary>A gRPC request's headers in HPACK (RFC 7541): the first request of a connection puts them into the
/// server's dynamic table, each later one names the entries, as grpc-core and grpc-go do: six bytes.</summary>
internal sealed class RequestHeaders
{
    private const byte MethodPost = 0x80 | 3;
    private const byte SchemeHttp = 0x80 | 6;

    public RequestHeaders(string authority, string path)
    {
        var first = new List<byte> { MethodPost, SchemeHttp };
        Add(first, nameIndex: 4, path);
        Add(first, nameIndex: 1, authority);
        Add(first, nameIndex: 31, "application/grpc");
        first.Add(0x40);
        AddText(first, "te");
        AddText(first, "trailers");
        First = [.. first];
    }

    /// <summary>The block of a connection's first request.</summary>
    public byte[] First { get; }

    /// <summary>The block of every later one; the newest entry of the dynamic table is 62.</summary>
    public byte[] Later { get; } = [MethodPost, SchemeHttp, 0x80 | 65, 0x80 | 64, 0x80 | 63, 0x80 | 62];

    /// <summary>Literal with incremental indexing, the name from the static table.</summary>
    private static void Add(List<byte> to, int nameIndex, string value)
    {
        to.Add((byte)(0x40 | nameIndex));
        AddText(to, value);
    }

    /// <summary>Without Huffman coding; shorter than 127 bytes.</summary>
    private static void AddText(List<byte> to, string text)
    {
        to.Add(checked((byte)text.Length));
        to.AddRange(Encoding.ASCII.GetBytes(text));
    }
}
