using System.Net.Sockets;

namespace Chatctl.Conformance.Venue;

/// <summary>A folder for the files of Unix sockets. Its name is short because such paths have a limit. Deleted when disposed.</summary>
internal sealed class Folder : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kit");
    private int _files;

    /// <summary>A path where no file exists yet.</summary>
    public string File() => Path.Combine(_directory.FullName, $"{++_files}");

    /// <summary>An endpoint whose file does not exist yet.</summary>
    public UnixDomainSocketEndPoint Socket() => new(File());

    public void Dispose() => _directory.Delete(recursive: true);
}
