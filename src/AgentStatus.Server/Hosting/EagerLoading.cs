using System.IO.Compression;
using System.Net.WebSockets;
using System.Reflection;
using System.Runtime.Loader;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Xml;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;

namespace AgentStatus.Server.Hosting;

/// <summary>Loads at start what the runtime would load when it is first needed, which takes a file descriptor: without
/// one the process ends, or what needed it fails until then. Each assembly keeps its descriptor, so that those of a
/// store that is not used stay out, and the framework's own that only other ones of it refer to.</summary>
internal static class EagerLoading
{
    public static void Run()
    {
        var loaded = AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.FullName!).ToHashSet();
        LoadReferences(typeof(EagerLoading).Assembly, [.. loaded], []);

        // The types of NodaTime can be written as XML.
        _ = typeof(XmlReader).Assembly;

        // The second endpoint's first request needs them.
        Type[] ofHttp =
        [
            typeof(BrotliStream), typeof(ClaimsPrincipal), typeof(WebSocket), typeof(IAllowAnonymous),
            typeof(IStatusCodePagesFeature), typeof(AssemblyLoadContext),
        ];
        foreach (var type in ofHttp) _ = type.Assembly;

        // Libraries of the system: for page tokens, and for requests that are compressed.
        _ = SHA256.HashData([]);
        using var gzip = new GZipStream(Stream.Null, CompressionLevel.Fastest);
        gzip.WriteByte(0);
    }

    private static void LoadReferences(Assembly assembly, HashSet<string> atStart, HashSet<string> seen)
    {
        foreach (var name in assembly.GetReferencedAssemblies().Where(name => seen.Add(name.FullName)))
        {
            var isStore = name.Name!.StartsWith("AgentStatus.Storage.", StringComparison.Ordinal);
            if (isStore && !atStart.Contains(name.FullName)) continue;
            var reference = Assembly.Load(name);
            if (IsNotTheFramework(name.Name)) LoadReferences(reference, atStart, seen);
        }
    }

    /// <summary>Where all is one file, packages' own references stay out: none of it takes a descriptor
    /// there.</summary>
    private static bool IsNotTheFramework(string name) =>
        name.StartsWith("AgentStatus.", StringComparison.Ordinal)
        || File.Exists(Path.Combine(AppContext.BaseDirectory, $"{name}.dll"));
}
