package io.redistributed.generate.summary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class SummaryPageTest {

    private static final String HOSTILE =
            "</title></style><script>alert(1)</script><img src=x onerror='alert(2)' \"&amp;";

    @Test
    void escapesContentOfColumns() throws Exception {
        String field = '"' + HOSTILE.replace("\"", "\"\"") + '"';
        // As the name of a text and a numeric column, as a value, and in a warning.
        String html = page(field + "," + field + "\n" + field + ",1\n" + field + ",2\n");

        assertThat(html).doesNotContain("<script", "<img").contains("&lt;script&gt;", "&amp;amp;");
        assertThat(tags(xml(html)))
                .isNotEmpty()
                .isSubsetOf(Set.of(
                        "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "dl", "div", "dt", "dd",
                        "p", "small", "main", "section", "ul", "li", "bdi", "table", "caption", "thead", "tbody", "tr",
                        "th", "td", "a", "span", "figure", "svg", "desc", "line", "text", "rect"));
    }

    @Test
    void loadsNothing() throws Exception {
        String html = sales();

        assertThat(html)
                .contains("content=\"default-src 'none'; style-src 'unsafe-inline'\"")
                .doesNotContain("http://", "https://", "url(", "@import", "src=", "javascript:");
        NodeList links = xml(html).getElementsByTagName("a");
        for (int i = 0; i < links.getLength(); i++) {
            assertThat(((Element) links.item(i)).getAttribute("href")).startsWith("#c");
        }
    }

    @Test
    void chartsAndTablesHaveDescriptions() throws Exception {
        Document page = xml(sales());

        assertThat(page.getDocumentElement().getAttribute("lang")).isEqualTo("en");
        NodeList charts = page.getElementsByTagName("svg");
        assertThat(charts.getLength()).isPositive();
        for (int i = 0; i < charts.getLength(); i++) {
            Element chart = (Element) charts.item(i);
            if (chart.getAttribute("aria-hidden").isEmpty()) {
                assertThat(chart.getAttribute("role")).isEqualTo("img");
                for (String name : List.of("title", "desc")) {
                    assertThat(chart.getElementsByTagName(name).item(0).getTextContent())
                            .isNotBlank();
                }
            }
        }
        NodeList tables = page.getElementsByTagName("table");
        assertThat(tables.getLength()).isPositive();
        for (int i = 0; i < tables.getLength(); i++) {
            assertThat(((Element) tables.item(i))
                            .getElementsByTagName("caption")
                            .getLength())
                    .isEqualTo(1);
        }
    }

    @Test
    void isIndependentOfLocale() throws Exception {
        Locale before = Locale.getDefault();
        String html = sales();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(sales()).isEqualTo(html);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void supportsEmptyColumnsAndSingleValues() throws Exception {
        xml(page("a,b\n"));
        xml(page("a,b\n,\n1,\n"));
    }

    private static String sales() throws Exception {
        return page(Files.readString(Path.of("samples/sales.csv")));
    }

    private static String page(String csv) throws CsvException {
        return SummaryPage.write(Summaries.of(csv)).toString();
    }

    /** The page is XML except for its meta tags, so that a parser distinguishes markup from text. */
    private static Document xml(String html) throws Exception {
        String xml = html.replace("<!DOCTYPE html>", "").replaceAll("(<meta [^>]*)>", "$1/>");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(UTF_8)));
    }

    private static Set<String> tags(Document page) {
        Set<String> tags = new TreeSet<>();
        NodeList elements = page.getElementsByTagName("*");
        for (int i = 0; i < elements.getLength(); i++) {
            tags.add(elements.item(i).getNodeName());
        }
        return tags;
    }
}
