using System.Text.RegularExpressions;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>The table of docs/operations.md has the keys that there are, with their defaults and ranges: those that the
/// options classes ask for.</summary>
public sealed partial class ConfigurationDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(SourceTree.Root, "docs/operations.md"));

    [Fact]
    public void Each_key_stands_in_the_table_once_with_its_default_and_what_it_may_be()
    {
        var table = Document.Split("## Configuration")[1].Split("\n## ")[0];
        Assert.Equal(
            Lines(OptionFaults.Settings().Select(setting => (setting.Key, setting.Default, setting.Values))),
            Lines(Rows().Matches(table).Select(row => row.Value.Replace("`", "").Trim('|', ' ').Split(" | "))
                .Select(cells => (cells[0], cells[1], cells[2]))),
            ignoreCase: true); // Words may be written in any case.
    }

    [Fact]
    public void Who_misspells_a_key_is_told_all_that_there_are()
    {
        var told = Assert.Single(OptionFaults.Of(("Nothing", "1"))).Split("known: ")[1].TrimEnd('.');
        Assert.Equal(told.Split(", "), OptionFaults.Settings().Select(setting => setting.Key));
    }

    private static string Lines(IEnumerable<(string Key, string Default, string Values)> rows) =>
        string.Join('\n', rows.Select(row => $"{row.Key} | {row.Default} | {row.Values}").Order());

    [GeneratedRegex("^\\| `.*$", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
