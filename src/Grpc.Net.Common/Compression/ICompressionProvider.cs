using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>A way to compress messages, by the name it has in <c>grpc-encoding</c>.</summary>
public interface ICompressionProvider
{
    /// <summary>The name, such as <c>gzip</c>.</summary>
    string EncodingName { get; }

    /// <summary>A stream that compresses into another one and leaves it open; no level: the provider's own.</summary>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    /// <summary>A stream that decompresses another one.</summary>
    Stream CreateDecompressionStream(Stream stream);
}
