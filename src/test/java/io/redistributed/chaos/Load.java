package io.redistributed.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A steady stream of orders, whether or not those before have ended. */
final class Load {

    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final List<Order> orders = new ArrayList<>();
    private final List<CompletableFuture<Void>> open = new ArrayList<>();
    private final Client client;
    private final long seed;
    private final Random random;

    private Load(Client client, long seed) {
        this.client = client;
        this.seed = seed;
        this.random = new Random(seed);
    }

    /** @param rate orders a second */
    static Load start(Client client, long seed, int rate) {
        Load load = new Load(client, seed);
        load.clock.scheduleAtFixedRate(load::next, 0, NANOS_PER_SECOND / rate, TimeUnit.NANOSECONDS);
        return load;
    }

    /** Every order; to be called after {@link #stop}. */
    List<Order> orders() {
        return orders;
    }

    /** Makes no more orders. */
    void stop() throws InterruptedException {
        clock.shutdown();
        if (!clock.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("an order takes more than a minute to be sent");
        }
    }

    /** Waits until all orders have ended or the time is over; then the clients give up. */
    void awaitEnds(long seconds) throws InterruptedException, ExecutionException {
        CompletableFuture<Void> all = CompletableFuture.allOf(open.toArray(CompletableFuture[]::new));
        try {
            all.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            client.giveUp();
        }
    }

    private void next() {
        Order order = new Order("chaos-" + seed + "-" + orders.size(), Task.next(random));
        orders.add(order);
        open.add(client.place(order));
    }
}
