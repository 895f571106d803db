using System.Text;
using Grpc.Core;

namespace Grpc.StandIns.Tests;

public sealed class AuthContextTests
{
    private static readonly AuthProperty Name = AuthProperty.Create("name", Encoding.UTF8.GetBytes("žluť"));

    [Fact]
    public void The_identity_is_the_property_of_that_name()
    {
        var context = new AuthContext("name", new() { ["name"] = [Name], ["other"] = [] });

        Assert.True(context.IsPeerAuthenticated);
        Assert.Equal("žluť", Assert.Single(context.PeerIdentity).Value);
        Assert.Equal([Name], context.Properties);
        Assert.Empty(context.FindPropertiesByName("missing"));
    }

    [Fact]
    public void Nobody_has_no_identity()
    {
        var context = new AuthContext(null, []);

        Assert.False(context.IsPeerAuthenticated);
        Assert.Empty(context.PeerIdentity);
    }

    [Fact]
    public void A_property_keeps_its_own_bytes()
    {
        byte[] bytes = [65];
        var property = AuthProperty.Create("name", bytes);

        bytes[0] = 66;
        property.ValueBytes[0] = 67;

        Assert.Equal("A", property.Value);
    }
}
