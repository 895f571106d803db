using System.Reflection;
using System.Runtime.InteropServices;

namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>
/// Finds libmongoc and the libbson that belongs to it, and initialises it, once in a process. It is never cleaned up:
/// the operating system does that, and a client in use at the end would crash.
/// </summary>
internal static class MongoLibrary
{
    private const int ErrorApiVersion2 = 2;

    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>Makes libmongoc usable.</summary>
    /// <returns>Its version, for a log.</returns>
    /// <exception cref="MongoException">There is none on this machine: the message says what to install.</exception>
    public static string Require() => Loaded.Value;

    /// <summary>Has the driver report a server's errors under the domain Server with the server's own codes.</summary>
    public static void UseServerCodes(PoolHandle pool) => LibMongoc.PoolSetErrorApi(pool, ErrorApiVersion2);

    private static unsafe string Load()
    {
        var (mongoc, bson) = Find();
        NativeLibrary.SetDllImportResolver(typeof(MongoLibrary).Assembly, (name, _, _) => name switch
        {
            LibMongoc.Name => mongoc,
            LibBson.Name => bson,
            _ => 0,
        });
        // Its own log goes to stderr, past ours, and repeats what the exceptions say.
        LibMongoc.LogSetHandler(0, 0);
        LibMongoc.Init();
        return Marshal.PtrToStringUTF8((nint)LibMongoc.GetVersion()) ?? "unknown";
    }

    private static (nint Mongoc, nint Bson) Find()
    {
        foreach (var (mongocName, bsonName) in MongoLibraryNames.Candidates())
        {
            if (!TryLoad(mongocName, out var mongoc))
                continue;
            if (TryLoad(bsonName, out var bson))
                return (mongoc, bson);
            NativeLibrary.Free(mongoc);
        }
        throw new MongoException(MongoErrorDomain.Library, 0, MongoLibraryNames.WhatToInstall());
    }

    private static bool TryLoad(string name, out nint library) =>
        NativeLibrary.TryLoad(name, Assembly.GetExecutingAssembly(), null, out library);
}
