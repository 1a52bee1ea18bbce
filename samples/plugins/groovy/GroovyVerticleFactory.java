import groovy.lang.GroovyClassLoader;
import io.vertx.core.Deployable;
import io.vertx.core.Promise;
import io.vertx.core.spi.VerticleFactory;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Makes the verticles named {@code groovy:FILE}: each file holds a class that is a verticle. */
public final class GroovyVerticleFactory implements VerticleFactory {
    @Override
    public String prefix() {
        return "groovy";
    }

    @Override
    public void createVerticle2(String name, ClassLoader parent, Promise<Callable<? extends Deployable>> promise) {
        try {
            Path file = Path.of(VerticleFactory.removePrefix(name));
            Class<?> verticle = new GroovyClassLoader(parent).parseClass(file.toFile());
            promise.complete(() -> (Deployable) verticle.getDeclaredConstructor().newInstance());
        } catch (Exception e) {
            promise.fail(e);
        }
    }
}
