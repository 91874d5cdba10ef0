using System.Net;

namespace Chatctl.Core;

/// <content>Places for peers that cannot join yet.</content>
public sealed partial class Room
{
    /// <summary>Gives a peer a place until it joins or is gone.</summary>
    /// <param name="address">Where the peer connects from.</param>
    /// <returns>Null if the room refuses the peer. The admission has logged why.</returns>
    internal IDisposable? Reserve(EndPoint? address) =>
        _draining || _admission?.Admits(address, out _) == false ? null : new Reservation(_admission, address);

    private sealed class Reservation(IAdmission? admission, EndPoint? address) : IDisposable
    {
        private IAdmission? _admission = admission;

        public void Dispose() => Interlocked.Exchange(ref _admission, null)?.Left(address);
    }
}
