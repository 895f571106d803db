using System.IO.Compression;
using System.Text;
using Grpc.Net.Compression;

namespace Grpc.StandIns.Tests;

public sealed class CompressionTests
{
    private static readonly byte[] Message = Encoding.ASCII.GetBytes(new string('a', 10_000));

    // First bytes: RFC 1952, section 2.3.1, and RFC 1950, section 2.2 (deflate with a window of 32 KiB).
    public static TheoryData<string, int> Encodings => new() { { "gzip", 0x1F }, { "deflate", 0x78 } };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void What_is_compressed_comes_back(string encoding, int firstByte)
    {
        ICompressionProvider provider = encoding == "gzip"
            ? new GzipCompressionProvider(CompressionLevel.Fastest)
            : new DeflateCompressionProvider(CompressionLevel.Fastest);
        using var compressed = new MemoryStream();

        using (var stream = provider.CreateCompressionStream(compressed, compressionLevel: null))
            stream.Write(Message);

        Assert.Equal(encoding, provider.EncodingName);
        Assert.InRange(compressed.Length, 1, Message.Length / 10);
        Assert.Equal(firstByte, compressed.GetBuffer()[0]);
        compressed.Position = 0;
        using var plain = new MemoryStream();
        using (var stream = provider.CreateDecompressionStream(compressed))
            stream.CopyTo(plain);
        Assert.Equal(Message, plain.ToArray());
    }
}
