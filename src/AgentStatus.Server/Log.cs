namespace AgentStatus.Server;

/// <summary>Every line that the server logs; nothing above Debug for a request. Each has an event id of its own, by
/// which operators find it: its text may change.</summary>
internal static partial class Log
{
    /// <summary>What the log says of a failure besides its message: where it came from, unless the store is
    /// meant.</summary>
    public static Exception? Ours(Exception failure) => failure is StoreException ? null : failure;

    [LoggerMessage(1, LogLevel.Information,
        "Ready on {Endpoint}, {Store}: {Agents} agents, {Events} events loaded in {Seconds:0.000} s")]
    public static partial void Started(
        ILogger logger, Uri endpoint, string store, int agents, long events, double seconds);

    [LoggerMessage(9, LogLevel.Information, "JSON and the page on {Http}")]
    public static partial void HttpStarted(ILogger logger, Uri http);

    [LoggerMessage(2, LogLevel.Information, "Stopped: everything that was queued is recorded")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(3, LogLevel.Critical, "The store cannot be read into memory: {Reason}; the server stops")]
    public static partial void StartFailed(ILogger logger, string reason, Exception? fault);

    [LoggerMessage(4, LogLevel.Error, "{Method} failed")]
    public static partial void RpcFailed(ILogger logger, string method, Exception failure);

    [LoggerMessage(5, LogLevel.Warning,
        "The machine's clock jumped by {AheadMs} ms and is {NowMs} now, in ms since 1970: events that came without "
        + "occurred_at, before or from now on, have the wrong time")]
    public static partial void ClockJumped(ILogger logger, long aheadMs, long nowMs);

    [LoggerMessage(6, LogLevel.Warning,
        "Closed {Count} new connections since this was said last: Limits:Connections ({Limit}) are open, or "
        + "Limits:ConnectionsOfAddress ({LimitOfAddress}) from one address")]
    public static partial void ConnectionsRefused(ILogger logger, long count, int limit, int limitOfAddress);

    [LoggerMessage(7, LogLevel.Warning,
        "The thread pool has not come to new work for {Seconds:0.0} s ({Threads} threads, {Waiting} tasks wait): "
        + "requests are late. The machine is too busy, or memory is short")]
    public static partial void PoolStalled(ILogger logger, double seconds, int threads, long waiting);

    [LoggerMessage(8, LogLevel.Warning,
        "File descriptors run out: {Open} of {Limit} are open. Raise the limit (ulimit -n, LimitNOFILE) or lower "
        + "Limits:Connections, and restart")]
    public static partial void DescriptorsRunOut(ILogger logger, int open, int limit);

    [LoggerMessage(30, LogLevel.Warning,
        "{Endpoint} Whoever reaches it may ask and record, since Security:AllowInsecure is true")]
    public static partial void StandsOpen(ILogger logger, string endpoint);

    [LoggerMessage(31, LogLevel.Information, "New connections see the certificate of {Subject}, good until {EndsAt:O}")]
    public static partial void CertificateRenewed(ILogger logger, string subject, DateTimeOffset endsAt);

    [LoggerMessage(32, LogLevel.Warning,
        "The changed files of Tls:* are not taken: {Fault} The certificate of {Subject} stays in force")]
    public static partial void CertificateRefused(ILogger logger, string fault, string subject);

    [LoggerMessage(33, LogLevel.Warning,
        "The certificate of {Subject} is good until {EndsAt:O} only: renew the files of Tls:*, they are read again")]
    public static partial void CertificateEnds(ILogger logger, string subject, DateTimeOffset endsAt);

    [LoggerMessage(50, LogLevel.Error,
        "A batch of {Events} events was not recorded: {Reason}; their senders were told. Further failures in a row are "
        + "not logged")]
    public static partial void BatchFailed(ILogger logger, int events, string reason, Exception? fault);

    [LoggerMessage(51, LogLevel.Warning,
        "The writer's maintenance failed ({Times} times since this was said last): {Reason}; it will be tried again")]
    public static partial void MaintenanceFailed(ILogger logger, string reason, long times, Exception? fault);

