package io.redistributed.embedded;

import static org.awaitility.Awaitility.await;

import io.redistributed.testing.RedisCli;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Another JVM that has started an embedded Redis and never closes it, for tests to kill. Runs under {@code setsid}, in a
 * process group of its own, like a program in the foreground of a terminal.
 */
final class EmbeddedRedisOwner implements AutoCloseable {

    private final Process process;
    private final URI url;
    private final ProcessHandle server;

    private EmbeddedRedisOwner(Process process, URI url) throws IOException {
        this.process = process;
        this.url = url;
        try (RedisCli cli = connect()) {
            this.server = server(cli);
        }
    }

    static EmbeddedRedisOwner start(Path folder, EmbeddedRedisExecutables executable) throws IOException {
        Process process = new ProcessBuilder(
                        "setsid",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Main.class.getName(),
                        folder.toString(),
                        executable.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        while (line != null && !line.startsWith("redis://")) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException("The other JVM started no Redis");
        }
        return new EmbeddedRedisOwner(process, URI.create(line));
    }

    long pid() {
        return process.pid();
    }

    ProcessHandle server() {
        return server;
    }

    RedisCli connect() throws IOException {
        RedisCli cli = new RedisCli(url.getPort());
        cli.call("AUTH", url.getUserInfo().substring(1));
        return cli;
    }

    /** SIGINT to the JVM's process group, as the terminal sends it. The JVM begins to shut down, but does not end. */
    void interruptGroup() throws Exception {
        new ProcessBuilder("kill", "-INT", "--", "-" + process.pid())
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Lets {@code main} return without closing anything. */
    void exit() throws IOException {
        process.getOutputStream().close();
        await().atMost(Duration.ofSeconds(20)).until(() -> !process.isAlive());
    }

    /** Sends SIGKILL to the JVM only; returns when it has ended. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Kills the JVM and all that could end Redis in its place. */
    void killAllButTheServer() throws IOException, InterruptedException {
        // Else the JVM sees its shell die, and has time to start the server again.
        new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                .start()
                .waitFor();
        List<ProcessHandle> others = process.descendants()
                .filter(descendant -> !descendant.equals(server))
                .toList();
        others.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        await().until(() -> !process.isAlive() && others.stream().allMatch(EmbeddedRedisOwner::ended));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        server.destroyForcibly();
    }

    /** True for a zombie too, which remains without an init process. */
    static boolean ended(ProcessHandle process) {
        return process.info().arguments().isEmpty();
    }

    static ProcessHandle server(RedisCli cli) throws IOException {
        String pid = ((String) cli.call("INFO", "server"))
                .lines()
                .filter(line -> line.startsWith("process_id:"))
                .findFirst()
                .orElseThrow()
                .substring("process_id:".length());
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    /** Arguments: the data folder, the name of the {@link EmbeddedRedisExecutables}. Ends when its input does. */
    static final class Main {

        private Main() {}

        public static void main(String[] arguments) throws IOException {
            EmbeddedRedis redis =
                    EmbeddedRedis.start(Path.of(arguments[0]), EmbeddedRedisExecutables.valueOf(arguments[1]));
            Thread main = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> waitFor(main)));
            System.out.println(redis.url());
            System.in.read();
        }

        private static void waitFor(Thread thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
