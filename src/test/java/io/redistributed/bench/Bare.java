package io.redistributed.bench;

import io.redistributed.testing.Ports;
import io.redistributed.testing.RedisServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** {@link BarePath} as a process: the whole way, or a POST that is answered at once. */
final class Bare implements Contender {

    private final HttpClient http = HttpClient.newHttpClient();
    private final RedisServer redis;
    private final Program program;
    private final int port = Ports.free();

    private Bare(Path folder, RedisServer redis) throws IOException, InterruptedException {
        this.redis = redis;
        program = Program.java(
                folder,
                "bare",
                Stream.concat(
                                Bed.JVM.stream(),
                                Stream.of("-cp", System.getProperty("java.class.path"), BarePath.class.getName()))
                        .toList(),
                List.of(redis == null ? "none" : String.valueOf(redis.port()), String.valueOf(port)));
        program.await("ready");
    }

    static Bare path(Path folder) throws IOException, InterruptedException {
        return new Bare(folder, Bed.redis(true));
    }

    static Bare post(Path folder) throws IOException, InterruptedException {
        return new Bare(folder, null);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public long completed() {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/completed"))
                    .build();
            return Long.parseLong(http.send(request, BodyHandlers.ofString()).body());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the bare path does not answer", e);
        }
    }

    @Override
    public double cpuMicros() {
        return program.cpuMicros();
    }

    @Override
    public double redisCpuMicros() {
        return redis == null ? 0 : RedisFigures.of(redis).cpuMicros();
    }

    @Override
    public void close() throws InterruptedException {
        program.close();
        if (redis != null) {
            redis.close();
        }
    }
}
