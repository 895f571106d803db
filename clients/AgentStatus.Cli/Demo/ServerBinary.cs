namespace AgentStatus.Cli.Demo;

/// <summary>Finds the built server.</summary>
internal static class ServerBinary
{
    private const string FileName = "AgentStatus.Server.dll";

    /// <summary>The given path, else server/ beside this program (an installed one), else the source tree's own build
    /// of the same configuration and framework.</summary>
    /// <exception cref="CommandFailedException">It is in none of these places.</exception>
    public static string Find(string? given)
    {
        if (given is not null)
            return File.Exists(given) ? Path.GetFullPath(given) : throw new CommandFailedException($"No file {given}.");
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        string[] places =
        [
            Path.Combine(here.FullName, "server", FileName),
            Path.GetFullPath(Path.Combine(
                here.FullName, "../../../../../src/AgentStatus.Server/bin", here.Parent!.Name, here.Name, FileName)),
        ];
        return places.FirstOrDefault(File.Exists) ?? throw new CommandFailedException(
            $"The server is not built: {FileName} is in none of {string.Join(", ", places)}. "
            + "Build it, or name it with --server.");
    }
}
