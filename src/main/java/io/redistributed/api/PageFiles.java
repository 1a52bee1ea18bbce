package io.redistributed.api;

import io.vertx.core.buffer.Buffer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** The files of the page, loaded from resources and served under a path that changes with their content. */
final class PageFiles {

    private static final String ENTRY = "index.html";

    /** Modules import each other by relative paths, so that all are of one version. */
    private static final Map<String, String> TYPES = new TreeMap<>(Map.of(
            "style.css", "text/css; charset=utf-8",
            "icon.svg", "image/svg+xml"));

    static {
        for (String module : new String[] {
            "analysis",
            "app",
            "axes",
            "chart",
            "compare-page",
            "csv",
            "detail",
            "dom",
            "flame",
            "form",
            "format",
            "graph-layout",
            "histogram",
            "import",
            "list",
            "live",
            "operations",
            "report-trace",
            "result",
            "scatter",
            "service-graph",
            "services",
            "session",
            "sorted-head",
            "span-row",
            "span-table",
            "table",
            "tabs",
            "trace",
            "trace-page",
            "traces",
            "viewport",
            "waterfall",
            "workers"
        }) {
            TYPES.put(module + ".js", "text/javascript; charset=utf-8");
        }
    }

    /** @param contentType of {@code body} */
    record PageFile(String contentType, Buffer body) {}

    private final Map<String, PageFile> files = new TreeMap<>();
    private final String version;
    private final Buffer entry;

    private PageFiles() throws IOException {
        MessageDigest digest = sha256();
        for (Map.Entry<String, String> file : TYPES.entrySet()) {
            byte[] body = read(file.getKey());
            digest.update(body);
            files.put(file.getKey(), new PageFile(file.getValue(), Buffer.buffer(body)));
        }
        byte[] template = read(ENTRY);
        digest.update(template);
        version = HexFormat.of().formatHex(digest.digest(), 0, 16);
        entry = Buffer.buffer(new String(template, StandardCharsets.UTF_8).replace("{version}", version));
    }

    /** Blocks: reads from the class path. */
    static PageFiles load() throws IOException {
        return new PageFiles();
    }

    /** Returns the hash of all files, 32 hex digits. */
    String version() {
        return version;
    }

    /** Returns the HTML that refers to the other files. */
    Buffer entry() {
        return entry;
    }

    /** Returns a file other than the HTML, or null. */
    PageFile find(String name) {
        return files.get(name);
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream in = PageFiles.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                throw new FileNotFoundException("page/" + name + " not found on the class path");
            }
            return in.readAllBytes();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM supports SHA-256", e);
        }
    }
}
