namespace AgentStatus.Server.Http;

/// <summary>The second endpoint cannot listen where it should.</summary>
internal sealed class HttpPortException(IOException cause) : IOException(cause.Message, cause);
