package io.redistributed.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds a Lua script from resource files and the digest that {@code EVALSHA} takes.
 *
 * @param name file name without extension, used on spans
 * @param source the whole text
 * @param sha1 40 hex digits
 * @since 0.1.0
 */
public record LuaScript(String name, String source, String sha1) {

    private static final Pattern INCLUDE = Pattern.compile("(?m)^ *-- include ([a-z]+)$");

    /**
     * Loads {@code name.lua} from the package of {@code home}. Each line {@code -- include other} is replaced by the text
     * of {@code other.lua}, as Redis scripts cannot share code.
     *
     * @param home a class in the package of the files
     * @param name file name without extension
     * @return the script
     * @throws UncheckedIOException if a file does not exist
     */
    public static LuaScript load(Class<?> home, String name) {
        String text = read(home, name);
        return new LuaScript(name, text, sha1(text));
    }

    /**
     * Returns this script with text prepended.
     *
     * @param text whole lines, such as constants
     * @return a new script of the same name
     */
    public LuaScript after(String text) {
        String whole = text + source;
        return new LuaScript(name, whole, sha1(whole));
    }

    private static String read(Class<?> home, String name) {
        try (InputStream in = home.getResourceAsStream(name + ".lua")) {
            if (in == null) {
                throw new IOException("resource " + name + ".lua not found in the package of " + home.getName());
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return INCLUDE.matcher(text)
                    .replaceAll(line ->
                            Matcher.quoteReplacement(read(home, line.group(1)).stripTrailing()));
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
