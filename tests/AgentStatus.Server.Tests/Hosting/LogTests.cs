using System.Reflection;
using Microsoft.Extensions.Logging;

namespace AgentStatus.Server.Tests.Hosting;

public sealed class LogTests
{
    [Fact]
    public void Each_line_has_an_event_id_of_its_own()
    {
        var ids = typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId).OfType<int>().ToList();
        Assert.NotEmpty(ids);
        Assert.Empty(ids.GroupBy(id => id).Where(same => same.Count() > 1).Select(same => same.Key));
    }
}
