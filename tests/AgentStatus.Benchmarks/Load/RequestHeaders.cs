using System.Text;

namespace AgentStatus.Benchmarks.Load;

/// <summary>A gRPC request's headers in HPACK (RFC 7541): the first request of a connection puts them into the
/// server's dynamic table, each later one names the entries, as grpc-core and grpc-go do: six bytes.</summary>
internal sealed class RequestHeaders
{
    private const byte MethodPost = 0x80 | 3;
    private const byte SchemeHttp = 0x80 | 6;
    private const byte SchemeHttps = 0x80 | 7;

    /// <param name="isPlain">Whether it goes without TLS.</param>
    /// <param name="authority">Host and port.</param>
    /// <param name="path">/package.Service/Method.</param>
    /// <param name="authorization">Goes along with each request in full, as clients do with what is secret (RFC 7541,
    /// section 7.1.3); null: none.</param>
    public RequestHeaders(bool isPlain, string authority, string path, string? authorization = null)
    {
        var scheme = isPlain ? SchemeHttp : SchemeHttps;
        var first = new List<byte> { MethodPost, scheme };
        Add(first, nameIndex: 4, path);
        Add(first, nameIndex: 1, authority);
        Add(first, nameIndex: 31, "application/grpc");
        first.Add(0x40);
        AddText(first, "te");
        AddText(first, "trailers");
        var secret = new List<byte>();
        if (authorization is not null)
        {
            secret.Add(0x1F);
            secret.Add(23 - 15);
            AddNumber(secret, authorization.Length);
            secret.AddRange(Encoding.ASCII.GetBytes(authorization));
        }

        First = [.. first, .. secret];
        Later = [MethodPost, scheme, 0x80 | 65, 0x80 | 64, 0x80 | 63, 0x80 | 62, .. secret];
    }

    /// <summary>The block of a connection's first request.</summary>
    public byte[] First { get; }

    /// <summary>The block of every later one; the newest entry of the dynamic table is 62.</summary>
    public byte[] Later { get; }

    /// <summary>Literal with incremental indexing, the name from the static table.</summary>
    private static void Add(List<byte> to, int nameIndex, string value)
    {
        to.Add((byte)(0x40 | nameIndex));
        AddText(to, value);
    }

    /// <summary>A length of seven bits and more: RFC 7541, section 5.1.</summary>
    private static void AddNumber(List<byte> to, int number)
    {
        to.Add((byte)Math.Min(number, 127));
        if (number < 127) return;
        for (number -= 127; number >= 128; number >>= 7) to.Add((byte)(0x80 | (number & 127)));
        to.Add((byte)number);
    }

    /// <summary>Without Huffman coding; shorter than 127 bytes.</summary>
    private static void AddText(List<byte> to, string text)
    {
        to.Add(checked((byte)text.Length));
        to.AddRange(Encoding.ASCII.GetBytes(text));
    }
}
