package io.redistributed.generate;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

/**
 * Report type {@code simulated}: simulates duration, CPU load, failures and result size for load tests. Without a duration it completes immediately on the event loop. The result is a JSON object of {@code resultBytes} bytes, padded with blanks.
 */
public class SimulatedGenerator extends GeneratorVerticle {

    private static final long MAX_MILLIS = TimeUnit.HOURS.toMillis(1);
    private static final int DEFAULT_BYTES = 2;
    private static final GeneratedContent DEFAULT_CONTENT = content(DEFAULT_BYTES);

    @Override
    protected String type() {
        return "simulated";
    }

    @Override
    protected JsonObject description() {
        return new JsonObject("""
                {
                  "title": "Simulated work, for load and tests",
                  "parameters": {
                    "$schema": "https://json-schema.org/draft/2020-12/schema",
                    "type": "object",
                    "properties": {
                      "duration": {
                        "description": "Duration of an attempt: a whole number of ms, s or m, at most one hour.",
                        "type": "string", "pattern": "^[0-9]{1,7}(ms|s|m)$", "default": "0s",
                        "examples": ["250ms", "3s", "2m"]
                      },
                      "cpu": {
                        "description": "Share of the duration spent computing; the rest is spent waiting.",
                        "type": "number", "minimum": 0, "maximum": 1, "default": 0
                      },
                      "failureRate": {
                        "description": "Probability that an attempt fails at the end of its duration with a retryable error.",
                        "type": "number", "minimum": 0, "maximum": 1, "default": 0
                      },
                      "resultBytes": {
                        "description": "Size of the result.",
                        "type": "integer", "minimum": 0, "maximum": 10000000, "default": 2
                      }
                    },
                    "additionalProperties": false
                  }
                }
                """);
    }

    @Override
    protected Future<GeneratedContent> generate(GenerateRequest request) throws GenerationException {
        JsonObject parameters = request.parameters();
        long millis = millis(parameters.getString("duration", "0s"));
        if (millis == 0) {
            return outcome(parameters);
        }
        Promise<Void> over = Promise.promise();
        new Work(request, millis, parameters.getDouble("cpu", 0.0), over).next(0);
        return over.future().compose(done -> outcome(parameters));
    }

    private static long millis(String duration) throws GenerationException {
        int digits = duration.endsWith("ms") ? duration.length() - 2 : duration.length() - 1;
        TimeUnit unit =
                switch (duration.substring(digits)) {
                    case "ms" -> TimeUnit.MILLISECONDS;
                    case "s" -> TimeUnit.SECONDS;
                    default -> TimeUnit.MINUTES;
                };
        long millis = unit.toMillis(Long.parseLong(duration, 0, digits, 10));
        if (millis > MAX_MILLIS) {
            throw GenerationException.invalidInput(
                    "parameter 'duration' is " + duration + "; at most one hour is allowed");
        }
        return millis;
    }

    private static Future<GeneratedContent> outcome(JsonObject parameters) {
        if (ThreadLocalRandom.current().nextDouble() < parameters.getDouble("failureRate", 0.0)) {
            return Future.failedFuture(GenerationException.retryable("simulated failure", null));
        }
        int bytes = parameters.getInteger("resultBytes", DEFAULT_BYTES);
        return Future.succeededFuture(bytes == DEFAULT_BYTES ? DEFAULT_CONTENT : content(bytes));
    }

    private static GeneratedContent content(int bytes) {
        byte[] body = new byte[bytes];
        Arrays.fill(body, (byte) ' ');
        // A JSON object has at least two bytes.
        if (bytes < 2) {
            return new GeneratedContent(Buffer.buffer(body), "text/plain");
        }
        body[0] = '{';
        body[bytes - 1] = '}';
        return new GeneratedContent(Buffer.buffer(body), "application/json");
    }

    /** Alternates computing and waiting, so that long work shares its thread and reports progress. */
    private final class Work {

        private static final long MAX_SLICE_MILLIS = 100;

        private final GenerateRequest request;
        private final long millis;
        private final long slice;
        private final double cpu;
        private final Promise<Void> over;

        Work(GenerateRequest request, long millis, double cpu, Promise<Void> over) {
            this.request = request;
            this.millis = millis;
            this.slice = Math.max(1, Math.min(MAX_SLICE_MILLIS, millis / 20));
            this.cpu = cpu;
            this.over = over;
        }

        void next(long done) {
            if (done == millis) {
                over.complete();
                return;
            }
            long then = Math.min(done + slice, millis);
            long busy = Math.round(then * cpu) - Math.round(done * cpu);
            computing(busy)
                    .compose(computed -> waiting(then - done - busy))
                    .map(waited -> report(then))
                    .onSuccess(this::next)
                    .onFailure(over::tryFail);
        }

        private long report(long done) {
            request.progress().accept((double) done / millis);
            return done;
        }

        private Future<?> computing(long busy) {
            return busy == 0 ? Future.succeededFuture() : compute(() -> burn(busy));
        }

        private Future<?> waiting(long idle) {
            return idle == 0 ? Future.succeededFuture() : vertx.timer(idle, TimeUnit.MILLISECONDS);
        }

        private static long burn(long busy) {
            byte[] block = new byte[4096];
            CRC32 checksum = new CRC32();
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(busy);
            while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
                checksum.update(block);
            }
            return checksum.getValue();
        }
    }
}
