using System.Net;

namespace Chatctl.Demo;

/// <summary>A room as the demonstration sees it.</summary>
internal interface IDemoRoom
{
    /// <summary>Where to join.</summary>
    IPEndPoint Address { get; }

    /// <summary>How many members there are now.</summary>
    int MemberCount { get; }

    /// <summary>Whether it answers a hello. If not, all members are plain, and none loses its connection.</summary>
    bool HasSessions { get; }

    /// <summary>Delivers what is pending, and ends the connections of all members.</summary>
    void Close();
}
