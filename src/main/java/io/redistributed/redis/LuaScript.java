package io.redistributed.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script from resource files, with the digest by which {@code EVALSHA} names it.
 *
 * @param name the file's name without its ending, as it stands on spans
 * @param source the whole text
 * @param sha1 40 hex digits
 * @since 0.1.0
 */
public record LuaScript(String name, String source, String sha1) {

    /**
     * Loads {@code name.lua} from the package of {@code home}, with the texts of {@code preludes} before it: Redis
     * scripts cannot share code by themselves.
     *
     * @param home a class in the package of the files
     * @param name of the file, without its ending
     * @param preludes names of files, in their order
     * @return the script
     * @throws UncheckedIOException if a file is not there
     */
    public static LuaScript load(Class<?> home, String name, String... preludes) {
        StringBuilder source = new StringBuilder();
        for (String prelude : preludes) {
            source.append(read(home, prelude)).append('\n');
        }
        String text = source.append(read(home, name)).toString();
        return new LuaScript(name, text, sha1(text));
    }

    /**
     * This script with more before it.
     *
     * @param text such as the values of constants, whole lines
     * @return another script of the same name
     */
    public LuaScript after(String text) {
        String whole = text + source;
        return new LuaScript(name, whole, sha1(whole));
    }

    private static String read(Class<?> home, String name) {
        try (InputStream in = home.getResourceAsStream(name + ".lua")) {
            if (in == null) {
                throw new IOException("no resource " + name + ".lua beside " + home.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
