using System.Globalization;

namespace AgentStatus.Server.Configuration;

/// <summary>How many files and connections the operating system lets this process have open.</summary>
internal static class FileDescriptors
{
    private const string Source = "/proc/self/limits";
    private const string Line = "Max open files";

    /// <summary>The limit in force: the runtime has raised it as far as it may go. Null where there is none, or none is
    /// to be had.</summary>
    public static int? Most()
    {
        if (!File.Exists(Source)) return null;
        var line = File.ReadLines(Source).FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal));
        var soft = line?[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : null;
    }
}
