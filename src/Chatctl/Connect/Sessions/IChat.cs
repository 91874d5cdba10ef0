namespace Chatctl.Connect.Sessions;

/// <summary>The user's side of a session at a terminal: shows what the server says, and asks the server for more than lines.</summary>
internal interface IChat : IServerListener
{
    /// <summary>Called once, on the client's thread, before the first <see cref="IServerListener.Welcomed"/>.</summary>
    /// <param name="requests">How to ask.</param>
    void Begin(IRequests requests);

    /// <summary>The connection is lost. Another <see cref="IServerListener.Welcomed"/> may follow.</summary>
    void Lost();
}

/// <summary>What a session can ask of the server beside saying lines. Every call may come from any thread, and returns at once.</summary>
/// <remarks>
/// To be called between <see cref="IServerListener.Welcomed"/> and <see cref="IChat.Lost"/>. A request that a lost connection had is not made again, and
/// gets no answer.
/// </remarks>
internal interface IRequests
{
    /// <summary>Asks for another name. The answer is <see cref="IServerListener.Named"/>, or <see cref="IServerListener.Refused"/>.</summary>
    void Rename(string name);

    /// <summary>Asks who is there. The answer is <see cref="IServerListener.Present"/>.</summary>
    void AskWho();
}
