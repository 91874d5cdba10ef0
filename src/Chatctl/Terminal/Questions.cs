using Chatctl.Connect.Sessions;

namespace Chatctl.Terminal;

/// <summary>
/// What this member asks the server: who is here, and for another name. What is asked without a connection, or has no answer when the connection is
/// lost, is asked over the next one. Not thread-safe.
/// </summary>
internal sealed class Questions
{
    private readonly List<(long Id, string Name)> _who = [];
    private IRequests? _requests;
    private bool _isConnected;

    // What the person waits for.
    private bool _isWhoWanted;
    private string? _wantedName;

    /// <inheritdoc cref="IChat.Begin"/>
    public void Begin(IRequests requests) => _requests = requests;

    /// <summary>There is a connection. Asks who is here, even if the person does not want to know, so that names can be completed.</summary>
    public void Welcomed()
    {
        _isConnected = true;
        _who.Clear();
        _requests!.AskWho();
        if (_wantedName is { } name)
        {
            _requests.Rename(name);
        }
    }

    /// <inheritdoc cref="IChat.Lost"/>
    public void Lost() => _isConnected = false;

    /// <summary>The person wants to know who is here.</summary>
    public void AskWho()
    {
        _isWhoWanted = true;
        if (_isConnected)
        {
            _requests!.AskWho();
        }
    }

    /// <summary>The person wants another name.</summary>
    /// <returns>Whether the server was asked now.</returns>
    public bool Rename(string name)
    {
        _wantedName = name;
        if (_isConnected)
        {
            _requests!.Rename(name);
        }

        return _isConnected;
    }

    /// <summary>The server has given another name, or refused it.</summary>
    public void NameAnswered() => _wantedName = null;

    /// <summary>The server has sent a part of the list of those who are here.</summary>
    /// <param name="page">The part.</param>
    /// <param name="isWanted">Whether the person waits for the list.</param>
    /// <returns>All of the list; null if another part follows.</returns>
    public IReadOnlyList<(long Id, string Name)>? Present(WhoPage page, out bool isWanted)
    {
        _who.AddRange(page.Sessions);
        isWanted = !page.HasMore && _isWhoWanted;
        if (page.HasMore)
        {
            return null;
        }

        (long Id, string Name)[] all = [.. _who];
        _who.Clear();
        _isWhoWanted = false;
        return all;
    }
}
