namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>What a connection string says, may not say, and what is said of it.</summary>
public sealed class ConnectionTextTests
{
    [Theory]
    [InlineData("mongodb://db1:27017,db2/?replicaSet=r", "db1:27017,db2")]
    [InlineData("mongodb://ann:s3cret@db1/admin", "db1")]
    [InlineData("mongodb://db1/?appName=a%40b", "db1")]
    [InlineData("mongodb://a%40nn:s3%40cret@[::1]:5", "[::1]:5")]
    public void Hosts_NamesServersOnly(string text, string expected)
    {
        ConnectionText.Parse(text);

        Assert.Equal(expected, ConnectionText.Hosts(text));
    }

    [Theory]
    [InlineData("http://db1")]
    [InlineData("")]
    [InlineData("mongodb://")]
    [InlineData("mongodb://ann:s3cret@db1:port")]
    [InlineData("mongodb://ann:s3cret@db1:99999")]
    [InlineData("mongodb://ann:s3cret@/?x=y")]
    [InlineData("mongodb://ann:s3/cret@db1/")]
    [InlineData("mongodb://ann:s3:cret@db1/")]
    [InlineData("mongodb://ann:s3cret%zz@db1/")]
    [InlineData("mongodb://db1/?tls=true&tlsCertificateKeyFilePassword=s3cret%zz")]
    public void Read_OfAMalformedString_SaysSoWithoutItsSecrets(string text)
    {
        var refused = Assert.Throws<StoreException>(() => Read(text));

        Assert.StartsWith("The MongoDB connection string cannot be used: ", refused.Message);
        Assert.DoesNotContain("s3", refused.Message);
        Assert.DoesNotContain("cret", refused.Message.Replace("secret is", ""));
        Assert.Null(refused.InnerException);
    }

    [Theory]
    [InlineData("tlsAllowInvalidHostnames=true", "tlsAllowInvalidHostnames")]
    [InlineData("replicaset=r&tlsCaFiles=x", "tlsCaFiles")]
    public void Read_OfAnOptionThatTheDriverWouldPassOver_IsRefused(string options, string named)
    {
        var refused = Assert.Throws<StoreException>(() => Read($"mongodb://ann:s3cret@db1/?{options}"));

        Assert.Contains($"the option {named}.", refused.Message);
    }

    [Fact]
    public void Read_DecidesWhatCountsAsWrittenAndReadAndHowLongItTakes()
    {
        var settings = Read("mongodb://db1/?w=1&journal=false&readPreference=secondary&retryWrites=false"
            + "&readConcernLevel=local&socketTimeoutMS=5&connectTimeoutMS=5&maxPoolSize=1&minPoolSize=1");

        Assert.Equal(WriteConcern.WMajority.W, settings.WriteConcern.W);
        Assert.True(settings.WriteConcern.Journal);
        Assert.Equal(ReadConcern.Majority, settings.ReadConcern);
        Assert.Equal(ReadPreference.Primary, settings.ReadPreference);
        Assert.True(settings.RetryWrites);
        Assert.Equal(TimeSpan.Zero, settings.SocketTimeout);
        Assert.True(settings.ConnectTimeout > TimeSpan.FromSeconds(1));
    }

    private static MongoClientSettings Read(string text) => ClientSettings.Read(TestDatabase.OptionsOf(text), "me");
}
