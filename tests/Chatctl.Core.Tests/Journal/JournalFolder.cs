using Chatctl.Core.Journal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Core.Tests.Journal;

/// <summary>A folder for the journal of one test, which is deleted after it.</summary>
internal sealed class JournalFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("chatctl-").FullName;
    private readonly List<IDisposable> _opened = [];
    private int _epochs;

    public JournalFolder()
    {
        Path = System.IO.Path.Combine(_root, "journal");
        Options = new JournalOptions { Folder = Path };
    }

    /// <summary>Where the files are.</summary>
    public string Path { get; }

    /// <summary>How the next store is opened.</summary>
    public JournalOptions Options { get; set; }

    /// <summary>The disk of all its stores.</summary>
    public TestDisk Disk { get; } = new();

    /// <summary>The clock of all its stores.</summary>
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 27, 20, 0, 0, TimeSpan.Zero));

    /// <summary>The names of the events of the log, and the text of each.</summary>
    public List<(string Name, string Text)> Log { get; } = [];

    /// <summary>The names of the journal's files, the oldest first.</summary>
    public string[] Files => [.. Directory.GetFiles(Path, "*.ndjson").Select(file => System.IO.Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    /// <summary>The path of the newest file.</summary>
    public string Newest => System.IO.Path.Combine(Path, Files[^1]);

    /// <summary>Opens a store. The epochs are called e1, e2, and so on.</summary>
    public JournalStore Open()
    {
        var store = JournalStore.Open(Options, () => $"e{++_epochs}", Clock, new Logger(Log), Disk);
        _opened.Add(store);
        return store;
    }

    /// <summary>Opens a store, and somebody who writes to it.</summary>
    public Scribe OpenScribe() => new(Open(), Clock);

    /// <summary>The contents of all files.</summary>
    public Dictionary<string, byte[]> Save() => Directory.GetFiles(Path, "*.ndjson").ToDictionary(path => path, File.ReadAllBytes);

    /// <summary>Puts back what was saved, and nothing else.</summary>
    public void Restore(Dictionary<string, byte[]> files)
    {
        foreach (string path in Directory.GetFiles(Path))
        {
            File.Delete(path);
        }

        foreach ((string path, byte[] bytes) in files)
        {
            File.WriteAllBytes(path, bytes);
        }
    }

    public void Dispose()
    {
        _opened.ForEach(opened => opened.Dispose());
        Directory.Delete(_root, recursive: true);
    }

    private sealed class Logger(List<(string Name, string Text)> log) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (log)
            {
                log.Add((eventId.Name!, formatter(state, exception)));
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
