using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>The three calls of libbson that the layout of a bson_t does not spare.</summary>
internal static unsafe partial class LibBson
{
    public const string Name = "bson";

    /// <summary>Makes a view of bytes, without copying them; false if their length is not the document's.</summary>
    [LibraryImport(Name, EntryPoint = "bson_init_static")]
    [SuppressGCTransition]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool InitStatic(NativeBson* document, byte* bytes, nuint length);

    [LibraryImport(Name, EntryPoint = "bson_get_data")]
    [SuppressGCTransition]
    public static partial byte* GetData(NativeBson* document);

    [LibraryImport(Name, EntryPoint = "bson_destroy")]
    public static partial void Destroy(NativeBson* document);

    /// <summary>Views bytes that stay pinned while libbson uses the view.</summary>
    public static NativeBson* View(NativeBson* document, byte* bytes, int length)
    {
        if (!InitStatic(document, bytes, (nuint)length))
            throw BsonFaults.Malformed("a document's length is wrong");
        return document;
    }
}