    [LoggerMessage(58, LogLevel.Error,
        "Events of company {CompanyId}'s agent {AgentId} are stored, but could not be shown: the agent is read anew")]
    public static partial void EventsNotShown(ILogger logger, long companyId, long agentId, Exception failure);

    [LoggerMessage(59, LogLevel.Warning,
        "What the store has of company {CompanyId}'s agent {AgentId} could not be read ({Times} such agents since "
        + "this was said last): {Reason}; it will be tried again")]
    public static partial void RebuildFailed(
        ILogger logger, long companyId, long agentId, string reason, long times, Exception? fault);

    [LoggerMessage(67, LogLevel.Warning,
        "The writer is slow: the oldest of {Queued} queued events has waited {Seconds:0.0} s ({Times} times since "
        + "this was said last). Look at the store's disk or database, and at who sends so much")]
    public static partial void WriterSlow(ILogger logger, double seconds, int queued, long times);

    [LoggerMessage(68, LogLevel.Warning,
        "A batch of {Events} events took {Seconds:0.0} s ({Times} such batches since this was said last): the "
        + "store's disk or database is slow")]
    public static partial void BatchSlow(ILogger logger, int events, double seconds, long times);

    [LoggerMessage(52, LogLevel.Information, "Events are recorded again")]
    public static partial void RecordingAgain(ILogger logger);

    [LoggerMessage(53, LogLevel.Warning,
        "The store does not answer ({Count} times since this was said last): {Reason}. Events go to the spool on "
        + "this machine; answers come from memory")]
    public static partial void Degraded(ILogger logger, long count, string reason);

    [LoggerMessage(
        54, LogLevel.Information, "The store answers again, after {Seconds:0.0} s; {Spooled} events are in the spool")]
    public static partial void Recovered(ILogger logger, double seconds, long spooled);

    [LoggerMessage(55, LogLevel.Information, "The spool is empty: everything is in the store")]
    public static partial void SpoolDrained(ILogger logger);

    [LoggerMessage(56, LogLevel.Error,
        "Another event is stored under the id of a spooled one (company {CompanyId}, agent {AgentId}, event "
        + "{EventId}): that one stands, the spooled one is kept in rejected_events")]
    public static partial void EventRejected(ILogger logger, long companyId, long agentId, string eventId);

    [LoggerMessage(48, LogLevel.Error,
        "{Count} rings could not be kept: {Reason}; further failures in a row are not logged")]
    public static partial void StepsNotKept(ILogger logger, int count, string reason, Exception? fault);

    [LoggerMessage(49, LogLevel.Error,
        "Something else is kept of a spooled ring (company {CompanyId}, call {CallId}, agent {AgentId}): that stands, "
        + "the spooled one is kept in rejected_call_steps")]
    public static partial void StepRejected(ILogger logger, long companyId, long callId, long agentId);

    [LoggerMessage(
        57, LogLevel.Warning, "Started without the store: {Reason}. Events go to the spool; nothing is answered yet")]
    public static partial void StartedDegraded(ILogger logger, string reason);

    [LoggerMessage(66, LogLevel.Warning,
        "The store answers, but reads fail ({Count} since this was said last): {Reason}. Writes go on; what is not "
        + "read is tried again")]
    public static partial void ReadsFail(ILogger logger, long count, string reason);

    [LoggerMessage(
        60, LogLevel.Warning,
        "The other servers cannot be followed: {Reason}. Answers are known through an earlier instant")]
    public static partial void NotFollowing(ILogger logger, string reason);

    [LoggerMessage(61, LogLevel.Information, "The other servers are followed again")]
    public static partial void FollowingAgain(ILogger logger);

    [LoggerMessage(62, LogLevel.Warning,
        "The store's clock is {AheadMs} ms ahead of this machine's (ClockDifferenceMs is {Limit}): set the clocks "
        + "right")]
    public static partial void ClocksDiffer(ILogger logger, long aheadMs, long limit);

    [LoggerMessage(63, LogLevel.Information,
        "This server writes the offline periods (epoch {Epoch}); {Agents} agents may have changed since the last "
        + "checkpoint")]
    public static partial void ProjectionOwned(ILogger logger, long epoch, int agents);

