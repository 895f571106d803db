using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace AgentStatus.Storage.Sqlite;

/// <summary>What a start calls some hundred million times, without what SQLitePCL.raw adds to each call: counting
/// references to the handle and, where SQLite neither waits nor reads, telling the garbage collector. The caller keeps
/// the statement alive; its connection is one without mutexes, which one thread uses at a time.</summary>
internal static unsafe partial class LibSqlite
{
    /// <summary>The library that SQLitePCL.Batteries_V2 loads.</summary>
    private const string Name = "e_sqlite3";

    /// <summary>Valid as long as the statement is.</summary>
    public static nint PointerOf(sqlite3_stmt statement) => statement.DangerousGetHandle();

    /// <summary>Reads from the file.</summary>
    [LibraryImport(Name, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [LibraryImport(Name, EntryPoint = "sqlite3_column_int64")]
    [SuppressGCTransition]
    public static partial long ColumnInt64(nint statement, int column);

    /// <summary>Whether the column has no value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNull(nint statement, int column) => ColumnType(statement, column) == SQLitePCL.raw.SQLITE_NULL;

    /// <summary>The bytes of a text; valid until the next step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> ColumnBytes(nint statement, int column)
    {
        // In this order: asking for the bytes can change their number.
        var bytes = ColumnBlob(statement, column);
        return new(bytes, ColumnLength(statement, column));
    }

    [LibraryImport(Name, EntryPoint = "sqlite3_column_type")]
    [SuppressGCTransition]
    private static partial int ColumnType(nint statement, int column);

    [LibraryImport(Name, EntryPoint = "sqlite3_column_blob")]
    [SuppressGCTransition]
    private static partial byte* ColumnBlob(nint statement, int column);

    [LibraryImport(Name, EntryPoint = "sqlite3_column_bytes")]
    [SuppressGCTransition]
    private static partial int ColumnLength(nint statement, int column);
}
