using System.Runtime.InteropServices;

namespace AgentStatus.Server.Tests.CompanySettings;

/// <summary>A file that hangs: opening it to read waits until somebody opens it to write.</summary>
internal static class Fifo
{
    private const uint OwnersAlone = 0x180;

    public static void Make(string path)
    {
        File.Delete(path);
        Assert.Equal(0, MakeFifo(path, OwnersAlone));
    }

    [DllImport("libc", EntryPoint = "mkfifo")]
    private static extern int MakeFifo(string path, uint mode);
}
