import io.opentelemetry.javaagent.tooling.muzzle.generation.MuzzleCodeGenerationPlugin;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import net.bytebuddy.build.Plugin;
import net.bytebuddy.dynamic.ClassFileLocator;

/**
 * Writes into the modules of an extension what their hooks need of the instrumented classes, as the agent's Gradle plugin
 * does. Usage: java -cp CLIENTS-AND-AGENT Muzzle.java EXTENSION.jar
 */
public final class Muzzle {

    private Muzzle() {}

    /** Changes the jar that is named. */
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
        Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING);
    }
}
