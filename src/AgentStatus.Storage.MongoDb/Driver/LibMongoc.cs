using System.Runtime.InteropServices;

namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>
/// The calls of libmongoc that this project needs: only such as 1.22 and later and 2.x have with the same signature.
/// Every call that takes a client, a cursor or a bulk operation belongs to one thread at a time.
/// </summary>
internal static unsafe partial class LibMongoc
{
    public const string Name = "mongoc";

    [LibraryImport(Name, EntryPoint = "mongoc_init")]
    public static partial void Init();

    [LibraryImport(Name, EntryPoint = "mongoc_get_version")]
    public static partial byte* GetVersion();

    [LibraryImport(Name, EntryPoint = "mongoc_log_set_handler")]
    public static partial void LogSetHandler(nint function, nint context);

    [LibraryImport(Name, EntryPoint = "mongoc_uri_new_with_error", StringMarshalling = StringMarshalling.Utf8)]
    public static partial UriHandle UriNew(string text, NativeError* error);

    [LibraryImport(Name, EntryPoint = "mongoc_uri_destroy")]
    public static partial void UriDestroy(nint uri);

    [LibraryImport(Name, EntryPoint = "mongoc_uri_set_appname", StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool UriSetAppName(UriHandle uri, string name);

    [LibraryImport(Name, EntryPoint = "mongoc_uri_set_option_as_int32", StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool UriSetOption(UriHandle uri, string option, int value);

    [LibraryImport(Name, EntryPoint = "mongoc_uri_set_option_as_bool", StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool UriSetOption(
        UriHandle uri, string option, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Name, EntryPoint = "mongoc_uri_set_read_prefs_t")]
    public static partial void UriSetReadPreference(UriHandle uri, nint preference);

    [LibraryImport(Name, EntryPoint = "mongoc_uri_set_read_concern")]
    public static partial void UriSetReadConcern(UriHandle uri, nint concern);

    [LibraryImport(Name, EntryPoint = "mongoc_uri_set_write_concern")]
    public static partial void UriSetWriteConcern(UriHandle uri, nint concern);

    [LibraryImport(Name, EntryPoint = "mongoc_read_prefs_new")]
    public static partial nint ReadPreferenceNew(int mode);

    [LibraryImport(Name, EntryPoint = "mongoc_read_prefs_destroy")]
    public static partial void ReadPreferenceDestroy(nint preference);

    [LibraryImport(Name, EntryPoint = "mongoc_read_concern_new")]
    public static partial nint ReadConcernNew();

    [LibraryImport(Name, EntryPoint = "mongoc_read_concern_set_level", StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool ReadConcernSetLevel(nint concern, string level);

    [LibraryImport(Name, EntryPoint = "mongoc_read_concern_destroy")]
    public static partial void ReadConcernDestroy(nint concern);

    [LibraryImport(Name, EntryPoint = "mongoc_write_concern_new")]
    public static partial nint WriteConcernNew();

    [LibraryImport(Name, EntryPoint = "mongoc_write_concern_set_wmajority")]
    public static partial void WriteConcernSetMajority(nint concern, int timeoutMilliseconds);

    [LibraryImport(Name, EntryPoint = "mongoc_write_concern_set_journal")]
    public static partial void WriteConcernSetJournal(nint concern, [MarshalAs(UnmanagedType.U1)] bool journal);

    [LibraryImport(Name, EntryPoint = "mongoc_write_concern_destroy")]
    public static partial void WriteConcernDestroy(nint concern);

    [LibraryImport(Name, EntryPoint = "mongoc_client_pool_new_with_error")]
    public static partial PoolHandle PoolNew(UriHandle uri, NativeError* error);

    [LibraryImport(Name, EntryPoint = "mongoc_client_pool_destroy")]
    public static partial void PoolDestroy(nint pool);

    [LibraryImport(Name, EntryPoint = "mongoc_client_pool_set_error_api")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool PoolSetErrorApi(PoolHandle pool, int version);

    /// <summary>Null when waitQueueTimeoutMS has passed.</summary>
    [LibraryImport(Name, EntryPoint = "mongoc_client_pool_pop")]
    public static partial nint PoolPop(PoolHandle pool);

    [LibraryImport(Name, EntryPoint = "mongoc_client_pool_push")]
    public static partial void PoolPush(nint pool, nint client);

    /// <summary>Sends the command to the primary as it stands. Destroy the reply, whatever comes back.</summary>
    [LibraryImport(Name, EntryPoint = "mongoc_client_command_simple", StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool Command(
        ClientHandle client, string database, NativeBson* command, nint preference, NativeBson* reply,
        NativeError* error);

    [LibraryImport(Name, EntryPoint = "mongoc_client_get_collection", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint GetCollection(ClientHandle client, string database, string collection);

    [LibraryImport(Name, EntryPoint = "mongoc_collection_destroy")]
    public static partial void CollectionDestroy(nint collection);

    [LibraryImport(Name, EntryPoint = "mongoc_collection_find_with_opts")]
    public static partial CursorHandle Find(nint collection, NativeBson* filter, NativeBson* options, nint preference);

    [LibraryImport(Name, EntryPoint = "mongoc_cursor_next")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool CursorNext(CursorHandle cursor, NativeBson** document);

    [LibraryImport(Name, EntryPoint = "mongoc_cursor_error")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool CursorError(CursorHandle cursor, NativeError* error);

    [LibraryImport(Name, EntryPoint = "mongoc_cursor_destroy")]
    public static partial void CursorDestroy(nint cursor);

    [LibraryImport(Name, EntryPoint = "mongoc_collection_create_bulk_operation_with_opts")]
    public static partial BulkHandle BulkNew(nint collection, NativeBson* options);

    [LibraryImport(Name, EntryPoint = "mongoc_bulk_operation_insert_with_opts")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool BulkInsert(
        BulkHandle bulk, NativeBson* document, NativeBson* options, NativeError* error);

    [LibraryImport(Name, EntryPoint = "mongoc_bulk_operation_update_one_with_opts")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool BulkUpdateOne(
        BulkHandle bulk, NativeBson* selector, NativeBson* update, NativeBson* options, NativeError* error);

    [LibraryImport(Name, EntryPoint = "mongoc_bulk_operation_replace_one_with_opts")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool BulkReplaceOne(
        BulkHandle bulk, NativeBson* selector, NativeBson* document, NativeBson* options, NativeError* error);

    [LibraryImport(Name, EntryPoint = "mongoc_bulk_operation_remove_one_with_opts")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool BulkDeleteOne(
        BulkHandle bulk, NativeBson* selector, NativeBson* options, NativeError* error);

    [LibraryImport(Name, EntryPoint = "mongoc_bulk_operation_remove_many_with_opts")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool BulkDeleteMany(
        BulkHandle bulk, NativeBson* selector, NativeBson* options, NativeError* error);

    /// <summary>0 when anything failed; the reply is to be destroyed whatever comes back.</summary>
    [LibraryImport(Name, EntryPoint = "mongoc_bulk_operation_execute")]
    public static partial uint BulkExecute(BulkHandle bulk, NativeBson* reply, NativeError* error);

    [LibraryImport(Name, EntryPoint = "mongoc_bulk_operation_destroy")]
    public static partial void BulkDestroy(nint bulk);
}
