using System.Security.Cryptography;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.CompanySettings;

/// <summary>Settings from a file, read once for all companies and again when it has changed. Its faults are logged when
/// it is read.</summary>
/// <remarks>A file can hang as long as it likes, such as one on a server that is gone. So it is read on a thread of its
/// own, one read at a time, and whoever waits for it gives up by its token.</remarks>
internal sealed class FileSettings(
    CompanySettingsOptions options, CompanyHours known, TimeProvider time, ILogger<FileSettings> logger)
    : ISettingsSource
{
    private readonly string _path = options.Path!;
    private readonly Lock _lock = new();
    private Task<Reading>? _reading;
    private Reading? _last;

    public async Task<SettingsAnswer?> FetchAsync(long companyId, string? tag, CancellationToken cancellation)
    {
        Task<Reading> reading;
        lock (_lock)
        {
            if (_reading is not { IsCompleted: false }) _reading = BlockingRead.RunAsync(Read);
            reading = _reading;
        }

        var (_, _, readTag, document) = await reading.WaitAsync(cancellation);
        if (readTag == tag) return null;
        document.TryGetHours(companyId, out var hours, out var faults);
        return new(hours, readTag, faults, IsLogged: true);
    }

    private Reading Read()
    {
        // Through an open file: the path may be a link (a mounted ConfigMap), whose own times never change.
        using var file = new FileStream(
            _path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (!file.CanSeek) throw new InvalidDataException($"{_path} is not a file");
        var stamp = new Stamp(File.GetLastWriteTimeUtc(file.SafeFileHandle), file.Length);
        if (_last is not { IsSettled: true } || _last.Stamp != stamp)
            _last = Read(file, stamp);
        return _last;
    }

    private Reading Read(FileStream file, Stamp stamp)
    {
        if (stamp.Length > ServerLimits.SettingsFileBytes)
        {
            throw new InvalidDataException(
                $"{_path} has {stamp.Length} bytes; SettingsFileBytes is {ServerLimits.SettingsFileBytes}");
        }
        var bytes = new byte[stamp.Length];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var tag = Convert.ToHexString(SHA256.HashData(bytes.AsSpan(0, length)));
        var document = tag == _last?.Tag ? _last.Document : Parse(bytes, length);
        var age = time.GetUtcNow().UtcDateTime - stamp.WrittenAt;
        return new Reading(stamp, age.TotalMilliseconds > ServerLimits.SettingsFileUnsettledMs, tag, document);
    }

    private SettingsDocument Parse(byte[] bytes, int length)
    {
        using var text = new StreamReader(new MemoryStream(bytes, 0, length));
        var document = SettingsDocument.Parse(text.ReadToEnd());
        Log.SettingsFileRead(logger, document.CompanyIds.Count, _path);
        foreach (var fault in document.Faults)
        {
            var isRefused = !document.TryGetHours(fault.CompanyId, out _, out _);
            var consequence = SettingsAnswer.ConsequenceOf(fault, isRefused, known.Find(fault.CompanyId));
            Log.SettingsRefused(logger, fault, consequence);
        }

        return document;
    }

    private readonly record struct Stamp(DateTime WrittenAt, long Length);

    /// <param name="Stamp">Of the file, taken before it was read.</param>
    /// <param name="IsSettled">Whether a later change must show in the stamp: file times are coarse.</param>
    /// <param name="Tag">Hash of the content.</param>
    private sealed record Reading(Stamp Stamp, bool IsSettled, string Tag, SettingsDocument Document);
}
