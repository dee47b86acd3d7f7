package dev.hone.task.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.hone.contracts.run.Outbound;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HubDownloadTests {

    private static final String TRAIN = "main/train-00000-of-00001.jsonl";
    private static final String ROWS = "{\"question\": \"1+1?\", \"answer\": \"#### 2\"}\n".repeat(3000);
    private static final String CARD = "# Sums — small ones\n";

    private TestingHub hub;

    @TempDir
    private Path folder;

    private final List<HubDownload.Progress> progress = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        hub = new TestingHub().file("README.md", CARD).file(TRAIN, ROWS);
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void fetchesEveryFileOfEveryPage() throws Exception {
        HubDownload.Result result = download("");
        assertThat(result.revision()).isEqualTo(TestingHub.COMMIT);
        assertThat(result.files()).containsExactly("README.md", TRAIN);
        assertThat(folder.resolve("README.md")).hasContent(CARD);
        assertThat(folder.resolve(TRAIN)).hasContent(ROWS);
        assertThat(filesBelow()).hasSize(2);
        assertThat(progress.getLast().bytes())
                .isEqualTo(progress.getLast().totalBytes())
                .isEqualTo(result.bytes());
    }

    @Test
    void fetchesNothingThatIsThereAndRight() throws Exception {
        download("");
        Files.writeString(folder.resolve("README.md"), CARD.replace("small", "large"));
        hub.requests.clear();
        download("");
        assertThat(contentRequests())
                .extracting(TestingHub.Request::path)
                .containsExactly("/datasets/lab/sums/resolve/" + TestingHub.COMMIT + "/README.md");
        assertThat(folder.resolve("README.md")).hasContent(CARD);
    }

    @Test
    void goesOnWhereTheConnectionWasCut() throws Exception {
        hub.cutOnceAfter(0).file("README.md", CARD);
        download("");
        hub.requests.clear();
        Files.delete(folder.resolve(TRAIN));
        hub.cutOnceAfter(50_000);
        download("");
        assertThat(folder.resolve(TRAIN)).hasContent(ROWS);
        assertThat(contentRequests()).extracting(TestingHub.Request::range).containsExactly("null", "bytes=50000-");
    }

    @Test
    void goesOnInALaterProcess() throws Exception {
        hub.cutOnceAfter(50_000);
        hub.file("README.md", "");
        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> new HubConnection(hub.address(), "", Duration.ofSeconds(10), Duration.ZERO)
                        .retrying(1, () -> {
                            HubConnection once =
                                    new HubConnection(hub.address(), "", Duration.ofSeconds(10), Duration.ZERO);
                            HubFile file = once.files(TestingHub.DATASET, TestingHub.COMMIT)
                                    .getLast();
                            Files.createDirectories(folder.resolve("main"));
                            Path part = folder.resolve(TRAIN + "." + file.shortId() + ".part");
                            once.fetch(TestingHub.DATASET, TestingHub.COMMIT, file, part, bytes -> {});
                            return part;
                        }));
        assertThat(folder.resolve(TRAIN)).doesNotExist();
        hub.requests.clear();
        download("");
        assertThat(folder.resolve(TRAIN)).hasContent(ROWS);
        assertThat(contentRequests()).extracting(TestingHub.Request::range).contains("bytes=50000-");
    }

    @Test
    void refusesAWrongSizeAndLeavesNoFileThatLooksWhole() {
        hub.listTooManyBytes(7);
        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> download(""))
                .withMessageContaining("README.md ended after 22 of 29 bytes");
        assertThat(folder.resolve("README.md")).doesNotExist();
    }

    @Test
    void refusesAnUnfinishedFileWithOtherBytesAndFetchesItAnew() throws Exception {
        download("");
        Files.delete(folder.resolve(TRAIN));
        HubFile file = new HubConnection(hub.address(), "", Duration.ofSeconds(10), Duration.ZERO)
                .files(TestingHub.DATASET, TestingHub.COMMIT)
                .getLast();
        Files.writeString(folder.resolve(TRAIN + "." + file.shortId() + ".part"), "x".repeat(50_000));
        download("");
        assertThat(folder.resolve(TRAIN)).hasContent(ROWS);
        assertThat(filesBelow()).hasSize(2);
    }

    @Test
    void saysThatATokenIsNeeded() throws Exception {
        hub.requireToken("secret");
        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> download(""))
                .withMessageContaining("refuses dataset 'lab/sums' (401)")
                .withMessageContaining("Set HF_TOKEN");
        assertThat(hub.requests).hasSize(1); // trying again would not help
        assertThat(download("secret").files()).hasSize(2);
    }

    @Test
    void followsARedirectToAnotherHostWithoutTheToken() throws Exception {
        try (TestingHub storage = new TestingHub().file("README.md", CARD).file(TRAIN, ROWS)) {
            hub.requireToken("secret").storeAt(storage.address());
            download("secret");
            assertThat(folder.resolve(TRAIN)).hasContent(ROWS);
            assertThat(storage.requests)
                    .hasSize(2)
                    .extracting(TestingHub.Request::token)
                    .containsOnly("null");
        }
    }

    @Test
    void triesAgainWhenTheHubIsBusyButNotForEver() throws Exception {
        hub.failFirst(3);
        assertThat(download("").files()).hasSize(2);
        hub.failFirst(100);
        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> download(""))
                .withMessageContaining("503");
    }

    @Test
    void refusesNamesThatLeadOutOfTheFolder() {
        for (String name : List.of("../evil.txt", "a/../../evil.txt", "/etc/evil", "a\\..\\evil", "a//evil")) {
            hub.file(name, "evil");
            assertThatExceptionOfType(HubException.class)
                    .as(name)
                    .isThrownBy(() -> download(""))
                    .withMessageContaining("leads out of the folder");
        }
        assertThat(folder.resolveSibling("evil.txt")).doesNotExist();
    }

    @Test
    void refusesToWriteThroughALink(@TempDir Path elsewhere) throws IOException {
        Files.createSymbolicLink(folder.resolve("main"), elsewhere);
        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> download(""))
                .withMessageContaining("behind a link");
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void unknownDatasetSaysWhatToCorrect() {
        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> client("").download("lab/other", "main", folder))
                .withMessageContaining("correct the dataset's name ('lab/other')");
    }

    @Test
    void commandShowsTheFirstRowsOfWhatItFetched() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        DownloadDataset command = new DownloadDataset(
                Map.of("HF_ENDPOINT", hub.address() + "/"),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(messages, true, StandardCharsets.UTF_8));
        assertThat(command.run(List.of("--target=lab/sums", "--path", folder.toString())))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(6).contains("{question=1+1?, answer=#### 2}");
        out.reset();
        assertThat(command.run(List.of("--target=lab/sums", "--path=" + folder, "--json")))
                .isZero();
        JsonNode result = JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
        assertThat(result.path("target").asString()).isEqualTo("lab/sums");
        assertThat(result.path("folder").asString()).isEqualTo(folder.toString());
        assertThat(result.path("files").valueStream().map(JsonNode::asString))
                .isNotEmpty()
                .allSatisfy(file -> assertThat(folder.resolve(file)).exists());
        assertThat(command.run(List.of("--target=lab/other", "--path=" + folder)))
                .isEqualTo(1);
        assertThat(messages.toString(StandardCharsets.UTF_8)).contains("Not found");
        assertThat(command.run(List.of("--target=lab/sums"))).isEqualTo(2);
        assertThat(command.run(List.of("--target=../..", "--path=" + folder))).isEqualTo(1);
    }

    @Test
    void whatWasFetchedCanBeTrainedOn() throws Exception {
        hub.file("main/test-00000-of-00001.jsonl", ROWS);
        download("");
        Dataset dataset =
                new DatasetReader(Outbound.ANYWHERE).read(TestingConfigs.folder(folder, "main", "train", "test"));
        assertThat(dataset.training()).hasSize(3000);
    }

    private HubDownload client(String token) {
        URI address = hub.address();
        return new HubDownload(new HubConnection(address, token, Duration.ofSeconds(10), Duration.ZERO), progress::add);
    }

    private HubDownload.Result download(String token) throws InterruptedException {
        return client(token).download(TestingHub.DATASET, "main", folder);
    }

    private List<TestingHub.Request> contentRequests() {
        return hub.requests.stream().filter(r -> r.path().contains("/resolve/")).toList();
    }

    private List<Path> filesBelow() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }
}
