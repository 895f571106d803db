using System.Collections.Concurrent;
using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Memory;

/// <summary>The labels of each company, as numbers in this process: timelines hold numbers, and what is stored and
/// answered is text. Any thread; looking up takes no lock.</summary>
internal sealed class CompanyLabels
{
    private readonly ConcurrentDictionary<long, Known> _companies = new(IdComparer.Instance);

    /// <summary>The label's number; 0 for the empty text. A label that is not known yet gets the next number, also
    /// beyond <see cref="ServerLimits.CompanyLabels"/>: what is stored is shown. Of more than 65,535 the others have no
    /// number, and are shown as no label.</summary>
    public ushort NumberOf(long companyId, string? label) =>
        string.IsNullOrEmpty(label) ? (ushort)0 : _companies.GetOrAdd(companyId, _ => new Known()).NumberOf(label);

    /// <summary>The text; empty for 0. Empty also, where somebody still answers from before the company was
    /// erased.</summary>
    public string TextOf(long companyId, ushort number) =>
        number != 0 && _companies.TryGetValue(companyId, out var known) && number < known.Texts.Length
            ? known.Texts[number] ?? ""
            : "";

    /// <summary>Forgets the company's labels, when none of its agents has a timeline any more.</summary>
    public void Forget(long companyId) => _companies.TryRemove(companyId, out _);

    /// <summary>Whether the company may record an event under this label: one that it has, or one more.</summary>
    public bool MayUse(long companyId, string label) =>
        label.Length == 0
        || !_companies.TryGetValue(companyId, out var known)
        || known.Count < ServerLimits.CompanyLabels
        || known.Has(label);

    private sealed class Known
    {
        private readonly ConcurrentDictionary<string, ushort> _numbers = new(StringComparer.Ordinal);
        private volatile string[] _texts = new string[8];
        private int _last;

        public int Count => Volatile.Read(ref _last);

        public string[] Texts => _texts;

        public bool Has(string label) => _numbers.ContainsKey(label);

        public ushort NumberOf(string label) => _numbers.TryGetValue(label, out var number) ? number : Add(label);

        private ushort Add(string label)
        {
            lock (_numbers)
            {
                if (_numbers.TryGetValue(label, out var known)) return known;
                if (_last == ushort.MaxValue) return 0;
                var number = (ushort)(_last + 1);
                var texts = _texts;
                if (number >= texts.Length) Array.Resize(ref texts, 2 * texts.Length);

                // The text is there before anybody can learn the number.
                texts[number] = label;
                _texts = texts;
                Volatile.Write(ref _last, number);
                _numbers[label] = number;
                return number;
            }
        }
    }
}
