package io.redistributed.load;

import io.redistributed.system.ClientTls;
import io.redistributed.system.TlsFailure;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.ConnectException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Runs the load from the first report to the last. Blocks its thread. */
final class LoadRun implements AutoCloseable {

    /** Above the service's longest {@code wait}. */
    private static final int IDLE_SECONDS = 60;

    /** Limit of reports without a waiting client, which are verified after the run. */
    private static final int MAX_OPEN = 4_000_000;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long HEAD_START = TimeUnit.MILLISECONDS.toNanos(100);

    private final LoadPlan plan;
    private final Progress progress;
    private final Vertx vertx;
    private final HttpClientAgent http;
    private final Context context;

    LoadRun(LoadPlan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
        // One event loop more than generators, for the probe and the verification.
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(plan.threads() + 1)
                .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false)));
        http = vertx.createHttpClient(options(plan.tls()));
        context = vertx.getOrCreateContext();
    }

    /** @throws LoadException if the service is unreachable or rejects such reports; later failures are counted */
    LoadResult run() throws LoadException, InterruptedException {
        Probe.Findings first = probe();
        Instant started = Instant.now();
        long start = System.nanoTime() + HEAD_START;
        long from = start + plan.warmup().toNanos();
        long end = from + plan.duration().toNanos();
        long giveUpAt = end + plan.patience().toNanos();
        Tally tally = new Tally(from, end);
        Series series = new Series(tally, from, plan.duration());
        Accounts accounts = new Accounts(MAX_OPEN);
        Journey journey = new Journey(plan, first.expectation(), tally, accounts, giveUpAt);
        Schedule schedule = new Schedule(plan.rate(), plan.burst());
        List<Generator> generators = generators(schedule, journey, tally, start, end);
        Future<Void> paced = begin(schedule, generators, start, end);

        watch("warm-up", start, from, () -> "");
        GeneratorHealth.Findings health;
        try (GeneratorHealth watch = new GeneratorHealth(generators)) {
            watch.start();
            watch("measuring", from, end, () -> {
                series.tick();
                return tally.accepted.sum() + " accepted, " + tally.wrong.sum() + " wrong";
            });
            health = watch.findings();
        }
        progress.tell("draining", 0, "");
        paced.await();
        Future.all(generators.stream().map(Generator::drain).toList()).await();
        series.collect();
        progress.tell("verifying", 0, accounts.open() + " reports");
        verify(first, tally, accounts, giveUpAt);
        progress.end();
        return new LoadResult(plan, started, tally, series.intervals(), health);
    }

    /** Requests one report through each URL. */
    private Probe.Findings probe() throws LoadException {
        Probe.Findings first = null;
        for (URI url : plan.urls()) {
            Clients clients = new Clients(http, List.of(url), 1, 0, plan.token());
            AsyncResult<Probe.Findings> found = onContext(() -> clients.acquire()
                    .compose(client -> new Probe(plan, client).run().onComplete(over -> client.close())));
            if (found.failed()) {
                throw new LoadException("no load run against " + url + ": "
                        + reason(found.cause())
                        + (found.cause() instanceof ConnectException ? "; scripts/run.sh starts a service" : ""));
            }
            first = first == null ? found.result() : first;
        }
        return first;
    }

    private static HttpClientOptions options(ClientTls tls) {
        HttpClientOptions options = new HttpClientOptions().setIdleTimeout(IDLE_SECONDS);
        if (tls.authority() != null) {
            options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(tls.authority())));
        }
        if (tls.certificate() != null) {
            options.setKeyCertOptions(new PemKeyCertOptions()
                    .addCertValue(Buffer.buffer(tls.certificate()))
                    .addKeyValue(Buffer.buffer(tls.key())));
        }
        return options;
    }

    private static String reason(Throwable cause) {
        return TlsFailure.text(cause).orElse(cause.getMessage());
    }

    private List<Generator> generators(Schedule schedule, Journey journey, Tally tally, long start, long end) {
        List<Generator> generators = new ArrayList<>();
        for (int i = 0; i < plan.threads(); i++) {
            Clients clients = new Clients(http, plan.urls(), connections(i), i, plan.token());
            Generator generator = new Generator(schedule, journey, tally, clients, start, end);
            vertx.deployVerticle(generator).await();
            generators.add(generator);
        }
        return generators;
    }

    private Future<Void> begin(Schedule schedule, List<Generator> generators, long start, long end) {
        if (plan.isOpen()) {
            return new Pacer(schedule, generators, start, end - start).start();
        }
        for (int i = 0; i < generators.size(); i++) {
            generators.get(i).loop(connections(i));
        }
        return Future.succeededFuture();
    }

    /** Creates one event loop's share. */
    private int connections(int generator) {
        return (plan.connections() + plan.threads() - 1 - generator) / plan.threads();
    }

    private void watch(String phase, long from, long to, Supplier<String> details) throws InterruptedException {
        long next = from;
        progress.tell(phase, 0, "");
        while (next - to < 0) {
            next = Math.min(next + SECOND, to);
            TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            progress.tell(phase, (next - from) / (double) (to - from), details.get());
        }
    }

    private void verify(Probe.Findings first, Tally tally, Accounts accounts, long giveUpAt) {
        Clients clients = new Clients(http, plan.urls(), 1, 0, plan.token());
        AsyncResult<Void> verified = onContext(() -> clients.acquire().compose(client -> new Verification(
                        client, plan.type(), first.created(), first.expectation(), tally, accounts, giveUpAt)
                .run()));
        if (verified.failed()) {
            tally.wrong("cannot verify the reports: " + verified.cause().getMessage());
        }
    }

    private <T> AsyncResult<T> onContext(Supplier<Future<T>> call) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(now -> call.get().onComplete(promise));
        return promise.future()
                .<AsyncResult<T>>transform(Future::succeededFuture)
                .await();
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
