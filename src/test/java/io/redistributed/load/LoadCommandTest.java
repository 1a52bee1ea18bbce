package io.redistributed.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.redistributed.testing.Ports;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class LoadCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "--duration=soon | Invalid value for option '--duration': 'soon' is not a duration (use 500ms, 30s, 5m)",
                "--duration=0s | --duration: must be above 0",
                "--wait=1 | Invalid value for option '--wait': '1' is not a percentage (use 0% to 100%)",
                "--wait=101% | Invalid value for option '--wait': '101%' is not a percentage (use 0% to 100%)",
                "--rate=0 | --rate: must be above 0 and at most 1000000",
                "--burst=10 | --burst: must be at least 1 and needs --rate",
                "--connections=0 | --connections: must be --threads to 20000",
                "--parameters=[1] | --parameters: not a JSON object",
                "--type=../x | --type: must be lower-case letters, digits and -",
                "--url=ftp://127.0.0.1 | --url: must be http[s]://HOST[:PORT]",
                "--url=http://127.0.0.1/x | --url: must be http[s]://HOST[:PORT]",
                "--url=http://u:secret@h | --url: must be http[s]://HOST[:PORT]",
                "--url=http://u:sec ret@h | --url: must be http[s]://HOST[:PORT]",
            })
    void rejectsWrongArguments(String argument, String message) {
        assertThat(run(argument)).isEqualTo(2);
        assertThat(err.toString()).startsWith(message);
    }

    @Test
    void failsWithoutService() {
        String url = "http://127.0.0.1:" + Ports.free();

        assertThat(run("--url=" + url)).isEqualTo(4);
        assertThat(err.toString()).startsWith("load: no load run against " + url + ": Connection refused");
        assertThat(out.toString()).isEmpty();
    }

    private int run(String... arguments) {
        return new CommandLine(new LoadCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
