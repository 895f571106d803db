namespace AgentStatus.MongoGateway;

/// <summary>One client's connection, as commands see it.</summary>
/// <param name="Id">Counts the gateway's connections from 1.</param>
/// <param name="Server">Host and port by which the client reached the gateway.</param>
/// <param name="Peer">The client's own host and port.</param>
internal sealed record Client(int Id, string Server, string Peer);