    [LoggerMessage(64, LogLevel.Information,
        "This server does not write the offline periods any more (epoch {Epoch}): another server does, or takes over")]
    public static partial void ProjectionLost(ILogger logger, long epoch);

    [LoggerMessage(65, LogLevel.Warning,
        "The offline periods could not be written ({Times} times since this was said last): {Reason} It is tried "
        + "again; events and answers are not affected")]
    public static partial void ProjectionFailed(ILogger logger, string reason, long times, Exception? fault);

    [LoggerMessage(70, LogLevel.Error, "{Fault}")]
    public static partial void StoreFileLost(ILogger logger, string fault);

    [LoggerMessage(71, LogLevel.Information, "{Path} is the file that this server opened again: events are taken")]
    public static partial void StoreFileFound(ILogger logger, string path);

    [LoggerMessage(72, LogLevel.Information, "{Path} was checked in {Seconds:0.0} s: no damage is seen")]
    public static partial void StoreFileSound(ILogger logger, string path, double seconds);

    [LoggerMessage(73, LogLevel.Error,
        "{Path} is damaged: {Damage}. Stop the server, keep a copy of its directory, and restore it from a backup")]
    public static partial void StoreFileDamaged(ILogger logger, string path, string damage);

    [LoggerMessage(74, LogLevel.Warning, "{Path} could not be checked for damage: {Reason}")]
    public static partial void StoreFileNotChecked(ILogger logger, string path, string reason);

    [LoggerMessage(75, LogLevel.Warning,
        "The log of {Path} takes {Bytes} bytes (limit {Limit}): it cannot be copied home while another program "
        + "reads the database. End that program, or its transaction")]
    public static partial void StoreLogGrows(ILogger logger, string path, long bytes, long limit);

    [LoggerMessage(80, LogLevel.Warning,
        "Refused {Count} requests since this was said last, whose callers did not say who they are or may not ask: the "
        + "last one, from {Address}, was told: {Reason}")]
    public static partial void AccessRefused(ILogger logger, long count, string address, string reason);

    [LoggerMessage(81, LogLevel.Information, "Read the credentials in {Path}: they are in force")]
    public static partial void CredentialsRead(ILogger logger, string path);

    [LoggerMessage(82, LogLevel.Warning, "Credentials are not read again: {Fault} The earlier ones stay in force")]
    public static partial void CredentialsRefused(ILogger logger, string fault);

    [LoggerMessage(83, LogLevel.Information, "{Path} can be read again; it has not changed")]
    public static partial void CredentialsReadable(ILogger logger, string path);

    [LoggerMessage(
        84, LogLevel.Warning, "{Path} can be read or written by others than its owner: set its mode to 0600")]
    public static partial void CredentialsOfOthers(ILogger logger, string path);

    [LoggerMessage(100, LogLevel.Warning, "Company settings refused: {Fault}; {Consequence}")]
    public static partial void SettingsRefused(ILogger logger, HoursFault fault, string consequence);

    [LoggerMessage(108, LogLevel.Warning,
        "Business hours of company {CompanyId} end a minute or a second before midnight ({Field}, perhaps others), and "
        + "are taken so. If the end of the day is meant, write 24:00")]
    public static partial void MidnightMayBeMeant(ILogger logger, long companyId, string field);

    [LoggerMessage(20, LogLevel.Information,
        "Calls last at most {Limits} from now on, for all servers of the store; the offline periods are written anew. "
        + "Take Timeline:ChangeLimits out of the configuration")]
    public static partial void CallLimitsChanged(ILogger logger, string limits);

    [LoggerMessage(101, LogLevel.Warning,
        "Settings could not be fetched: {Reason}; the last good versions stay in force. {Count} fetches since this "
        + "was said last, such as that of company {CompanyId}")]
    public static partial void SettingsNotFetched(ILogger logger, long count, long companyId, string reason);

    [LoggerMessage(107, LogLevel.Warning,
        "The settings service answered 404 for companies that it knew ({Count} fetches since this was said last, "
        + "such as that of company {CompanyId}); their last good versions stay in force. Set "
        + "CompanySettings:NotFoundMeansOpen if 404 means that a company is always open from then on")]
    public static partial void SettingsNotFound(ILogger logger, long count, long companyId);

