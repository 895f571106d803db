using System.Text.RegularExpressions;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>The table of docs/operations.md has the keys that there are: those that the options classes ask
/// for.</summary>
public sealed partial class ConfigurationDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(SourceTree.Root, "docs/operations.md"));

    [Fact]
    public void Each_key_stands_in_the_table_once_and_nothing_else_does()
    {
        // Who misspells a key is told all that there are.
        var told = Assert.Single(OptionFaults.Of(("Nothing", "1"))).Split("known: ")[1].TrimEnd('.');
        var table = Document.Split("## Configuration")[1].Split("\n## ")[0];
        Assert.Equal(told.Split(", ").Order(), Rows().Matches(table).Select(row => row.Groups[1].Value).Order());
    }

    [GeneratedRegex("^\\| `([A-Za-z:]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
