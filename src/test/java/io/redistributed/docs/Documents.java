package io.redistributed.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Markdown files of the repository. */
final class Documents {

    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
    private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```$");
    private static final Set<String> FOLDERS = Set.of("docs", "adapters", "codecs", "deploy");

    private Documents() {}

    /** Returns all documents: at the top, and below docs, adapters, codecs and deploy. */
    static List<Path> all() throws IOException {
        List<Path> documents = new ArrayList<>();
        try (Stream<Path> top = Files.list(Path.of(""))) {
            top.filter(Documents::isMarkdown).forEach(documents::add);
        }
        for (String folder : FOLDERS) {
            if (Files.isDirectory(Path.of(folder))) {
                try (Stream<Path> below = Files.walk(Path.of(folder))) {
                    below.filter(Documents::isMarkdown)
                            .filter(path -> !path.toString().matches(".*/(node_modules|target)/.*"))
                            .forEach(documents::add);
                }
            }
        }
        return documents.stream().sorted().toList();
    }

    private static boolean isMarkdown(Path path) {
        return path.toString().endsWith(".md") && Files.isRegularFile(path);
    }

    /** The anchors of a document's headings, as GitHub makes them. */
    static Set<String> anchors(Path document) throws IOException {
        Set<String> anchors = new TreeSet<>();
        HEADING.matcher(withoutFences(Files.readString(document)))
                .results()
                .map(heading -> anchor(heading.group(1)))
                .forEach(anchor -> {
                    String unique = anchor;
                    for (int i = 1; !anchors.add(unique); i++) {
                        unique = anchor + "-" + i;
                    }
                });
        return anchors;
    }

    static String anchor(String heading) {
        return heading.replaceAll("[`*]|\\]\\([^)]*\\)|\\[", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-');
    }

    static String withoutFences(String document) {
        return FENCE.matcher(document).replaceAll("");
    }
}
