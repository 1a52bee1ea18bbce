package io.redistributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Headless Chromium with the page of a service. Waits up to 30 s for each condition. */
final class Browser implements AutoCloseable {

    private static final Path PICTURES = Path.of("target", "page");
    private static final List<Path> FOLDERS = Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .map(Path::of)
            .toList();

    private final ChromeDriver driver;
    private final String url;

    Browser(int port) {
        url = "http://127.0.0.1:" + port + "/";
        ChromeOptions options = new ChromeOptions()
                .setBinary(
                        program("chromium", "chromium-browser", "google-chrome").toFile());
        options.addArguments(
                "--headless=new",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--window-size=1440,900");
        // Chromium refuses to run as root in its sandbox, as it would in a container.
        if ("root".equals(System.getProperty("user.name"))) {
            options.addArguments("--no-sandbox");
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(program("chromedriver").toFile())
                        .build(),
                options);
        driver.manage().window().setSize(new Dimension(1440, 900));
    }

    /** @param hash text after the # */
    void open(String hash) {
        driver.get("about:blank");
        driver.get(url + "#" + hash);
        awaitText("#connection", "live");
    }

    /** Opens the page of a node that has no event stream. */
    void openViewer() {
        driver.get(url);
    }

    WebElement find(String css) {
        return await(css)
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> driver.findElement(By.cssSelector(css)), WebElement::isDisplayed);
    }

    List<WebElement> findAll(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    void click(String css) {
        retried(() -> find(css).click());
    }

    void doubleClick(String css) {
        new Actions(driver).doubleClick(find(css)).perform();
    }

    /** To an input that need not be seen. */
    void upload(String css, Path file) {
        driver.findElement(By.cssSelector(css)).sendKeys(file.toAbsolutePath().toString());
    }

    /** Sends keys to the focused element. */
    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Presses Tab until the element has the focus. */
    void tabTo(String css) {
        for (int i = 0; i < 60; i++) {
            if ((Boolean) run("return document.activeElement.matches(arguments[0])", css)) {
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("Tab does not lead to " + css);
    }

    /** Redraws replace elements, so a script keeps one and asks whether it is still focused. */
    void focus(String css) {
        run("window.focused = document.querySelector(arguments[0]); window.focused.focus()", css);
        assertThat(isStillFocused()).as(css).isTrue();
    }

    boolean isStillFocused() {
        return (Boolean) run("return document.activeElement === window.focused");
    }

    void choose(String css, String option) {
        run(
                "const s = document.querySelector(arguments[0]); s.value = arguments[1];"
                        + " s.dispatchEvent(new Event('change', {bubbles: true}))",
                css,
                option);
    }

    String text(String css) {
        return (String) run("return document.querySelector(arguments[0])?.textContent ?? ''", css);
    }

    void awaitText(String css, String part) {
        await(css + " with " + part).atMost(Duration.ofSeconds(30)).until(() -> text(css), text -> text.contains(part));
    }

    void awaitCount(String css, int least) {
        await(least + " of " + css)
                .atMost(Duration.ofSeconds(30))
                .until(() -> findAll(css).size() >= least);
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** What axe-core finds that is serious or worse, by rule. */
    JsonArray accessibilityProblems() {
        try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
            driver.executeScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Object found = driver.executeAsyncScript("const done = arguments[0];"
                + "axe.run({iframes: false, resultTypes: ['violations']}).then(r => done(JSON.stringify(r.violations"
                + ".filter(v => v.impact === 'serious' || v.impact === 'critical')"
                + ".map(v => ({rule: v.id, where: v.nodes.map(n => n.html)})))), e => done('[\"' + e + '\"]'))");
        return new JsonArray((String) found);
    }

    void setColours(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    void resize(int width, int height) {
        driver.manage().window().setSize(new Dimension(width, height));
    }

    /** Under target/page, to be looked at. */
    void takePicture(String name) {
        try {
            Files.createDirectories(PICTURES);
            Files.write(PICTURES.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the console's output since the last call, without failed responses, which the callers report. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(entry ->
                        new JsonObject().put("message", entry.getMessage()).getString("message"))
                .filter(message -> !message.contains("Failed to load resource"))
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
    }

    private static void retried(Runnable action) {
        await().atMost(Duration.ofSeconds(30))
                .ignoreException(StaleElementReferenceException.class)
                .until(() -> {
                    action.run();
                    return true;
                });
    }

    private static Path program(String... names) {
        for (String name : names) {
            for (Path folder : FOLDERS) {
                if (Files.isExecutable(folder.resolve(name))) {
                    return folder.resolve(name);
                }
            }
        }
        throw new IllegalStateException(names[0] + " is not on the PATH; scripts/test.sh installs it");
    }
}
