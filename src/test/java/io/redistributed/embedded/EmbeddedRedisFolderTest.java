package io.redistributed.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.redistributed.testing.RedisCli;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Owners and permissions of the data folder. */
class EmbeddedRedisFolderTest {

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void make() throws IOException {
        folder = Files.createDirectory(temporary.toRealPath().resolve("redis"));
        permit(folder, "rwx------");
    }

    @ParameterizedTest
    @EnumSource
    void contentIsPrivate(EmbeddedRedisExecutables executable) throws Exception {
        permit(folder, "rwxr-xr-x");
        Path older = Files.createFile(folder.resolve("appendonly.aof"));
        permit(older, "rw-r--r--");

        try (EmbeddedRedis redis = EmbeddedRedis.start(folder, executable);
                RedisCli cli = new RedisCli(URI.create(redis.url()).getPort())) {
            cli.call("AUTH", URI.create(redis.url()).getUserInfo().substring(1));
            cli.call("SET", "k", "v");
            cli.call("BGREWRITEAOF");
            try (Stream<Path> all = Files.walk(folder)) {
                List<Path> paths = all.filter(
                                path -> !path.getFileName().toString().startsWith("temp-"))
                        .toList();
                assertThat(paths).hasSizeGreaterThan(5).allSatisfy(path -> assertThat(permissions(path))
                        .as(path.toString())
                        .endsWith("------"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"lock", "redis.log", "redis.conf", "redis.pid", "appendonly.aof", "appendonlydir", "dump.rdb"})
    void rejectsSymbolicLinkWithoutChangingTarget(String name) throws Exception {
        Path victim = Files.writeString(temporary.resolve("victim"), "precious");
        permit(victim, "rw-r--r--");
        Files.createSymbolicLink(folder.resolve(name), victim);

        assertRefused(folder.resolve(name) + "", "symbolic link");

        assertThat(victim).hasContent("precious");
        assertThat(permissions(victim)).isEqualTo("rw-r--r--");
    }

    @Test
    void danglingLinkCreatesNoFile() throws Exception {
        Path elsewhere = temporary.resolve("elsewhere");
        for (String name : List.of("lock", "redis.log")) {
            Path link = Files.createSymbolicLink(folder.resolve(name), elsewhere);
            assertRefused(link + "", "symbolic link");
            Files.delete(link);
        }
        assertThat(elsewhere).doesNotExist();
    }

    @Test
    void rejectsLinkAmongAppendOnlyFiles() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("appendonlydir"));
        Path link = Files.createSymbolicLink(inner.resolve("appendonly.aof.manifest"), temporary.resolve("elsewhere"));
        assertRefused(link + "", "symbolic link");
    }

    @Test
    void followsLinkToFolder() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
        try (EmbeddedRedisFolder opened = EmbeddedRedisFolder.open(link)) {
            assertThat(opened.path()).isEqualTo(folder);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwx---rwx"})
    void rejectsFolderWritableForOthers(String permissions) throws Exception {
        permit(folder, permissions);
        assertRefused(folder + " is writable for other users", "chmod 700 " + folder);
    }

    @Test
    void rejectsFolderReplaceableByOthers() throws Exception {
        Path open = temporary.toRealPath();
        permit(open, "rwxrwxrwx");
        assertRefused(open + " is writable for other users and has no sticky bit", "could replace " + folder);

        sticky(open);
        EmbeddedRedisFolder.open(folder).close();
    }

    @Test
    void rejectsParentOfSharedGroup() throws Exception {
        assumeTrue(isRoot());
        Path open = temporary.toRealPath();
        permit(open, "rwxrwxr-x");
        EmbeddedRedisFolder.open(folder).close();

        run("chown", "nobody:daemon", open.toString());
        assertRefused(open + " is writable for other users", "chmod go-w");
        run("chown", "daemon:daemon", open.toString());
        EmbeddedRedisFolder.open(folder).close();
        run("chown", "0:0", open.toString());
    }

    @Test
    void rejectsFolderOfOtherUser() throws Exception {
        assumeTrue(isRoot());
        run("chown", "nobody", folder.toString());
        assertRefused(folder + " belongs to nobody");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void rejectsFileOfOtherUser() throws Exception {
        assumeTrue(isRoot());
        Path aof = Files.createFile(folder.resolve("appendonly.aof"));
        run("chown", "nobody", aof.toString());
        assertRefused(aof + " belongs to nobody");
    }

    private void assertRefused(String... words) {
        for (int i = 0; i < 2; i++) {
            // Twice, because the folder must not stay marked as used.
            assertThatThrownBy(() -> EmbeddedRedis.start(folder, EmbeddedRedisExecutables.INSTALLED))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(words);
        }
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static String permissions(Path path) {
        try {
            PosixFileAttributes attributes = Files.getFileAttributeView(
                            path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            return PosixFilePermissions.toString(attributes.permissions());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void sticky(Path path) throws Exception {
        run("chmod", "+t", path.toString());
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
