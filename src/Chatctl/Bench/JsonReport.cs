using System.Text.Encodings.Web;
using System.Text.Json;

namespace Chatctl.Bench;

/// <summary>The figures for a program: one JSON document. Latencies are in microseconds. A figure that is not known is null.</summary>
internal static class JsonReport
{
    /// <summary>Writes the document.</summary>
    public static void Write(Stream output, BenchOptions options, IReadOnlyList<Figures> runs)
    {
        var form = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };
        using var writer = new Utf8JsonWriter(output, form);
        writer.WriteStartObject();
        writer.WriteStartObject("load");
        writer.WriteNumber("clients", options.Clients);
        writer.WriteNumber("senders", options.Senders);
        writer.WriteNumber("sessions", options.Sessions);
        writer.WriteNumber("reconnect", options.Resets);
        writer.WriteNumber("stalled", options.Stalled);
        WriteNumber(writer, "rate", options.Saturates ? null : options.Rate);
        writer.WriteNumber("size", options.Size);
        writer.WriteNumber("batch", options.Batch);
        writer.WriteBoolean("echo", options.Echo);
        writer.WriteNumber("warmupSeconds", options.Warmup.TotalSeconds);
        writer.WriteNumber("durationSeconds", options.Duration.TotalSeconds);
        writer.WriteEndObject();
        writer.WriteStartArray("runs");
        foreach (Figures run in runs)
        {
            Write(writer, run);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("correct", runs.All(run => run.IsCorrect));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Figures run)
    {
        writer.WriteStartObject();
        writer.WriteString("relay", run.Name);
        writer.WriteString("endpoint", run.Endpoint);
        writer.WriteBoolean("correct", run.IsCorrect);
        writer.WriteNumber("seconds", run.Elapsed.TotalSeconds);
        writer.WriteNumber("lines", run.Lines);
        writer.WriteNumber("deliveries", run.Deliveries);
        writer.WriteNumber("deliveriesPerSecond", Math.Round(run.DeliveryRate, 1));
        WriteNumber(writer, "cpuNanosecondsPerDelivery", run.CpuPerDelivery);
        WriteNumber(writer, "serverCpuSeconds", run.ServerCpu?.TotalSeconds);
        WriteNumber(writer, "serverMemoryBytes", run.ServerMemory);
        writer.WriteStartObject("latencyMicroseconds");
        writer.WriteNumber("p50", run.P50.TotalMicroseconds);
        writer.WriteNumber("p90", run.P90.TotalMicroseconds);
        writer.WriteNumber("p99", run.P99.TotalMicroseconds);
        writer.WriteNumber("p999", run.P999.TotalMicroseconds);
        writer.WriteNumber("max", run.Max.TotalMicroseconds);
        writer.WriteEndObject();
        writer.WriteStartObject("faults");
        writer.WriteNumber("lost", run.Faults.Lost);
        writer.WriteNumber("duplicated", run.Faults.Duplicated);
        writer.WriteNumber("reordered", run.Faults.Reordered);
        writer.WriteNumber("torn", run.Faults.Torn);
        writer.WriteNumber("echoed", run.Faults.Echoed);
        writer.WriteNumber("outOfOrder", run.Faults.OutOfOrder);
        writer.WriteNumber("misnumbered", run.Faults.Misnumbered);
        writer.WriteNumber("misattributed", run.Faults.Misattributed);
        writer.WriteNumber("unacknowledged", run.Faults.Unacknowledged);
        writer.WriteNumber("refused", run.Faults.Refused);
        writer.WriteNumber("closed", run.Faults.Closed);
        writer.WriteBoolean("stopped", run.Faults.Stopped);
        writer.WriteEndObject();
        writer.WriteNumber("resumes", run.Resumes);
        writer.WriteNumber("resumeP99Microseconds", run.ResumeP99.TotalMicroseconds);
        writer.WriteNumber("behind", run.Behind);
        writer.WriteNumber("stalledCutOff", run.StalledCutOff);
        writer.WriteNumber("generatorBusy", Math.Round(run.GeneratorBusy, 3));
        writer.WriteNumber("latenessP99Microseconds", run.Lateness.TotalMicroseconds);
        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, Math.Round(number, 2));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
