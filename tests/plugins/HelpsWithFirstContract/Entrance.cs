using Chatctl;

namespace HelpsWithFirstContract;

/// <summary>What a transport may have from a library that was built before version 2 of the contract.</summary>
public static class Entrance
{
    public static string Describe() => "lets in whoever comes";

    public static IMember Join(IRoom room) => room.OpenDoor(() => { }).Join(null);
}
