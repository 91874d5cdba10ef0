namespace Chatctl.Tests;

/// <summary>A folder that belongs to one test and is deleted after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>Its full path, short enough for a Unix socket in it.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("chatctl-").FullName;

    /// <summary>The path of something in it.</summary>
    public string this[string name] => Path.Combine(Root, name);

    /// <summary>Sets the only permissions on the folder, until the end of the test.</summary>
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
