package io.redistributed.worker;

import io.redistributed.generate.GenerateRequest;
import io.redistributed.generate.GeneratedContent;
import io.redistributed.generate.GenerationException;
import io.redistributed.generate.GeneratorVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Report type {@code held}: the test completes each request. */
final class HeldGenerator extends GeneratorVerticle {

    /** One request in the generator's hands. */
    record Held(GenerateRequest request, Promise<GeneratedContent> answer) {

        String key() {
            return request.reportId() + "#" + request.attempt();
        }

        void done() {
            answer.complete(new GeneratedContent(Buffer.buffer(key()), "text/plain"));
        }

        void fail(String why) {
            answer.tryFail(GenerationException.retryable(why, null));
        }
    }

    volatile JsonObject description = new JsonObject().put("title", "Held");

    private final BlockingQueue<Held> requests = new LinkedBlockingQueue<>();
    private final Queue<Held> all = new ConcurrentLinkedQueue<>();

    /** The next request, at most 20 s from now. */
    Held next() throws InterruptedException {
        Held held = requests.poll(20, TimeUnit.SECONDS);
        if (held == null) {
            throw new AssertionError("no request in 20 s");
        }
        return held;
    }

    void letGoOfAll() {
        all.forEach(held -> held.fail("the test is over"));
    }

    boolean isIdle() {
        return requests.isEmpty();
    }

    @Override
    protected String type() {
        return "held";
    }

    @Override
    protected JsonObject description() {
        return description;
    }

    @Override
    protected Future<GeneratedContent> generate(GenerateRequest request) {
        Promise<GeneratedContent> answer = Promise.promise();
        Held held = new Held(request, answer);
        all.add(held);
        requests.add(held);
        return answer.future();
    }
}
