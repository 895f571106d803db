namespace AgentStatus.Server.Tests.Hosting;

/// <summary>What the store's settings may be.</summary>
public sealed class StorageOptionsTests
{
    [Theory]
    [InlineData("Storage:WriteTimeout", "00:00:00.1", "00:01:00", "00:00:00.099", "00:01:00.001")]
    [InlineData("Storage:PollInterval", "00:00:00.01", "00:01:00", "00:00:00.009", "00:01:00.001")]
    [InlineData("Storage:SpoolLimit", "1048576", "1099511627776", "1048575", "1099511627777")]
    public void A_value_beyond_its_range_is_refused_by_its_key(
        string key, string least, string most, params string[] beyond)
    {
        Assert.Empty(OptionFaults.Of((key, least)));
        Assert.Empty(OptionFaults.Of((key, most)));
        Assert.All([.. beyond, "soon", ""], value =>
            Assert.StartsWith($"{key} is ", Assert.Single(OptionFaults.Of((key, value)))));
    }

    [Fact]
    public void A_store_that_is_none_and_a_database_that_has_no_name_are_refused()
    {
        Assert.Equal(
            "Storage:Kind is \"Oracle\"; it must be Sqlite or MongoDb.",
            Assert.Single(OptionFaults.Of(("Storage:Kind", "Oracle"))));
        Assert.StartsWith("Storage:Path is empty", Assert.Single(OptionFaults.Of(("Storage:Path", ""))));
        Assert.All(["", "a.b", "a b", "a/b", "$a"], name => Assert.StartsWith(
            $"Storage:Database is \"{name}\"", Assert.Single(OptionFaults.Of(("Storage:Database", name)))));
        Assert.StartsWith(
            "Storage:ConnectionString is missing", Assert.Single(OptionFaults.Of(("Storage:Kind", "MongoDb"))));
        Assert.StartsWith(
            "Storage:StartDegraded is \"perhaps\"",
            Assert.Single(OptionFaults.Of(("Storage:StartDegraded", "perhaps"))));
    }
}
