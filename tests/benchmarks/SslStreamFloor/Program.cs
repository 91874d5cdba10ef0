using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Chatctl.SslStreamFloor;

// What SslStream alone costs, on one connection: the least that a delivery over TLS can cost a server in .NET. It writes blocks of some sizes as fast as the
// peer reads, and counts the CPU time of the writing thread only, which has one core; the reading thread has another. Beside it the same without TLS, and
// TLS without a socket.
//
//   SslStreamFloor CERTIFICATE KEY [SECONDS]
//
// Prints a line for each size and way: what was written to, the size, and CPU time for each write and for each byte.
if (args.Length is < 2 or > 3)
{
    Console.Error.WriteLine("usage: SslStreamFloor CERTIFICATE KEY [SECONDS]");
    return 2;
}

using var certificate = X509Certificate2.CreateFromPemFile(args[0], args[1]);
var time = TimeSpan.FromSeconds(args.Length > 2 ? double.Parse(args[2], CultureInfo.InvariantCulture) : 2);
ThreadClock.Pin(0);
foreach (int size in (int[])[64, 1 << 10, 16 << 10, 64 << 10, 256 << 10])
{
    foreach (Sink sink in Enum.GetValues<Sink>())
    {
        using var pair = Pair.Open(sink, certificate);
        Measure(pair.Writer, size, time / 4);
        (double perWrite, double perByte) = Measure(pair.Writer, size, time);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pair.Name}\twrites of {size} bytes\t{perWrite / 1000:0.00} us/write, {perByte:0.000} ns/byte"));
    }
}

return 0;

static (double PerWrite, double PerByte) Measure(Stream to, int size, TimeSpan time)
{
    byte[] block = new byte[size];
    Random.Shared.NextBytes(block);
    long writes = 0;
    double before = ThreadClock.Nanoseconds;
    for (long begin = Environment.TickCount64; Environment.TickCount64 - begin < time.TotalMilliseconds;)
    {
        for (int i = 0; i < 16; i++, writes++)
        {
            to.Write(block);
        }
    }

    double spent = ThreadClock.Nanoseconds - before;
    return (spent / writes, spent / writes / size);
}
