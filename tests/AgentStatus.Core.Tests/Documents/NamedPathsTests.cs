using System.Text.RegularExpressions;

namespace AgentStatus.Core.Tests.Documents;

/// <summary>Documents grow old without a sound: what they name must exist.</summary>
public sealed partial class NamedPathsTests
{
    /// <summary>Below which folders the documents' paths begin.</summary>
    private static readonly string[] Roots =
    [
        "", "src", "src/AgentStatus.Core", "src/AgentStatus.Storage", "src/AgentStatus.Storage/MongoDb", "src/AgentStatus.Server",
        "tests",
    ];

    private static readonly string[] Endings = ["", ".cs", ".proto"];

    [Theory]
    [InlineData("README.md")]
    [InlineData("ARCHITECTURE.md")]
    public void Every_path_that_a_document_names_exists(string document)
    {
        var repository = Repository();
        var text = File.ReadAllText(Path.Combine(repository, document));
        var named = InBackticks().Matches(text).Concat(Links().Matches(text)).Select(match => match.Groups[1].Value)
            .Where(path => path != "data/agentstatus.db") // The server makes it.
            .ToHashSet();

        Assert.True(named.Count > 5, "The document names paths.");
        Assert.All(named, path => Assert.True(Exists(repository, path), $"{document} names {path}."));
    }

    private static bool Exists(string repository, string path) => Roots.Any(root => Endings.Any(ending =>
        Path.Join(repository, root, path + ending) is var full && (File.Exists(full) || Directory.Exists(full))));

    /// <summary>Up from here, since builds may not say where the source is.</summary>
    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AgentStatus.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }

    [GeneratedRegex(@"`([A-Za-z][\w.\-]*(?:/[\w.\-]+)+/?)`")]
    private static partial Regex InBackticks();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Links();
}
