using AgentStatus.Server.Access;
using Microsoft.AspNetCore.Http;

namespace AgentStatus.Server.Tests.Access;

public sealed class IdentityTests
{
    [Theory]
    [InlineData(Permission.Record, 1, true)]
    [InlineData(Permission.Record, 2, true)]
    [InlineData(Permission.Record, 3, false)]
    [InlineData(Permission.Record, 0, false)]
    [InlineData(Permission.Record, -1, false)]
    [InlineData(Permission.Report, 1, false)]
    public void Allows_its_permissions_for_its_companies(Permission permission, long companyId, bool expected) =>
        Assert.Equal(
            expected,
            new Identity("cip", [Permission.Record, Permission.Classify], [1, 2]).Allows(permission, companyId));

    [Theory]
    [InlineData(Permission.Watch, 0, true)]
    [InlineData(Permission.Watch, 7, true)]
    [InlineData(Permission.Admin, 0, false)]
    public void Without_companies_it_allows_its_permissions_for_all(
        Permission permission, long companyId, bool expected) => Assert.Equal(
        expected, new Identity("metrics", [Permission.Watch], companies: null).Allows(permission, companyId));

    [Fact]
    public void Who_asks_is_anonymous_and_may_do_all_where_authentication_is_off()
    {
        var identity = Identity.Of(new DefaultHttpContext());
        Assert.Same(Identity.Anonymous, identity);
        Assert.All(Enum.GetValues<Permission>(), permission => Assert.True(identity.Allows(permission, 0)));
    }
}
