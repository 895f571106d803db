using AgentStatus.Server.Configuration;
using AgentStatus.Server.Hosting;

var builder = ServerHost.CreateBuilder(args);
var options = ServerOptions.Read(builder.Configuration, out var faults);
if (faults.Count > 0) return Refuse("the configuration is not good:", faults);

try
{
    using var store = StoreOpening.Open(options.Storage, TimeProvider.System);
    await using var app = ServerHost.Build(builder, options, store, TimeProvider.System);
    await app.RunAsync();
    return Environment.ExitCode;
}
catch (StoreException failure)
{
    return Refuse("the store cannot be used:", [failure.Message]);
}
catch (IOException failure)
{
    return Refuse($"cannot listen on {options.Endpoint}:", [failure.Message]);
}

static int Refuse(string what, IReadOnlyList<string> reasons)
{
    Console.Error.WriteLine($"AgentStatus does not start: {what}");
    foreach (var reason in reasons) Console.Error.WriteLine($"  {reason}");
    return 1;
}
