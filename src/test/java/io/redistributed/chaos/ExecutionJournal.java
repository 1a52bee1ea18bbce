package io.redistributed.chaos;

import io.redistributed.generate.GenerateRequest;
import io.redistributed.generate.GeneratedContent;
import io.redistributed.generate.GenerationException;
import io.redistributed.generate.SimulatedGenerator;
import io.redistributed.generate.SummaryGenerator;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * Runs in the workers' processes: notes, in a file that outlives a kill, each request that reaches a generator of these, as
 * {@code <System.nanoTime()> <report id> <attempt>}, and when the process stood still, as {@code <System.nanoTime()> <ms>}.
 * On Linux that clock is the same for all processes, and is left alone when a process is given another date.
 */
public final class ExecutionJournal extends VerticleBase {

    /** The environment variable that names the file. */
    static final String VARIABLE = "CHAOS_EXECUTIONS";

    private static final long TICK_MILLIS = 50;
    private static final long STILL_MILLIS = 500;

    private static volatile FileChannel file;

    private long lastTick = System.nanoTime();

    @Override
    public Future<?> start() throws IOException {
        file = FileChannel.open(Path.of(System.getenv(VARIABLE)), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        vertx.setPeriodic(TICK_MILLIS, id -> tick());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() throws IOException {
        file.close();
        return Future.succeededFuture();
    }

    public static final class Simulated extends SimulatedGenerator {
        @Override
        protected Future<GeneratedContent> generate(GenerateRequest request) throws GenerationException {
            note(request);
            return super.generate(request);
        }
    }

    public static final class Summary extends SummaryGenerator {
        @Override
        protected Future<GeneratedContent> generate(GenerateRequest request) {
            note(request);
            return super.generate(request);
        }
    }

    private static void note(GenerateRequest request) {
        write(request.reportId() + " " + request.attempt());
    }

    private void tick() {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastTick);
        lastTick = System.nanoTime();
        if (millis > STILL_MILLIS) {
            write(String.valueOf(millis));
        }
    }

    private static void write(String what) {
        String line = System.nanoTime() + " " + what + "\n";
        try {
            file.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
