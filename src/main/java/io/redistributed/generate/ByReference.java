package io.redistributed.generate;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.shareddata.LocalMap;

/** Hands an object over the event bus as it is: within the process only, nothing is encoded or copied. */
record ByReference<T>(Class<T> type) implements MessageCodec<T, T> {

    private static final String MAP = "io.redistributed.generate.codecs";

    /** Makes the event bus of {@code vertx} carry requests and contents; does so once however often it is called. */
    static void register(Vertx vertx) {
        LocalMap<String, Boolean> registered = vertx.sharedData().getLocalMap(MAP);
        registered.computeIfAbsent(MAP, key -> {
            vertx.eventBus().registerDefaultCodec(GenerateRequest.class, new ByReference<>(GenerateRequest.class));
            vertx.eventBus().registerDefaultCodec(GeneratedContent.class, new ByReference<>(GeneratedContent.class));
            return true;
        });
    }

    @Override
    public T transform(T body) {
        return body;
    }

    @Override
    public void encodeToWire(Buffer buffer, T body) {
        throw new UnsupportedOperationException(type.getSimpleName() + " does not leave the process");
    }

    @Override
    public T decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException(type.getSimpleName() + " does not come from outside the process");
    }

    @Override
    public String name() {
        return type.getName();
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
