package io.redistributed.chaos;

import io.redistributed.generate.GenerateRequest;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Runs in the workers' processes: notes each request that reaches a generator, in a file that outlives a kill. A line is
 * {@code <System.nanoTime()> <report id> <attempt>}; on Linux that clock is the same for all processes, and is left alone
 * when a process is given another date.
 */
public final class ExecutionJournal extends VerticleBase {

    /** The environment variable that names the file. */
    static final String VARIABLE = "CHAOS_EXECUTIONS";

    private final Handler<DeliveryContext<Object>> interceptor = this::note;
    private FileChannel file;

    @Override
    public Future<?> start() throws IOException {
        file = FileChannel.open(Path.of(System.getenv(VARIABLE)), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        vertx.eventBus().addInboundInterceptor(interceptor);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() throws IOException {
        vertx.eventBus().removeInboundInterceptor(interceptor);
        file.close();
        return Future.succeededFuture();
    }

    private void note(DeliveryContext<Object> delivery) {
        if (delivery.body() instanceof GenerateRequest request) {
            String line = System.nanoTime() + " " + request.reportId() + " " + request.attempt() + "\n";
            try {
                file.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        delivery.next();
    }
}
