namespace Chatctl.Connect.Sessions;

/// <summary>
/// Gets what the server says in a session, in its order, on the client's thread. A call may take its time, which holds the server back.
/// It may throw what writing to the output throws.
/// </summary>
internal interface IServerListener
{
    /// <summary>A connection has begun. With <c>--retry</c> this is called for each connection. Nothing else is called before.</summary>
    void Welcomed(ServerHello hello);

    /// <summary>A line of the room. Each comes once, in the order of its numbers: those that came before a reconnect are left out.</summary>
    void Said(in SaidLine line);

    /// <summary>The server has taken all lines up to this one.</summary>
    /// <param name="n">This client's number of its line. It numbers the lines of its input from 1.</param>
    /// <param name="seq">The room's number of the same line.</param>
    void Acknowledged(long n, long seq);

    /// <summary>The server did not accept something, and the session goes on. A fatal error is not told here: it ends the client.</summary>
    void Refused(ServerError error);

    /// <summary>The client has this name now.</summary>
    void Named(string name);

    /// <summary>A part of the answer to the question who is there.</summary>
    void Present(WhoPage page);

    /// <summary>Something happened among the sessions.</summary>
    /// <param name="what">What.</param>
    /// <param name="raw">The whole JSON object as it came, without a line end.</param>
    void Happened(Presence what, ReadOnlySpan<byte> raw);

    /// <summary>Some lines will not come: the server could not keep them for this client.</summary>
    /// <param name="first">The first of their numbers.</param>
    /// <param name="last">The last of them.</param>
    /// <param name="raw">The whole JSON object as it came, without a line end.</param>
    void Skipped(long first, long last, ReadOnlySpan<byte> raw);
}
