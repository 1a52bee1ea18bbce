import io.opentelemetry.javaagent.tooling.muzzle.generation.MuzzleCodeGenerationPlugin;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import net.bytebuddy.build.Plugin;
import net.bytebuddy.dynamic.ClassFileLocator;

/**
 * Writes into the modules of an extension what their hooks need of the instrumented classes, as the agent's Gradle plugin
 * does. Usage: java -cp CLIENTS-AND-AGENT Muzzle.java EXTENSION.jar 2026-01-31T00:00:00Z
 */
public final class Muzzle {

    private Muzzle() {}

    /** Changes the jar that is named; the time is that of each entry, so that jars of one commit are equal. */
    public static void main(String[] arguments) throws Exception {
        Path jar = Path.of(arguments[0]);
        Path made = jar.resolveSibling(jar.getFileName() + ".muzzled");
        try (URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                MuzzleCodeGenerationPlugin muzzle = new MuzzleCodeGenerationPlugin(classes)) {
            Plugin.Engine.Summary summary = new Plugin.Engine.Default()
                    .with(ClassFileLocator.ForClassLoader.of(classes))
                    .apply(jar.toFile(), made.toFile(), new Plugin.Factory.Simple(muzzle));
            if (!summary.getFailed().isEmpty() || summary.getTransformed().isEmpty()) {
                throw new IllegalStateException("modules without muzzle: " + summary.getFailed());
            }
            System.out.println("Muzzle for " + summary.getTransformed().size() + " modules");
        }
        copy(made, jar, LocalDateTime.ofInstant(Instant.parse(arguments[1]), ZoneOffset.UTC));
        Files.delete(made);
    }

    private static void copy(Path from, Path to, LocalDateTime time) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(from));
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setTimeLocal(time);
                out.putNextEntry(copy);
                in.transferTo(out);
            }
        }
    }
}
