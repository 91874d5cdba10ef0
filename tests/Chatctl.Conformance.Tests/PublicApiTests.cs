using System.Reflection;
using PublicApiGenerator;

namespace Chatctl.Conformance.Tests;

/// <summary>The public API of each published library changes only on purpose: it is written down in PublicApi/.</summary>
public sealed class PublicApiTests
{
    private static readonly string Written = typeof(PublicApiTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "PublicApi").Value!;

    [Fact]
    public Task The_contract_is_as_it_is_written_down() => AssertAsWrittenAsync(typeof(ITransportPlugin).Assembly);

    [Fact]
    public Task The_conformance_suite_is_as_it_is_written_down() => AssertAsWrittenAsync(typeof(TransportConformance).Assembly);

    private static async Task AssertAsWrittenAsync(Assembly assembly)
    {
        string name = $"{assembly.GetName().Name}.txt";
        string api = assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false, DenyNamespacePrefixes = [] }).ReplaceLineEndings("\n") + "\n";
        string written = Path.Combine(Written, name);
        string found = Path.Combine(AppContext.BaseDirectory, name);
        await File.WriteAllTextAsync(found, api);
        Assert.True(
            File.Exists(written) && api == await File.ReadAllTextAsync(written),
            $"The public API of {assembly.GetName().Name} has changed. See how: diff {written} {found}\nIf it is meant to: cp {found} {written}");
    }
}
