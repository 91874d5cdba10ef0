namespace Chatctl.Tests;

/// <summary>A folder of a test's own, gone after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>Its full path, short enough for a Unix socket in it.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("chatctl-").FullName;

    /// <summary>The path of something in it.</summary>
    public string this[string name] => Path.Combine(Root, name);

    /// <summary>Lets nobody do more with it than this, as long as the test lasts.</summary>
    public void Restrict(UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Root, mode);
        }
    }

    public void Dispose()
    {
        Restrict(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(Root, recursive: true);
    }
}
