package io.redistributed.cli;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;

/**
 * What lines and bars are drawn with.
 *
 * @param bar one column of a bar
 * @param track one column where a bar is not yet
 * @param pipe in front of what is below a sibling that goes on
 * @param tee in front of a child
 * @param corner in front of the last child
 */
record Glyphs(String bar, String track, String pipe, String tee, String corner, String error) {

    static final Glyphs UNICODE = new Glyphs("█", "░", "│ ", "├─", "└─", "✗");
    static final Glyphs ASCII = new Glyphs("#", ".", "| ", "|-", "`-", "!");

    /** Those that the encoding of standard output has. */
    static Glyphs ofTerminal() {
        String name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
        Charset charset = Charset.defaultCharset();
        try {
            charset = name == null ? charset : Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            return ASCII;
        }
        return charset.canEncode() && charset.newEncoder().canEncode("█├✗") ? UNICODE : ASCII;
    }
}
