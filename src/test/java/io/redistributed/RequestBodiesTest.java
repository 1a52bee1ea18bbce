package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Content types and codings of request bodies. */
class RequestBodiesTest {

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String CSV = "name,amount\nAda,1\nBob,2\n";
    private static final String JSON = "{\"type\":\"simulated\"}";
    private static final int MAX_BODY_BYTES = 200_000;

    @RegisterExtension
    static final ApiFixture api = ApiFixture.with("maxBodyBytes: %d, maxInputBytes: %<d".formatted(MAX_BODY_BYTES));

    private static ApiClient client;

    @BeforeAll
    static void connect() {
        client = api.client();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/csv",
                "text/csv; charset=utf-8; header=present",
                "TEXT/CSV;CHARSET=\"UTF-8\"",
                "text/plain;charset=us-ascii",
                "application/octet-stream",
                "application/json",
                "image/png",
                FORM,
            })
    void rawBodyIsKeptByteForByte(String contentType) {
        assertRows(client.submit("/reports?type=summary", CSV, "content-type", contentType));
    }

    @Test
    void utf16NeedsNoCharset() {
        for (Charset charset : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            HttpResponse<String> response = post("/reports?type=summary", CSV.getBytes(charset), "identity");
            assertRows(new JsonObject(response.body()).getString("id"));
        }
    }

    @Test
    void rawBodyNeedsNoContentType() {
        assertRows(client.submit("/reports?type=summary", CSV));
        assertRows(client.submit("/reports/?type=summary", CSV));
    }

    @Test
    void bodyLikeFormIsKept() {
        String id = client.submit("/reports?type=summary&header=true", "a=1&b=%32\na=1&b=%32\n", "content-type", FORM);
        assertThat(columns(id)).contains("a=1&b=%32");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/reports?type=summary | multipart/form-data; boundary=x | --data-binary",
                "/reports?type=summary | multipart/mixed | --data-binary",
                "/reports?type=summary | text/csv; charset=iso-8859-1 | charset iso-8859-1 is not supported; send UTF-8, or leave it out: generators get the bytes, without their charset",
                "/reports?type=summary | text/csv; charset=utf-16 | charset utf-16 is not supported; send UTF-8",
                "/reports?type=summary | csv | 'csv' is not a media type",
                "/reports?type=summary | text/ | 'text/' is not a media type",
                "/reports | text/plain | text/plain is not supported; send JSON, or set ?type=",
                "/reports | text/csv | text/csv is not supported",
                "/reports | multipart/form-data; boundary=x | multipart/form-data is not supported",
                "/reports | application/json; charset=utf-16 | charset utf-16 is not supported; send UTF-8",
                "/reports/batch | application/xml | application/xml is not supported",
                "/reports/batch?type=summary | text/csv | text/csv is not supported",
            })
    void rejectsOtherContentTypes(String path, String contentType, String detail) {
        HttpResponse<String> response = client.post(path, CSV, "content-type", contentType);
        assertThat(detail(response, 415)).contains(detail);
        assertThat(response.headers().firstValue("accept").orElseThrow()).contains("application/json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name,amountAda,1Bob,2", "x"})
    void rejectsBodyWithoutLineBreaksFromCurl(String body) {
        HttpResponse<String> response = client.post("/reports?type=summary", body, "content-type", FORM);
        assertThat(detail(response, 415)).contains("--data-binary @FILE").contains("content-type: text/csv");
        assertThat(client.post("/reports?type=summary", body, "content-type", "text/csv")
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void acceptsEmptyForm() {
        client.submit("/reports?type=simulated", "", "content-type", FORM);
    }

    @Test
    void acceptsJsonWithItsTypesAndCurlsDefault() {
        for (String type : new String[] {"application/json", "application/json; charset=utf-8", "a/b+json", FORM}) {
            client.submit("/reports", JSON, "content-type", type);
        }
        client.submit("/reports", JSON);
        assertThat(client.post("/reports/batch", " [" + JSON + "]", "content-type", FORM)
                        .statusCode())
                .isEqualTo(202);
        assertThat(detail(client.post("/reports", "type=simulated", "content-type", FORM), 415))
                .contains("a form is not supported");
    }

    @ParameterizedTest
    @CsvSource({"content-type, text/csv, text/plain", "idempotency-key, a, b"})
    void rejectsConflictingHeaders(String name, String one, String other) {
        assertThat(detail(client.post("/reports?type=simulated", "", name, one, name, other), 400))
                .contains(name + ": given more than once");
        assertThat(client.post("/reports?type=simulated", "", name, one, name, one)
                        .statusCode())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-gzip", "GZIP", "deflate", "raw deflate", "identity"})
    void acceptsCompressedBody(String coding) throws IOException {
        HttpResponse<String> response = post("/reports?type=summary", compressed(coding, CSV), coding);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        assertRows(new JsonObject(response.body()).getString("id"));
        assertThat(post("/reports", compressed(coding, JSON), coding).statusCode())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "gzip, gzip", "nonsense"})
    void rejectsOtherCodings(String coding) {
        HttpResponse<String> response = post("/reports?type=summary", CSV.getBytes(StandardCharsets.UTF_8), coding);
        assertThat(detail(response, 415)).contains("gzip, deflate, identity");
        assertThat(response.headers().firstValue("accept-encoding")).hasValue("gzip, deflate, identity");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void limitsAndChecksCompressedBodies(String coding) throws IOException {
        String fits = "a\n".repeat(MAX_BODY_BYTES / 2);
        assertThat(post("/reports?type=summary", compressed(coding, fits), coding)
                        .statusCode())
                .isEqualTo(202);
        assertThat(detail(post("/reports?type=summary", compressed(coding, fits + "x"), coding), 413))
                .contains("decompressed");
        assertThat(detail(post("/reports?type=summary", compressed(coding, "x".repeat(100_000_000)), coding), 413))
                .contains("decompressed");
        byte[] whole = compressed(coding, CSV);
        byte[] cut = Buffer.buffer(whole).getBytes(0, whole.length / 2);
        assertThat(detail(post("/reports?type=summary", cut, coding), 400)).contains("the body is not " + coding);
    }

    /** Members of gzip may be followed by others and then by zeros, which fill blocks of tapes. */
    @Test
    void readsAllMembersOfGzip() throws IOException {
        Buffer members = Buffer.buffer(compressed("gzip", "name,amount\n"))
                .appendBytes(gzipWithAllFields("Ada,1\n"))
                .appendBytes(compressed("gzip", ""))
                .appendBytes(compressed("gzip", "Bob,2\n"))
                .appendBytes(new byte[512]);

        HttpResponse<String> response = post("/reports?type=summary", members.getBytes(), "gzip");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        assertRows(new JsonObject(response.body()).getString("id"));
    }

    @Test
    void rejectsDamagedMembersOfGzip() throws IOException {
        byte[] member = compressed("gzip", CSV);
        Buffer two = Buffer.buffer(member).appendBytes(member);
        String after = "the body is not gzip: after member 1, it has bytes that are neither another member nor zeros";
        for (int damaged = member.length; damaged < member.length + 3; damaged++) {
            assertThat(rejected("gzip", two.copy().setByte(damaged, (byte) 7).getBytes()))
                    .isEqualTo(after);
        }
        assertThat(rejected(
                        "gzip", two.copy().setByte(member.length + 1, (byte) 0).getBytes()))
                .isEqualTo(after);
        assertThat(rejected("gzip", two.copy().setByte(member.length, (byte) 0).getBytes()))
                .isEqualTo(after);
        for (int end = member.length + 1; end < 2 * member.length; end++) {
            assertThat(rejected("gzip", two.getBytes(0, end))).isEqualTo("the body is not gzip: it ends too early");
        }
        for (int checked = 2 * member.length - 8; checked < 2 * member.length; checked++) {
            byte[] damaged = two.getBytes();
            damaged[checked] ^= 1;
            assertThat(rejected("gzip", damaged))
                    .isEqualTo("the body is not gzip: the checksum or length of member 2 is wrong");
        }
        byte[] name = gzipWithAllFields(CSV);
        name[17] ^= 1;
        assertThat(rejected("gzip", name)).isEqualTo("the body is not gzip: the header of member 1 is damaged");
        assertThat(rejected("gzip", CSV.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("the body is not gzip: it does not begin with the header of gzip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deflate", "raw deflate"})
    void rejectsBytesAfterDeflate(String coding) throws IOException {
        byte[] whole = compressed(coding, CSV);

        assertThat(rejected(coding, Buffer.buffer(whole).appendBytes(whole).getBytes()))
                .isEqualTo("the body is not deflate: it has bytes after its end");
    }

    @Test
    void acceptsJsonWithByteOrderMark() {
        assertThat(post("/reports", ("\uFEFF" + JSON).getBytes(StandardCharsets.UTF_8), "identity")
                        .statusCode())
                .isEqualTo(202);
        for (String charset : new String[] {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"}) {
            assertThat(detail(post("/reports", JSON.getBytes(Charset.forName(charset)), "identity"), 400))
                    .contains("send it in UTF-8");
        }
        byte[] latin1 = "{\"type\":\"summary\",\"input\":\"\u00e9t\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(detail(post("/reports", latin1, "identity"), 400)).contains("Invalid UTF-8");
    }

    /** UTF-8 cannot encode half of a character, and it would become a question mark. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"summary\",\"input\":\"a\\ud800b\\nx\\n\"} | input: \\ud800 at character 2",
                "{\"type\":\"summary\",\"input\":\"\\ud83d\\ude00\\ude00\"} | input: \\ude00 at character 3",
                "{\"type\":\"summary\",\"parameters\":{\"format\":[{\"a\":\"\\ud800\"}]}} | parameters.format[0].a: \\ud800 at character 1",
            })
    void rejectsHalfOfSurrogatePair(String body, String problem) {
        String reason = " is half of a surrogate pair, which UTF-8 cannot encode";
        assertThat(detail(client.post("/reports", body), 400)).isEqualTo(problem + reason);
        assertThat(detail(client.post("/reports/batch", "[" + JSON + "," + body + "]"), 400))
                .isEqualTo("[1]." + problem + reason);
        assertThat(detail(client.post("/reports", "{\"parameters\":{\"\\ud800\":1}}"), 400))
                .contains("Broken surrogate pair in field name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"simulated\",\"type\":\"summary\"}",
                "{\"type\":\"simulated\",\"parameters\":{\"cpu\":0,\"cpu\":1}}",
            })
    void rejectsDuplicateKey(String body) {
        assertThat(detail(client.post("/reports", body), 400))
                .contains("line 1, column")
                .contains("Duplicate field");
        assertThat(detail(client.post("/reports/batch", "[" + body + "]"), 400)).contains("Duplicate field");
    }

    private static void assertRows(String id) {
        assertThat(client.ended(id).getString("state")).isEqualTo("done");
        assertThat(new JsonObject(client.get("/reports/" + id + "/result").body()).getInteger("rows"))
                .isEqualTo(2);
    }

    private static String columns(String id) {
        client.ended(id);
        return client.get("/reports/" + id + "/result").body();
    }

    private static HttpResponse<String> post(String path, byte[] body, String coding) {
        return client.send(
                "POST", path, BodyPublishers.ofByteArray(body), "content-encoding", coding.replace("raw ", ""));
    }

    private static String rejected(String coding, byte[] body) {
        return detail(post("/reports?type=summary", body, coding), 400);
    }

    /** Returns a member whose header has an extra field, a name, a comment and a checksum. */
    private static byte[] gzipWithAllFields(String text) throws IOException {
        byte[] plain = compressed("gzip", text);
        Buffer header = Buffer.buffer()
                .appendBytes(plain, 0, 3)
                .appendByte((byte) (2 + 4 + 8 + 16))
                .appendBytes(plain, 4, 6)
                .appendShortLE((short) 3)
                .appendString("abcname\0comment\0");
        CRC32 checksum = new CRC32();
        checksum.update(header.getBytes());
        return header.appendShortLE((short) checksum.getValue())
                .appendBytes(plain, 10, plain.length - 10)
                .getBytes();
    }

    private static byte[] compressed(String coding, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out =
                switch (coding) {
                    case "deflate" -> new DeflaterOutputStream(bytes);
                    case "raw deflate" -> new DeflaterOutputStream(bytes, new Deflater(9, true));
                    case "identity" -> bytes;
                    default -> new GZIPOutputStream(bytes);
                }) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static String detail(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
        return new JsonObject(response.body()).getString("detail");
    }
}
