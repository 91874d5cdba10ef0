using System.IO.Pipes;
using System.Net;
using Chatctl.Cli;
using Chatctl.Connect;
using Chatctl.Endpoints;

namespace Chatctl.Demo;

/// <summary><c>chatctl connect</c>, run by the same code as the verb. Its standard input is a pipe.</summary>
/// <param name="name">What the report calls it.</param>
/// <param name="lines">What goes into the pipe.</param>
/// <param name="options">The options of the command.</param>
/// <param name="pause">How long it waits between two lines.</param>
internal sealed class ConnectMember(string name, IReadOnlyList<string> lines, ClientOptions options, TimeSpan pause) : DemoMember(name, lines, pause)
{
    private readonly AnonymousPipeServerStream _writer = new(PipeDirection.Out);
    private volatile bool _hasJoined;

    /// <inheritdoc/>
    /// <remarks>A session ignores what comes before the server's hello.</remarks>
    public override bool HasJoined => _hasJoined;

    /// <inheritdoc/>
    public override void EndInput() => _writer.Dispose();

    /// <inheritdoc/>
    public override void Dispose() => _writer.Dispose();

    /// <inheritdoc/>
    protected override void Connect(IPEndPoint room)
    {
        // The client connects.
    }

    /// <inheritdoc/>
    protected override string? Receive(IPEndPoint room)
    {
        // Not disposed here: the client's input thread may still read it. It ends when the writer is disposed.
        var reader = new AnonymousPipeClientStream(PipeDirection.In, _writer.ClientSafePipeHandle);
        var local = new LocalStreams(reader, Received, WatchedDescriptor: -1, IsConversation: false) { Greet = () => _hasJoined = true };
        try
        {
            int code = new Client(new TcpEndpoint(room.Address.ToString(), room.Port), local, options).Run();
            return code == ExitCode.Done ? null : $"exit code {code}";
        }
        catch (Exception e) when (e is ConnectionException or IOException)
        {
            return e.Message;
        }
    }

    /// <inheritdoc/>
    protected override void Write(ReadOnlySpan<byte> line)
    {
        try
        {
            _writer.Write(line);
        }
        catch (ObjectDisposedException e)
        {
            // The demonstration has stopped to wait for this member.
            throw new IOException("the input has ended", e);
        }
    }
}
