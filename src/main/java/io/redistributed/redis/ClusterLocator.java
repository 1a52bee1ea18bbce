package io.redistributed.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the master of a slot, or any master, by asking the nodes in random order. The master must confirm that it
 * serves the slot, as another node's view may be stale.
 *
 * @see <a href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/">Redis cluster
 *     specification</a>
 */
final class ClusterLocator implements Locator {

    private final NodeProbe probe;
    private final List<String> seeds;
    private final Request test;
    private final int slot;
    private final CoalescingCache<ClusterSlots> slots;

    private volatile List<String> known;

    ClusterLocator(Vertx vertx, RedisSettings settings) {
        this.probe = new NodeProbe(vertx, settings, settings.credentials());
        this.seeds = settings.endpoints();
        this.slot = settings.slot();
        // Fails if the cluster is down, and on every node but the master of the slot.
        this.test = Request.cmd(Command.EXISTS).arg(settings.hashTag());
        this.slots = Locator.shared(vertx, settings);
        this.known = seeds;
    }

    @Override
    public Future<String> locate(@Nullable String current) {
        return this.slots.orElse(() -> askInTurn(shuffled(known))).compose(slots -> {
            known = Stream.concat(slots.nodes(), seeds.stream()).distinct().toList();
            if (slot < 0) {
                return anyOf(slots.masters(), current);
            }
            return slots.master(slot)
                    .map(master -> master.equals(current) ? Future.succeededFuture(master) : confirm(master))
                    .orElseGet(() -> Future.failedFuture("no node of the cluster serves slot " + slot));
        });
    }

    private Future<ClusterSlots> askInTurn(List<String> nodes) {
        String node = nodes.get(0);
        return probe.ask(node, Request.cmd(Command.CLUSTER).arg("SLOTS"))
                .map(replies -> ClusterSlots.of(replies.get(0), RedisUrl.parse(node), RedisUrl.parse(seeds.get(0))))
                .recover(cause ->
                        nodes.size() == 1 ? Future.failedFuture(cause) : askInTurn(nodes.subList(1, nodes.size())));
    }

    /** Returns the current master if it still is one, else another. */
    private Future<String> anyOf(List<String> masters, String current) {
        List<String> order = shuffled(masters);
        if (order.remove(current)) {
            order.add(0, current);
        }
        Future<String> found = Future.failedFuture("the cluster has no masters");
        for (String master : order) {
            found = found.recover(cause -> confirm(master));
        }
        return found;
    }

    private Future<String> confirm(String master) {
        return probe.ask(master, test).map(master).recover(cause -> switch (RedisErrorClass.of(cause, slot)) {
            case MISPLACED, NONE -> Future.failedFuture(cause);
            case LATER, REFUSED, FINAL -> Future.succeededFuture(master);
        });
    }

    private static List<String> shuffled(List<String> nodes) {
        List<String> order = new ArrayList<>(nodes);
        Collections.shuffle(order);
        return order;
    }
}
