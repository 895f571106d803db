using AgentStatus.Server.Access;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Hosting;
using AgentStatus.Server.Http;

var builder = ServerHost.CreateBuilder(args);
var options = ServerOptions.Read(builder.Configuration, out var faults);
if (faults.Count > 0) return Refuse("the configuration is not good:", faults);

try
{
    using var store = StoreOpening.Open(options, TimeProvider.System);
    await using var app = ServerHost.Build(builder, options, store, TimeProvider.System);
    StopLimit.Watch(app.Lifetime, ServerLimits.Stop, () =>
    {
        Console.Error.WriteLine(
            $"AgentStatus has not stopped after {ServerLimits.Stop.TotalSeconds} s and is ended. What was acknowledged "
            + "is stored; look for a disk or a database that does not answer.");
        Environment.Exit(1);
    });
    try
    {
        await app.StartAsync();
    }
    catch (HttpPortException failure)
    {
        return Refuse(
            $"cannot listen on {options.Http}:",
            [
                failure.Message,
                "Set the key Http to another address, or to \"off\" to do without JSON and the page.",
            ]);
    }
    catch (IOException failure)
    {
        return Refuse($"cannot listen on {options.Endpoint}:", [failure.Message]);
    }

    await app.WaitForShutdownAsync();
    return Environment.ExitCode;
}
catch (OperationCanceledException)
{
    // It was stopped while it started, and whoever did it has said why.
    return Environment.ExitCode;
}
catch (CredentialsException failure)
{
    return Refuse("the configuration is not good:", failure.Faults);
}
catch (StoreException failure)
{
    return Refuse("the store cannot be used:", [failure.Message]);
}

static int Refuse(string what, IReadOnlyList<string> reasons)
{
    Console.Error.WriteLine($"AgentStatus does not start: {what}");
    foreach (var reason in reasons) Console.Error.WriteLine($"  {reason}");
    return 1;
}