    [LoggerMessage(102, LogLevel.Information, "Settings of company {CompanyId} are up to date again")]
    public static partial void SettingsRecovered(ILogger logger, long companyId);

    [LoggerMessage(
        103, LogLevel.Information, "Business hours of company {CompanyId} changed: in force from {InForceFrom:O}")]
    public static partial void HoursChanged(ILogger logger, long companyId, DateTimeOffset inForceFrom);

    [LoggerMessage(104, LogLevel.Warning,
        "Business hours of company {CompanyId} could not be stored: {Reason}; the last good version stays in force")]
    public static partial void HoursNotRecorded(ILogger logger, long companyId, string reason);

    [LoggerMessage(105, LogLevel.Error, "The fetch of company {CompanyId}'s settings broke; it will be tried again")]
    public static partial void SettingsFetchBroke(ILogger logger, Exception exception, long companyId);

    [LoggerMessage(106, LogLevel.Information, "Read the settings of {Companies} companies from {Path}")]
    public static partial void SettingsFileRead(ILogger logger, int companies, string path);

    [LoggerMessage(130, LogLevel.Information,
        "Data is kept from {Cut:O} on (Retention:KeepFor {KeepFor}); what is older goes in a few minutes")]
    public static partial void RetentionCut(ILogger logger, DateTimeOffset cut, TimeSpan keepFor);

    [LoggerMessage(131, LogLevel.Information,
        "What lay before {Cut:O} is gone: {Events} events, {Retractions} retractions, {CallSteps} call steps, "
        + "{OfflinePeriods} offline periods, {HoursVersions} hours versions, in {Seconds:0.0} s")]
    public static partial void RetentionDone(
        ILogger logger, DateTimeOffset cut, long events, long retractions, long callSteps, long offlinePeriods,
        long hoursVersions, double seconds);

    [LoggerMessage(132, LogLevel.Warning,
        "The clock is {Days:0.0} days ahead of what the retention has seen, which follows it {Times} times as fast as "
        + "time passes. If the clock is wrong, set it right: data goes too early")]
    public static partial void RetentionBehindClock(ILogger logger, double days, int times);

    [LoggerMessage(133, LogLevel.Warning,
        "Old data could not be deleted: {Reason}; tried again every minute. {Count} times since this was said last")]
    public static partial void RetentionFailed(ILogger logger, string reason, long count, Exception? exception);

    [LoggerMessage(113, LogLevel.Information, "Of company {CompanyId} an agent, or all, is being erased")]
    public static partial void ErasureBegun(ILogger logger, long companyId);

    [LoggerMessage(114, LogLevel.Information,
        "Erased of company {CompanyId}: {Events} events, {Retractions} retractions, {CallSteps} call steps, "
        + "{OfflinePeriods} offline periods, {HoursVersions} versions of business hours")]
    public static partial void Erased(
        ILogger logger, long companyId, long events, long retractions, long callSteps, long offlinePeriods,
        long hoursVersions);

    [LoggerMessage(115, LogLevel.Warning,
        "The erasure of company {CompanyId}, or of an agent of it, waits for {Reason}. {Times} times since it was said "
        + "last")]
    public static partial void ErasureWaits(ILogger logger, long companyId, string reason, long times);

    [LoggerMessage(110, LogLevel.Warning,
        "The audit log cannot be written: {Reason}; its entries wait in memory, and are written when the store answers "
        + "again")]
    public static partial void AuditWaits(ILogger logger, string reason);

    [LoggerMessage(111, LogLevel.Information, "The audit log is written again")]
    public static partial void AuditWritten(ILogger logger);

    [LoggerMessage(112, LogLevel.Warning,
        "The audit log lacks an entry, which the store did not take: {At:O} {Identity} from {Address}, {Rpc}, company "
        + "{CompanyId}, agent {AgentId}, event {EventId}: {Outcome}")]
    public static partial void AuditEntryLost(
        ILogger logger, DateTimeOffset at, string identity, string address, string rpc, long companyId, long agentId,
        string eventId, string outcome);
}
