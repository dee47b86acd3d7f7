package dev.hone.gateway;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.run.PreflightReport;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.contracts.task.Phase;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/// The pages in a real browser, over a gateway with a real broker and database.
@Tag("browser")
class WebPageTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final TestingServices SERVICES = new TestingServices();
    private static ConfigurableApplicationContext context;
    private static TestingApi api;
    private static TestingEvents events;
    private static TestingBrowser browser;
    private static TestingRun run;
    private static EpisodeKey trained;
    private static Page page;

    @BeforeAll
    static void start() throws Exception {
        context = TestingGateway.another("pages", SERVICES);
        String address = TestingGateway.address(context);
        api = new TestingApi(address);
        events = new TestingEvents();
        browser = new TestingBrowser(address);
        PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
        run = new TestingRun("pages", api, events, SERVICES).going();
        new TestingRun("pages2", api, events, SERVICES);
        run.episode(Purpose.EVAL, 0, 0, true);
        run.episode(Purpose.EVAL, 2, 0, false);
        trained = run.episode(Purpose.TRAIN, 1, 0, false);
        run.tokens(trained, 12);
        run.tokens(run.episode(Purpose.TRAIN, 1, 1, true), 50_000);
        await().atMost(PATIENCE)
                .until(() ->
                        api.get("/api/v1/runs/pages/steps").json().path("steps").size() == 3
                                && api.get("/api/v1/runs/pages/episodes?state=judged")
                                                .json()
                                                .path("episodes")
                                                .size()
                                        == 4);
        page = browser.page(1280, false);
    }

    @AfterAll
    static void stop() {
        browser.close();
        events.close();
        api.close();
        context.close();
        SERVICES.close();
    }

    /// Nothing failed, nothing was asked of another host, and no policy had to stop anything.
    @AfterEach
    void noPageComplained() {
        SERVICES.problems = List.of();
        List<String> complaints = List.copyOf(browser.complaints);
        browser.complaints.clear();
        assertThat(complaints).isEmpty();
    }

    @Test
    void theListShowsStatesAndNewestNumbersAndRenewsItself() throws Exception {
        page.navigate("/");
        Locator row = page.locator("tr:has(#run-pages)");
        assertThat(row).containsText("running");
        assertThat(row).containsText("2 of 3");
        assertThat(row).containsText("0.600");
        assertThat(row).containsText("0.500");
        new TestingRun("newcomer", api, events, SERVICES);
        assertThat(page.locator("#run-newcomer")).isVisible();
        api.post("/api/v1/runs/newcomer/cancel");
        assertThat(page.locator("tr", new Page.LocatorOptions().setHasText("newcomer")))
                .containsText("cancelled");
    }

    @Test
    void curvesGrowWithTheRunAndItsEndEndsTheStream() throws Exception {
        TestingRun growing = new TestingRun("growing", api, events, SERVICES).going();
        await().atMost(PATIENCE)
                .until(() -> api.get("/api/v1/runs/growing/steps")
                                .json()
                                .path("steps")
                                .size()
                        == 3);
        page.navigate("/runs/growing");
        Locator reward = page.locator("#chart-reward [data-line='0'] [data-value]");
        assertThat(reward).hasText("0.600");
        assertThat(page.locator("#chart-reward canvas")).isVisible();
        assertThat(page.locator(".tiles")).containsText("0.400");
        events.tell(
                Topics.GROUP_CLOSED,
                new GroupClosed(
                        growing.run,
                        new Phase(Purpose.TRAIN, 3, 2, false),
                        0,
                        "t",
                        List.of(new GroupClosed.Member(0, 0, 1.0, true)),
                        List.of()));
        assertThat(page.locator("#phase-text")).hasText("Training step 3: 1 of 2 problems done");
        growing.step(3, 0.875);
        assertThat(reward).hasText("0.875");
        assertThat(page.locator(".tiles")).containsText("0.875");
        assertThat(page.locator("#head")).containsText("Step 3 of 3");
        page.onDialog(dialog -> dialog.accept());
        page.locator("#do-pause").click();
        assertThat(page.locator("#head .state")).hasText("paused");
        page.locator("#do-cancel").click();
        assertThat(page.locator("#head .state")).hasText("cancelled");
        assertThat(page.locator("#phase")).isHidden();
    }

    @Test
    void aChartHasItsNumbersAsATable() {
        page.navigate("/runs/pages");
        page.locator("#chart-reward summary").click();
        assertThat(page.locator("#chart-reward table tbody tr")).hasText(new Pattern[] {
            Pattern.compile("\\s*2\\s*0.600\\s*–\\s*"), Pattern.compile("\\s*1\\s*0.400\\s*–\\s*")
        });
    }

    @Test
    void episodesAreFilteredAsOneChooses() {
        page.navigate("/runs/pages/episodes");
        Locator rows = page.locator("#episodes tbody tr");
        assertThat(rows).hasCount(4);
        page.getByLabel("Habit").selectOption("early_answer");
        assertThat(rows).hasCount(2);
        page.getByLabel("Purpose").selectOption("eval");
        assertThat(rows).hasCount(1);
        assertThat(rows).containsText("not solved");
        assertThat(page).hasURL(Pattern.compile(".*purpose=eval.*habit=early_answer.*"));
        page.getByLabel("Reward from").fill("0.5");
        page.getByLabel("Reward from").press("Enter");
        assertThat(page.locator("#episodes")).hasText("No episode fits.");
    }

    @Test
    void everyTokenTellsWhatIsKnownOfIt() {
        openTokens(trained);
        assertThat(page.locator(".tok[role=option]")).hasCount(12);
        assertThat(page.locator("#t0")).hasClass("tok x");
        assertThat(page.locator("#t1")).hasClass("tok p1");
        assertThat(page.locator("#t5")).hasClass("tok p5");
        assertThat(page.locator("#token-count")).hasText("12 in 1 timeline, trained on");
        page.locator("#t5").hover();
        assertThat(page.locator("#token-facts dd")).hasText(new String[] {
            "5 of timeline 1", "\" word5\"", "105", "assistant", "yes", "-4", "0.018", "1.250", "1.6487", "7"
        });
        page.locator("#t3").hover();
        assertThat(page.locator("#token-facts dd").nth(4)).hasText("no");
        assertThat(page.locator("#token-facts dd").nth(7)).hasText("–");
    }

    @Test
    void tokensAreReachedByKeyboard() {
        openTokens(trained);
        page.locator("#t0").focus();
        page.keyboard().press("ArrowRight");
        assertThat(page.locator("#t1")).isFocused();
        assertThat(page.locator("#t1")).hasAttribute("aria-label", "\" word1\", in the loss, log-probability -0.100");
        page.keyboard().press("n");
        assertThat(page.locator("#t4")).isFocused();
        page.keyboard().press("End");
        assertThat(page.locator("#t11")).isFocused();
        assertThat(page.locator("#token-facts dd").first()).hasText("11 of timeline 1");
    }

    @Test
    void fiftyThousandTokensAreDrawnWhereOneLooks() {
        openTokens(new EpisodeKey(run.run, Purpose.TRAIN, 1, 0, 1, 0));
        assertThat(page.locator("#token-count")).containsText("50,000");
        page.locator("#t0").focus();
        page.keyboard().press("End");
        assertThat(page.locator("#t49999")).isFocused();
        assertThat(page.locator("#t49999")).isInViewport();
        page.keyboard().press("Home");
        assertThat(page.locator("#t0")).isFocused();
        assertThat(page.locator("#t49999")).hasCount(0);
        assertThat(page.locator(".tok[role=option]").count()).isLessThan(5000);
        page.locator("#token-list").evaluate("list => { list.scrollTop = list.scrollHeight / 2; }");
        assertThat(page.locator(".tok[role=option]:text-is(' word25000')")).hasCount(1);
    }

    @Test
    void fiveThousandStepsAreDrawnAsAFewHundredPoints() throws Exception {
        new TestingRun("long", api, events, SERVICES);
        Timestamp now = Timestamp.from(Instant.EPOCH);
        context.getBean(JdbcTemplate.class)
                .batchUpdate(
                        "insert into step values ('long', 'train', ?, 1, ?, 1, 0, 0, ?)",
                        IntStream.rangeClosed(1, 5000)
                                .mapToObj(step -> new Object[] {step, "{\"reward/mean\": " + step % 10 + "}", now})
                                .toList());
        page.navigate("/runs/long");
        assertThat(page.locator("#chart-reward")).containsText("mean of 10 phases");
        assertThat(page.locator("#chart-reward [data-line='0'] [data-value]")).hasText("4.500");
        assertThat(api.get("/runs/long/curves").json().get(0).path("steps").size())
                .isEqualTo(500);
        assertThat(page.locator("#chart-reward canvas")).isVisible();
        api.post("/api/v1/runs/long/cancel");
    }

    @Test
    void theCaseStudyMarksBothHabitsBeforeAndNoneAfter() {
        page.navigate("/runs/pages/case-study");
        Locator before = page.locator(".pair > section").first();
        assertThat(before.locator("h2")).hasText("Before: no training step");
        assertThat(before.locator(".call .mark")).hasText("Missing print: this code prints nothing");
        assertThat(before.locator(".turn > .mark")).hasText("Early answer: given before the tool's result was read");
        assertThat(before.locator(".call pre.marked")).hasText("x = 4");
        Locator after = page.locator(".pair > section").nth(1);
        assertThat(after.locator("h2")).hasText("After: 2 training steps");
        assertThat(after).containsText("print(4)");
        assertThat(after.locator(".mark")).hasCount(0);
    }

    @Test
    void aFileIsCheckedAsItIsWritten() {
        page.navigate("/submit");
        Locator file = page.getByLabel("The run's file");
        Locator findings = page.locator("#findings");
        assertThat(findings).containsText("Can run as math-agent-1");
        file.fill("hone:\n  model: {path: m}\n  rollout:\n    num_repeet: 4\n");
        assertThat(findings).containsText("hone.rollout.num_repeet");
        assertThat(findings).containsText("num_repeat");
        findings.getByText("line 4").click();
        assertThat((String) file.evaluate("file => file.value.slice(file.selectionStart, file.selectionEnd)"))
                .isEqualTo("    num_repeet: 4");
        SERVICES.problems =
                List.of(new PreflightReport.Problem("hone.model.path", "has no weights " + TestingRun.EVIL));
        file.fill("hone:\n  experiment_name: typed\n  model: {path: m}\n");
        assertThat(findings).containsText("has no weights <img");
        SERVICES.problems = List.of();
        file.fill("hone:\n  experiment_name: typed\n  model: {path: n}\n");
        assertThat(findings).containsText("Can run as typed");
        page.getByText("Submit the run").click();
        assertThat(page).hasURL(Pattern.compile(".*/runs/typed"));
        page.getByText("Change and run again").click();
        assertThat(file).hasValue(Pattern.compile("hone:\n  model:\n    path: \"?.*/n\"?\n"));
    }

    @Test
    void runsAreComparedBySettingsAndCurves() throws Exception {
        String file = "hone: {experiment_name: other, seed: 7, model: {path: some/model},"
                + " trainer_common: {total_training_steps: 3}}";
        api.submit("/api/v1/runs", file);
        events.step(new RunId("other"), new Phase(Purpose.TRAIN, 1, 2, false), java.util.Map.of("reward/mean", 0.25));
        await().atMost(PATIENCE)
                .until(() ->
                        api.get("/api/v1/runs/other/steps").json().path("steps").size() == 1);
        page.navigate("/compare?run=pages&run=other");
        assertThat(page.locator("tr", new Page.LocatorOptions().setHasText("seed")))
                .containsText("7");
        assertThat(page.locator("#chart-train-reward-mean [data-value]")).hasText(new String[] {"0.600", "0.250"});
        assertThat(page.locator("#chart-train-reward-mean canvas")).isVisible();
    }

    @Test
    void whatAModelWritesIsTextAndNoMarkup() {
        for (String path : List.of("/runs/pages/case-study", "/runs/pages/episodes/train/1/0/0")) {
            page.navigate(path);
            assertThat(page.getByText("window.hacked=1").first()).isVisible();
            assertThat(page.locator("img")).hasCount(0);
        }
        assertThat(page.locator("#t4")).hasText(TestingRun.EVIL);
        assertThat(page.evaluate("() => window.hacked ?? null")).isNull();
        String policy = page.navigate("/runs/pages").allHeaders().get("content-security-policy");
        assertThat(policy).contains("script-src 'self'").doesNotContain("unsafe");
    }

    @Test
    void anotherSitesFormChangesNothing() throws Exception {
        assertThat(api.submit("/runs/pages/cancel", "", "Sec-Fetch-Site", "cross-site")
                        .status())
                .isEqualTo(403);
        assertThat(api.get("/api/v1/runs/pages").json().path("state").asString())
                .isEqualTo("running");
    }

    @ParameterizedTest
    @CsvSource({"1280, false", "1280, true", "390, false", "390, true"})
    void everyPageFitsAndCanBeUsedByAll(int width, boolean dark) {
        try (Page narrow = browser.page(width, dark)) {
            for (String path : List.of(
                    "/",
                    "/runs/pages",
                    "/runs/pages/episodes",
                    "/runs/pages/episodes/train/1/0/0",
                    "/runs/pages/case-study",
                    "/submit",
                    "/compare?run=pages&run=pages2",
                    "/runs/nobody")) {
                narrow.navigate(path);
                narrow.waitForLoadState(com.microsoft.playwright.options.LoadState.LOAD);
                assertThat((Integer) narrow.evaluate(
                                "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"))
                        .as("%s at %d pixels is so much too wide", path, width)
                        .isZero();
                if (dark == (width == 1280)) { // Every rule at both widths, and with both sets of colours.
                    assertThat(new AxeBuilder(narrow)
                                    .analyze().getViolations().stream().map(WebPageTests::words))
                            .as("%s at %d pixels, dark: %s", path, width, dark)
                            .isEmpty();
                }
            }
        }
    }

    private static String words(Rule rule) {
        return rule.getId() + ": " + rule.getHelp() + " at "
                + rule.getNodes().stream().map(node -> node.getHtml()).toList();
    }

    @Test
    void anAddressWithoutAPageIsAPageThatSaysSo() {
        page.navigate("/run/pages");
        assertThat(page.locator("h1")).hasText("Nothing there");
        assertThat(page.locator("main")).containsText("There is nothing at /run/pages.");
        page.getByText("To the runs").click();
        assertThat(page.locator("h1")).hasText("Runs");
    }

    @Test
    void whatCannotBeReadIsAPageThatSaysSo() {
        page.navigate("/runs/pages/episodes?step=first");
        assertThat(page.locator("main")).containsText("'first' does not fit step.");
    }

    @Test
    void theFirstStopOfTheKeyboardSkipsToTheContent() {
        page.navigate("/runs/pages");
        page.keyboard().press("Tab");
        assertThat(page.getByText("Skip to the content")).isFocused();
        assertThat(page.getByText("Skip to the content")).isInViewport();
        page.keyboard().press("Enter");
        assertThat(page).hasURL(Pattern.compile(".*#main"));
    }

    private static void openTokens(EpisodeKey key) {
        page.navigate("/runs/" + key.sampleId().replaceFirst("/", "/episodes/"));
        assertThat(page.locator("#tokens[data-ready=true]")).isVisible();
    }
}
