namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>What libmongoc and libbson are called, by operating system and version; 1.x first: most have it.</summary>
internal static class MongoLibraryNames
{
    // Homebrew's directories: the loader does not look into the first by itself.
    private static readonly string[] MacDirectories = ["", "/opt/homebrew/lib/", "/usr/local/lib/"];

    public static IEnumerable<(string Mongoc, string Bson)> Candidates()
    {
        if (OperatingSystem.IsWindows())
            return [
                ("mongoc-1.0.dll", "bson-1.0.dll"), ("libmongoc-1.0.dll", "libbson-1.0.dll"), // MSVC, MinGW
                ("mongoc2.dll", "bson2.dll"), ("libmongoc2.dll", "libbson2.dll")];
        if (OperatingSystem.IsMacOS())
            return
                from directory in MacDirectories
                from version in (string[])["-1.0.0", "2.2"]
                select ($"{directory}libmongoc{version}.dylib", $"{directory}libbson{version}.dylib");
        return [("libmongoc-1.0.so.0", "libbson-1.0.so.0"), ("libmongoc2.so.2", "libbson2.so.2")];
    }

    public static string WhatToInstall() =>
        "MongoDB's C driver (libmongoc 1.22 or later, or 2.x) is not on this machine. Install it: "
        + (OperatingSystem.IsWindows() ? "vcpkg install mongo-c-driver, its DLLs beside the program or in PATH"
            : OperatingSystem.IsMacOS() ? "brew install mongo-c-driver"
            : "apt-get install libmongoc-1.0-0 (Debian 12, Ubuntu 22.04 and 24.04), libmongoc2-2 (newer ones), or "
                + "dnf install mongo-c-driver-libs (Fedora, RHEL with EPEL)")
        + $". Looked for {string.Join(", ", Candidates().Select(names => names.Mongoc))}.";
}
