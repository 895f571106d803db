namespace AgentStatus.TestKit;

/// <summary>Where things are in the source tree that this test was built in.</summary>
public static class SourceTree
{
    private static readonly DirectoryInfo Output = new(AppContext.BaseDirectory);

    /// <summary>The repository's own directory.</summary>
    public static string Root { get; } = FindRoot();

    public static string Protos => Path.Combine(Root, "protos");

    /// <summary>The foreign clients, and the node_modules that .ci/run has installed beside them.</summary>
    public static string Clients => Path.Combine(Root, "tests/AgentStatus.Interop.Tests/clients");

    /// <summary>The built server of the same configuration: our bin/X/Y goes with the server's bin/X/Y.</summary>
    public static string Server => Path.Combine(
        Root, "src/AgentStatus.Server/bin", Output.Parent!.Name, Output.Name,
        OperatingSystem.IsWindows() ? "AgentStatus.Server.exe" : "AgentStatus.Server");

    private static string FindRoot()
    {
        for (var folder = Output; folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "AgentStatus.slnx"))) return folder.FullName;
        throw new InvalidOperationException($"{Output.FullName} is in no source tree of this project.");
    }
}
