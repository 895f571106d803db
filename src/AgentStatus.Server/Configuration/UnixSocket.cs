using System.Net.Sockets;

namespace AgentStatus.Server.Configuration;

/// <summary>A socket file to listen on instead of a port: for clients on this machine, without TCP's work. Who may
/// write the file may connect.</summary>
/// <param name="Path">Absolute; as many bytes as the operating system takes (Linux: 107).</param>
/// <param name="Mode">Who may connect; by default the server's own user alone.</param>
internal sealed record UnixSocket(string Path, UnixFileMode Mode)
{
    public const string Scheme = "unix";

    /// <summary>The key of the mode.</summary>
    public const string ModeKey = "SocketMode";

    private const string OwnerAlone = "0600";

    private const string Everybody = "0777";

    /// <summary>The one that an endpoint names; null: it names none, or a wrong one, which is among the
    /// faults.</summary>
    public static UnixSocket? Read(ConfigurationReader configuration, string key, Uri endpoint)
    {
        var mode = ReadMode(configuration);
        if (endpoint.Scheme != Scheme) return null;
        var path = Uri.UnescapeDataString(endpoint.AbsolutePath);
        if (endpoint.Host.Length > 0 || endpoint.Query.Length > 0 || path.Length < 2 || path[0] != '/')
            configuration.Fault($"{key} is \"{endpoint}\"; it must name a file by its whole path: unix:/path/to/file.");
        else if (OperatingSystem.IsWindows())
            configuration.Fault($"{key} is \"{endpoint}\"; socket files have no mode on Windows: not taken there.");
        else if (!FitsAddress(path))
            configuration.Fault($"{key} is \"{endpoint}\"; paths of sockets have at most 107 bytes.");
        else return new(path, mode);
        return null;
    }

    /// <summary>Whether users of this machine may connect that are neither the server's own nor of its group.</summary>
    public bool IsOpen => Mode.HasFlag(UnixFileMode.OtherWrite);

    /// <summary>As chmod takes it.</summary>
    public string ModeText => Octal(Mode);

    private static string Octal(UnixFileMode mode) => "0" + Convert.ToString((int)mode, 8).PadLeft(3, '0');

    private static UnixFileMode ReadMode(ConfigurationReader configuration)
    {
        var text = configuration.Text(ModeKey, $"{OwnerAlone} to {Everybody}", OwnerAlone) ?? OwnerAlone;
        if (text.Length is 3 or 4 && text.All(digit => digit is >= '0' and <= '7')
            && Convert.ToInt32(text, 8) is var mode and >= 0b110_000_000 and <= 0b111_111_111)
            return (UnixFileMode)mode;
        configuration.Fault($"{ModeKey} is \"{text}\"; it must be {OwnerAlone} to {Everybody}, as chmod takes it.");
        return default;
    }

    private static bool FitsAddress(string path)
    {
        try
        {
            _ = new UnixDomainSocketEndPoint(path);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }
}
