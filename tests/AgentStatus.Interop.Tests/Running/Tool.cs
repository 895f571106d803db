namespace AgentStatus.Interop.Tests.Running;

/// <summary>Tools that a machine may lack. A test whose tool is missing is skipped with the reason; where
/// AGENTSTATUS_TEST_TOOLS says "required", as .ci/run does, it fails.</summary>
internal static class Tool
{
    private static readonly Lazy<Task<string?>> FoundPython = new(FindPythonAsync);

    /// <summary>The protos of health and reflection, as gRPC's own project gives them out.</summary>
    public static string StandardProtos =>
        Path.Exists("/usr/share/grpc-proto/grpc/health") ? "/usr/share/grpc-proto" : Missing("Debian's grpc-proto");

    public static string Buf => NodeModule(".bin/buf");

    /// <summary>A Python that has grpcio and its tools.</summary>
    public static async Task<string> PythonAsync() =>
        await FoundPython.Value ?? Missing("a Python with grpcio (Debian: python3-grpcio, python3-grpc-tools)");

    /// <summary>Node, with @grpc/grpc-js installed.</summary>
    public static string Node()
    {
        NodeModule("@grpc/grpc-js");
        return "node";
    }

    /// <summary>What judges units of systemd.</summary>
    public static string SystemdAnalyze() => File.Exists("/usr/bin/systemd-analyze")
        ? "/usr/bin/systemd-analyze"
        : Missing("systemd-analyze (Debian: systemd)");

    /// <summary>The path of something that `npm ci` installs.</summary>
    private static string NodeModule(string name)
    {
        var path = Path.Combine(SourceTree.Clients, "node_modules", name);
        return Path.Exists(path) ? path : Missing($"{name}: run `npm ci` in tests/AgentStatus.Interop.Tests/clients");
    }

    // The first python3 on the PATH need not be the one that Debian's packages are for.
    private static async Task<string?> FindPythonAsync()
    {
        foreach (var python in (string[])["python3", "/usr/bin/python3"])
        {
            try
            {
                var output = await ChildProcess.RunAsync(python, ["-c", "import grpc, grpc_tools.protoc"]);
                if (output.ExitCode == 0) return python;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // There is no such program.
            }
        }

        return null;
    }

    private static string Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("AGENTSTATUS_TEST_TOOLS") == "required") Assert.Fail($"missing: {what}");
        Assert.Skip($"missing: {what}");
        throw new InvalidOperationException("Skip does not return.");
    }
}
