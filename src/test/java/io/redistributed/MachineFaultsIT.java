package io.redistributed;

import static io.redistributed.testing.Waiting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unusable files, streams and addresses cause one line and a specific exit code. */
class MachineFaultsIT {

    private static final int PORT = Ports.free();

    @TempDir
    private static Path folder;

    private static JarProcess service;

    /** Result of a shell command. */
    private record Ran(int exitCode, String out, String err) {}

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(folder.resolve("in.csv"), "a,b\n1,2\n");
        Files.createDirectory(folder.resolve("sub"));
        service = new JarProcess(folder, Map.of(), "-Dredistributed.verticles.4.config.port=" + PORT).awaitReady();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "submit sub                   | 66 | sub: is a folder",
                "submit nope.csv              | 66 | nope.csv: no such file or folder",
                "submit - <&-                 | 66 | standard input: is closed",
                "submit - <sub                | 66 | standard input: is a folder",
                "submit in.csv -o sub         | 73 | sub: is a folder",
                "submit in.csv -o no/such     | 73 | no/such: folder not found: FOLDER/no",
                "submit in.csv -q -o /dev/full | 74 | /dev/full: no space left on device",
                "submit in.csv -q >/dev/full  | 74 | standard output: no space left on device",
                "submit in.csv -q >&-         | 74 | standard output: is closed",
                "submit in.csv -q 1< in.csv   | 74 | standard output: Bad file descriptor",
                "inspect - <&-                | 66 | standard input: is closed",
                "inspect - <sub               | 66 | standard input: is a folder",
                "inspect 00 >/dev/full        | 74 | standard output: no space left on device",
                "inspect 00 >&-               | 74 | standard output: is closed",
                "--version >/dev/full         | 74 | standard output: no space left on device",
                "load --input sub             | 66 | sub: is a folder",
                "load --json sub              | 73 | sub: is a folder",
                "load --html no/such          | 73 | no/such: folder not found: FOLDER/no",
                "-conf sub                    | 66 | sub: is a folder",
                "-conf nope.yaml              | 66 | nope.yaml: no such file or folder",
                "-conf /dev/zero              | 66 | /dev/zero: larger than 16 MiB",
            })
    void faultIsOneLineAndExitCode(String command, int exitCode, String message) {
        Ran ran = run(command);

        assertThat(ran.err.lines()).hasSize(1);
        assertThat(ran.err).startsWith("redistributed: " + message.replace("FOLDER", folder.toString()));
        assertThat(ran.out).isEmpty();
        assertThat(ran.exitCode).isEqualTo(exitCode);
    }

    @Test
    void closedPipeIsNoCrash() {
        Ran ran = run("submit --type simulated -p resultBytes=9000000 -q | head -c 3; exit ${PIPESTATUS[0]}");

        assertThat(ran.out).hasSize(3);
        assertThat(ran.err).isEqualToIgnoringNewLines("redistributed: standard output: the reader has closed the pipe");
        assertThat(ran.exitCode).isEqualTo(74);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<&-", "2>&-", "<&- 2>&-", "<(cat in.csv)"})
    void commandRunsWithoutOtherStreams(String streams) {
        Ran ran = run("submit " + (streams.startsWith("<(") ? streams : "in.csv " + streams) + " -q");

        assertThat(ran.out).startsWith("{").contains("\"rows\" : 1");
        assertThat(ran.err).isEmpty();
        assertThat(ran.exitCode).isZero();
    }

    /** Their numbers would be those of its sockets. */
    @Test
    void serviceRunsWithoutStreams() throws IOException {
        int port = Ports.free();
        String options = " -Dredistributed.redis.data=unseen -Dredistributed.verticles.4.config.port=" + port;
        Process unseen = start("exec \"$JAVA\"" + options + " -jar \"$JAR\" <&- >&- 2>&-");
        try {
            ApiClient client = new ApiClient(port);
            eventually(() -> isListening(port));
            assertThat(client.ended(client.submit("/reports?type=summary", "a\n1\n"))
                            .getString("state"))
                    .isEqualTo("done");
        } finally {
            unseen.destroy();
        }
        assertThat(exitCode(unseen)).isEqualTo(143);
    }

    @Test
    void serviceNeedsNoTemporaryFolder() {
        try (JarProcess jar = new JarProcess(
                folder,
                Map.of(),
                "-Dredistributed.verticles.4.config.port=0",
                "-Dredistributed.redis.data=tmpless",
                // Not even root can create it.
                "-Djava.io.tmpdir=/proc/nowhere")) {
            jar.awaitReady();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis.data=in.csv              | 73 | redis.data: in.csv: is not a folder",
                "redis.data=/proc/nowhere       | 73 | redis.data: /proc/nowhere: no such file or folder",
                "verticles.4.config.port=PORT   | 71 | verticles[4] (java:io.redistributed.api.HttpVerticle): cannot listen on 127.0.0.1:PORT: Address already in use",
                "verticles.4.config.host=192.0.2.1 | 71 | verticles[4] (java:io.redistributed.api.HttpVerticle): cannot listen on 192.0.2.1:8080: ",
            })
    void serviceReportsFailedStart(String setting, int exitCode, String message) {
        String port = String.valueOf(PORT);
        try (JarProcess jar = new JarProcess(
                folder,
                Map.of("REDISTRIBUTED_REDIS_DATA", "other", "REDISTRIBUTED_AUTH_INSECURE", "true"),
                "-Dredistributed." + setting.replace("PORT", port))) {
            assertThat(jar.exitCode()).isEqualTo(exitCode);
            assertThat(jar.errWithoutLog()).hasSize(1);
            assertThat(jar.errWithoutLog().get(0))
                    .startsWith("redistributed: the built-in configuration: " + message.replace("PORT", port));
        }
    }

    @Test
    void exhaustedDescriptorsAreOneLine() throws IOException {
        int port = Ports.free();
        List<Socket> sockets = new ArrayList<>();
        try (JarProcess jar = new JarProcess(
                        folder,
                        Map.of(),
                        "-Dredistributed.redis.data=few",
                        "-Dredistributed.verticles.4.config.port=" + port)
                .awaitReady()) {
            ApiClient client = new ApiClient(port);
            assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
            int open =
                    Path.of("/proc", String.valueOf(jar.pid()), "fd").toFile().list().length;
            assertThat(shell("prlimit --pid " + jar.pid() + " --nofile=" + (open + 5) + ":").exitCode)
                    .isEqualTo(0);
            for (int i = 0; i < 20; i++) {
                sockets.add(new Socket("127.0.0.1", port));
            }
            String line = "Cannot accept connections at /127.0.0.1:" + port + ": Too many open files";
            eventually(() -> jar.err().contains(line));

            for (Socket socket : sockets) {
                socket.close();
            }
            assertThat(new ApiClient(port).get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(jar.err().lines().filter(one -> one.contains(line))).hasSize(1);
            assertThat(jar.errWithoutLog()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"event_loop", "worker"})
    void exhaustedHeapEndsProcessWithoutFlag(String threads) throws IOException {
        Path file = Files.writeString(folder.resolve("eater.yaml"), """
                redis: { data: eaten }
                verticles:
                  - { name: "java:io.redistributed.HeapEater", threads: %s }
                """.formatted(threads));
        String classes = Path.of("target/test-classes").toAbsolutePath().toString();

        Ran ran = shell("\"$JAVA\" -Xmx64m -cp \"$JAR:" + classes + "\" io.redistributed.Main -conf " + file);

        assertThat(ran.err.lines().filter(line -> !line.contains(" INFO ")))
                .containsExactly("redistributed: the Java heap is exhausted, ending the process; raise -Xmx");
        assertThat(ran.exitCode).isEqualTo(3);
    }

    /** A command of the jar; commands that need a service use this one. */
    private static Ran run(String command) {
        String url = " --url http://127.0.0.1:" + PORT;
        return shell("\"$JAVA\" -jar \"$JAR\" "
                + command.replaceFirst("^submit ", "submit --type summary" + url + " ")
                        .replaceFirst("^load ", "load" + url + " "));
    }

    private static Ran shell(String script) {
        try {
            Path out = Files.createTempFile(folder, "out", null);
            Path err = Files.createTempFile(folder, "err", null);
            int exitCode = exitCode(start("{ " + script + "\n} >" + out + " 2>" + err));
            return new Ran(exitCode, Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Process start(String script) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script).directory(folder.toFile());
        builder.environment()
                .put(
                        "JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.environment().put("JAR", System.getProperty("redistributed.jar"));
        return builder.start();
    }

    private static int exitCode(Process process) {
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}
