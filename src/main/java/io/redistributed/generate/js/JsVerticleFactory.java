package io.redistributed.generate.js;

import io.vertx.core.Deployable;
import io.vertx.core.Promise;
import io.vertx.core.spi.VerticleFactory;
import java.util.concurrent.Callable;

/** Makes the verticles named {@code js:FILE}. Vert.x finds it by {@link java.util.ServiceLoader}. */
public final class JsVerticleFactory implements VerticleFactory {

    static final String PREFIX = "js";

    @Override
    public String prefix() {
        return PREFIX;
    }

    @Override
    public void createVerticle2(
            String verticleName, ClassLoader classLoader, Promise<Callable<? extends Deployable>> promise) {
        String file = VerticleFactory.removePrefix(verticleName);
        promise.complete(() -> new JsGenerator(file, classLoader));
    }
}
