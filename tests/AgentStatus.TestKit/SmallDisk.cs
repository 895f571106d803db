namespace AgentStatus.TestKit;

/// <summary>A disk that is soon full: memory, which a program has for its own in the place of a directory. Linux, where
/// users may have namespaces of their own.</summary>
public static class SmallDisk
{
    /// <summary>Skips the test where there can be none.</summary>
    public static async Task RequireAsync(string directory)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux alone has namespaces.");
        var tried = await ChildProcess.RunAsync("unshare", Arguments(directory, 64, ["true"]));
        Assert.SkipUnless(tried.ExitCode == 0, $"No disk can be mounted here: {tried.Errors}");
    }

    /// <summary>The arguments of `unshare` for a program with such a disk.</summary>
    public static string[] Arguments(string directory, int kilobytes, IEnumerable<string> program) =>
    [
        "-rm", "bash", "-c", $"mount -t tmpfs -o size={kilobytes}k tmpfs '{directory}' && exec \"$0\" \"$@\"",
        .. program,
    ];

    /// <summary>Gives the disk of a program that runs another size, as an expression of bash with $used, in
    /// kilobytes.</summary>
    public static async Task ResizeAsync(int processId, string directory, string kilobytes)
    {
        var resized = await ChildProcess.RunAsync(
            "nsenter",
            [
                "-t", $"{processId}", "-U", "--preserve-credentials", "-m", "bash", "-c",
                "used=$(df -k --output=used \"$0\" | tail -1); "
                    + $"mount -o remount,size=$(({kilobytes}))k \"$0\"",
                directory,
            ]);
        Assert.True(resized.ExitCode == 0, resized.Errors);
    }
}
