using Chatctl.Cli;
using Chatctl.Core.Journal;

namespace Chatctl.Serve;

/// <summary>Which values a journal takes.</summary>
internal static class JournalValues
{
    /// <summary>When the journal is made durable: <c>os</c> (null), <c>always</c> (nothing), or so often.</summary>
    public static ValueSyntax<TimeSpan?> Sync { get; } = new(
        "os, always, or a time such as 50ms",
        (string text, out TimeSpan? every) =>
        {
            every = TimeSpan.Zero;
            if (text == "always")
            {
                return true;
            }

            bool isTime = ValueSyntax.SomeDuration.Read(text, out TimeSpan time);
            every = isTime ? time : null;
            return isTime || text == "os";
        },
        ValueSyntax.SomeDuration.Range,
        value => value is not { } every || every == TimeSpan.Zero || ValueSyntax.SomeDuration.IsInRange(every))
    {
        Placeholder = "WHEN",
    };

    /// <summary>How much is kept.</summary>
    public static ValueSyntax<long> Keep { get; } = ValueSyntax.Size.Within("at least 1m", value => value >= 1 << 20);

    /// <summary>The journal that the options ask for; null for none.</summary>
    /// <exception cref="UsageException">An option is for a journal, and there is none.</exception>
    public static JournalOptions? Options(Setting<string?> folder, Setting<TimeSpan?> sync, Setting<long> keep, Setting<TimeSpan?> keepFor)
    {
        if (folder.Value is { } path)
        {
            return new JournalOptions { Folder = path, SyncEvery = sync.Value, KeepBytes = keep.Value, KeepFor = keepFor.Value };
        }

        // A variable may be there for another server.
        return Array.Find([sync.IsFlag ? sync.Name : null, keep.IsFlag ? keep.Name : null, keepFor.IsFlag ? keepFor.Name : null], name => name is not null) is { } idle
            ? throw new UsageException($"{idle} is for a journal; give --journal too")
            : null;
    }
}
