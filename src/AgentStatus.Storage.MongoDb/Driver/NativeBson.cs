using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>
/// libbson's bson_t: 128 bytes, here only ever a view of bytes that somebody else owns, or a reply. libbson 1.x is
/// built to want it on a 128-byte boundary: hence <see cref="Room"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct NativeBson
{
    public const int Size = 128;

    public uint Flags;
    public uint Length;

    /// <summary>Stack room for documents, with slack to align them: <see cref="Three"/> makes the best of it.</summary>
    [InlineArray((3 + 1) * Size)]
    public struct Room
    {
        private byte _first;

        /// <summary>The first of three; the room is on the caller's stack, so it does not move.</summary>
        public static unsafe NativeBson* Three(ref Room room) =>
            (NativeBson*)(((nuint)Unsafe.AsPointer(ref room) + Size - 1) & ~(nuint)(Size - 1));
    }

    /// <summary>The bytes of a document that libbson made: valid as long as that document is.</summary>
    public static unsafe ReadOnlySpan<byte> BytesOf(NativeBson* document) =>
        new(LibBson.GetData(document), checked((int)document->Length));
}

/// <summary>libbson's bson_error_t: 512 bytes; 2.x keeps the last one for itself.</summary>
[StructLayout(LayoutKind.Sequential, Size = 512)]
internal struct NativeError
{
    public uint Domain;
    public uint Code;
    public Text Message;

    public readonly string MessageText
    {
        get
        {
            ReadOnlySpan<byte> bytes = Message;
            var end = bytes.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
        }
    }

    [InlineArray(503)]
    public struct Text
    {
        private byte _first;
    }
}
