package io.redistributed.vertx.internal;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The objects that all parts of one Vert.x share, one of each class, or one of each class and name. Verticles are created
 * without arguments and find them here. An object that is {@link AutoCloseable} is closed with its Vert.x; other objects
 * with resources are released by their last user. Safe to use from any thread.
 */
public final class NodeContext implements Shareable {

    private static final String NAME = NodeContext.class.getName();

    private final Map<Key, Object> objects = new ConcurrentHashMap<>();

    private record Key(Class<?> type, String name) {}

    private NodeContext() {}

    /**
     * Returns the context of a Vert.x.
     *
     * @param vertx whose parts share it
     * @return the same instance for each caller
     */
    public static NodeContext of(Vertx vertx) {
        LocalMap<String, NodeContext> map = vertx.sharedData().getLocalMap(NAME);
        return map.computeIfAbsent(NAME, first -> {
            NodeContext context = new NodeContext();
            // The public API ends verticles, not what outlives them.
            ((VertxInternal) vertx).addCloseHook(done -> {
                try {
                    context.close();
                    done.succeed();
                } catch (Exception e) {
                    done.fail(e);
                }
            });
            return context;
        });
    }

    /**
     * Sets the object of a class.
     *
     * @param <T> the class
     * @param type the class
     * @param object replaces any earlier one
     */
    public <T> void put(Class<T> type, T object) {
        objects.put(new Key(type, ""), object);
    }

    /**
     * Returns the object of a class.
     *
     * @param <T> the class
     * @param type the class
     * @return empty if none was set or created
     */
    public <T> Optional<T> find(Class<T> type) {
        return Optional.ofNullable(type.cast(objects.get(new Key(type, ""))));
    }

    /**
     * Returns the object of a class, which the first call creates.
     *
     * @param <T> the class
     * @param type the class
     * @param maker called once, and may get other objects
     * @return the same instance for each caller
     */
    public <T> T get(Class<T> type, Supplier<T> maker) {
        return get(type, "", maker);
    }

    /**
     * Returns the object of a class and name, which the first call creates.
     *
     * @param <T> the class
     * @param type the class
     * @param name tells objects of one class apart
     * @param maker called once, and may get other objects
     * @return the same instance for each caller with this name
     */
    public <T> T get(Class<T> type, String name, Supplier<T> maker) {
        Key key = new Key(type, name);
        Object known = objects.get(key);
        return type.cast(known == null ? create(key, maker) : known);
    }

    /** Not computeIfAbsent, in which the maker could not get other objects. */
    private synchronized Object create(Key key, Supplier<?> maker) {
        Object object = objects.get(key);
        if (object == null) {
            object = maker.get();
            objects.put(key, object);
        }
        return object;
    }

    private void close() throws Exception {
        for (Object object : objects.values()) {
            if (object instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }
}
