using System.Net.Sockets;

namespace Chatctl.Conformance.Venue;

/// <summary>A folder for Unix sockets' files, of a short name since their paths may not be long. Deleted when disposed.</summary>
internal sealed class Folder : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kit");
    private int _files;

    /// <summary>The path of a file that is not there yet.</summary>
    public string File() => Path.Combine(_directory.FullName, $"{++_files}");

    /// <summary>An endpoint whose file is not there yet.</summary>
    public UnixDomainSocketEndPoint Socket() => new(File());

    public void Dispose() => _directory.Delete(recursive: true);
}
