using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using AgentStatus.V1;
using Google.Protobuf;

namespace AgentStatus.Server.Grpc;

/// <summary>Where the next page begins and as of when, bound to the request's other fields by a digest: a token that
/// was changed, or comes with another request, is not ours. Any server can read it. It guards against mistakes; it is
/// no secret.</summary>
/// <param name="AsOfMs">Now at the first page.</param>
/// <param name="Position">As <see cref="BreakdownQuery.Position"/>.</param>
internal readonly record struct PageToken(long AsOfMs, long Position)
{
    private const int NumbersLength = 16;
    private const int DigestLength = 12;

    /// <summary>The token of a request; null without one, or if it is not ours.</summary>
    public static PageToken? Read(GetBreakdownRequest request, long nowMs)
    {
        Span<byte> bytes = stackalloc byte[NumbersLength + DigestLength];
        if (request.PageToken.Length != Base64Url.GetEncodedLength(bytes.Length)
            || !Base64Url.IsValid(request.PageToken)
            || !Base64Url.TryDecodeFromChars(request.PageToken, bytes, out var length)
            || length != bytes.Length)
            return null;
        var token = new PageToken(
            BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
        return token.Write(request) == request.PageToken && token.CanBeOurs(nowMs) ? token : null;
    }

    /// <summary>The digest can be worked out by anybody. Another server's clock may be a little ahead.</summary>
    private bool CanBeOurs(long nowMs) =>
        AsOfMs >= Limits.FirstInstantMs && AsOfMs <= nowMs + Limits.FutureMs && Position is > 0 and < long.MaxValue;

    /// <summary>The token as text, for a request with these fields.</summary>
    public string Write(GetBreakdownRequest request)
    {
        var bound = new GetBreakdownRequest(request) { PageToken = "", PageSize = 0 };
        var content = new byte[NumbersLength + bound.CalculateSize()];
        BinaryPrimitives.WriteInt64LittleEndian(content, AsOfMs);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(8), Position);
        bound.WriteTo(content.AsSpan(NumbersLength));
        Span<byte> bytes = stackalloc byte[NumbersLength + DigestLength];
        content.AsSpan(0, NumbersLength).CopyTo(bytes);
        SHA256.HashData(content).AsSpan(0, DigestLength).CopyTo(bytes[NumbersLength..]);
        return Base64Url.EncodeToString(bytes);
    }
}
