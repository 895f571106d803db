using System.Text;
using AgentStatus.Server.Access;

namespace AgentStatus.Server.Tests.Access;

public sealed class KeyListTests
{
    private const string Hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private const string OtherHash = "f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly string Good =
        $$"""{"id": "cip", "sha256": "{{Hash}}", "permissions": ["record", "classify"], "companies": [1, 2]}""";

    [Fact]
    public void Read_Good_Identity()
    {
        var other = Good.Replace("cip", "report").Replace(Hash, OtherHash).Replace("[1, 2]", "\"all\"");
        var keys = Read($"{{\"keys\": [{Good}, {other}]}}", out var faults);
        Assert.Empty(faults);
        Assert.Equal(["cip", "report"], keys.Values.Select(key => key.Name));
        Assert.True(keys[Hash].Allows(Permission.Classify, 2));
        Assert.False(keys[Hash].Allows(Permission.Classify, 3));
        Assert.True(keys[OtherHash].Allows(Permission.Classify, 3));
    }

    [Theory]
    [InlineData("{", "is no JSON")]
    [InlineData("[]", "must be {\"keys\": [...]} and nothing else")]
    [InlineData("""{"keys": [], "more": 1}""", "must be {\"keys\": [...]} and nothing else")]
    [InlineData("""{"keys": [7]}""", "keys[0] is no object")]
    public void Read_NoList_Says(string content, string fault)
    {
        Read(content, out var faults);
        Assert.Contains(fault, faults[0]);
    }

    [Theory]
    [InlineData("\"cip\"", "\"\"", "keys[1].id must be given")]
    [InlineData("\"cip\"", "7", "keys[1].id must be given")]
    [InlineData("\"cip\"", "\"c p\"", "keys[1].id must be 1 to 64 printable ASCII characters")]
    [InlineData("0123", "0123 ", "keys[1].sha256 must be the key's SHA-256, 64 hexadecimal digits")]
    [InlineData("abcdef", "ABCDEF", "keys[1].sha256 must be the key's SHA-256")]
    [InlineData("\"classify\"", "\"classyfy\"", "keys[1].permissions must be a list of record, classify, report")]
    [InlineData("\"classify\"", "\"unspecified\"", "keys[1].permissions must be a list of record, classify, report")]
    [InlineData("\"classify\"", "3", "keys[1].permissions must be a list of")]
    [InlineData("[1, 2]", "[]", "keys[1].companies must be \"all\" or a list of company ids")]
    [InlineData("[1, 2]", "[1, \"2\"]", "keys[1].companies must be \"all\" or a list of company ids")]
    [InlineData("[1, 2]", "[1, 0]", "keys[1].companies must be \"all\" or a list of company ids")]
    [InlineData("[1, 2]", "\"any\"", "keys[1].companies must be \"all\" or a list of company ids")]
    [InlineData("\"companies\"", "\"company\"",
        "keys[1].company is no field; known: id, sha256, permissions")]
    [InlineData("\"cip\"", "\"first\"", "keys[1].id is \"first\", which another one has")]
    [InlineData("\"cip\"", "\"other\"", "keys[1].sha256 is another one's, too")]
    public void Read_Wrong_NamesTheField(string good, string wrong, string fault)
    {
        var keys = Read($"{{\"keys\": [{Good.Replace("cip", "first")}, {Good.Replace(good, wrong)}]}}", out var faults);
        Assert.StartsWith(fault, faults[0]);
        Assert.True(keys.Count <= 1);
    }

    private static Dictionary<string, Identity> Read(string content, out IReadOnlyList<string> faults)
    {
        var list = new ApiKeys().Take(Encoding.UTF8.GetBytes(content));
        var keys = KeyList.Read(Encoding.UTF8.GetBytes(content), "keys", "sha256", ApiKeys.WhyNoHash, out faults);
        Assert.Equal(faults, list);
        return keys;
    }
}
