using System.Runtime.InteropServices;
using AgentStatus.MongoGateway;
using AgentStatus.MongoGateway.Commands;
using AgentStatus.MongoGateway.Faults;
using Npgsql;

// MongoDB's wire protocol in front of the DocumentDB engine in PostgreSQL: a database for tests, on this machine alone.
if (GatewayOptions.Parse(args) is not { } options)
{
    await Console.Error.WriteLineAsync(GatewayOptions.Usage);
    return 2;
}

using var stop = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

await using var engine = new DocumentDb(options.Postgres);
try
{
    await engine.PrepareAsync(stop.Token);
}
catch (NpgsqlException e)
{
    await Console.Error.WriteLineAsync($"PostgreSQL with the documentdb extension does not answer: {e.Message}");
    return 1;
}

var faults = new FaultPlan();
var elections = new Elections(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
var session = new ClientSession(new CommandTable(engine, elections), faults, TimeProvider.System);
var listener = new ClientListener(options.Listen, session.ServeAsync);
var control = new ControlPort(options.Control, new ControlLanguage(faults, listener, elections));

// The one line that a test waits for: where to connect, and where to give orders.
Console.WriteLine($"ready mongodb://{listener.Accept()}/?replicaSet={LocalCommands.SetName} control {control.Open()}");
try
{
    await control.RunAsync(stop.Token);
}
catch (OperationCanceledException)
{
    listener.Refuse();
}
return 0;

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
