namespace Chatctl.Core.Backplane;

/// <summary>What a node proposes. The numbers are in the log that nodes share, so they are stable.</summary>
internal enum ProposalKind : byte
{
    /// <summary>Units of a plain member.</summary>
    Units = 1,

    /// <summary>Lines of a session.</summary>
    Lines = 2,

    /// <summary>A client has come for a session.</summary>
    Enter = 3,

    /// <summary>A session wants another name.</summary>
    Rename = 4,

    /// <summary>A plain member has come, in a room where that is told.</summary>
    Join = 5,

    /// <summary>A member has gone.</summary>
    Leave = 6,

    /// <summary>A member has said everything.</summary>
    End = 7,

    /// <summary>Events of presence that were only counted are to be told.</summary>
    Crowd = 8,

    /// <summary>A node begins.</summary>
    Begin = 9,

    /// <summary>A node has stopped.</summary>
    Stop = 10,

    /// <summary>A node has not been heard of for too long.</summary>
    Bury = 11,

    /// <summary>What had been said was lost, so the numbers get a new epoch.</summary>
    Renew = 12,
}
