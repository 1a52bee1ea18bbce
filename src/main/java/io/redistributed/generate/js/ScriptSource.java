package io.redistributed.generate.js;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/**
 * A script as it is found: a file beside the configuration, else on the class path. Its methods block.
 *
 * @param name the name in the configuration
 * @param folder the folder of the configuration
 */
record ScriptSource(String name, Path folder, ClassLoader classPath) {

    private static final int MAX_BYTES = 1 << 20;

    /** @throws ScriptException if there is no such script, or it cannot be read */
    String read() throws ScriptException {
        try (InputStream in = open()) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new ScriptException(name + ": larger than 1 MiB");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new ScriptException(name + ": not UTF-8");
        } catch (IOException e) {
            throw new ScriptException(name + ": cannot be read (" + e + ")");
        }
    }

    /** Returns when the file was last edited; null for a script of the class path, and while there is no file. */
    FileTime modified() {
        try {
            return Files.getLastModifiedTime(file());
        } catch (IOException absent) {
            return null;
        }
    }

    private Path file() {
        return folder.resolve(name);
    }

    private InputStream open() throws IOException, ScriptException {
        if (Files.isDirectory(file())) {
            throw new ScriptException(name + ": is a folder");
        }
        try {
            return Files.newInputStream(file());
        } catch (NoSuchFileException absent) {
            InputStream resource = classPath.getResourceAsStream(name);
            if (resource == null) {
                throw new ScriptException(
                        name + ": no such file in " + folder.toAbsolutePath() + " or on the class path");
            }
            return resource;
        }
    }
}
