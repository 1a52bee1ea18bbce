package io.redistributed.cli;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;

/**
 * The characters of tree lines and bars.
 *
 * @param bar one column of a bar
 * @param track one empty column of a bar
 * @param pipe in front of descendants of a child that is not the last
 * @param tee in front of a child
 * @param corner in front of the last child
 */
record Glyphs(String bar, String track, String pipe, String tee, String corner, String error) {

    static final Glyphs UNICODE = new Glyphs("█", "░", "│ ", "├─", "└─", "✗");
    static final Glyphs ASCII = new Glyphs("#", ".", "| ", "|-", "`-", "!");

    /** Returns the glyphs that the encoding of standard output supports. */
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
