package dev.hone.task.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.task.Task;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tasks that a service lists, over HTTP.
class EnvironmentTasksTests {

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger busyAnswers = new AtomicInteger();
    private final List<String> tasks = new ArrayList<>();
    private HttpServer server;
    private Outbound outbound = Outbound.ANYWHERE;
    private String redirect = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/env/v1/tasks", this::list);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /// At most 300 a page, whatever is asked for.
    private void list(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        asked.add(query);
        int offset = Integer.parseInt(query.replaceAll(".*offset=(\\d+).*", "$1"));
        if (!redirect.isEmpty() && !exchange.getRequestURI().getPath().endsWith("/moved")) {
            exchange.getResponseHeaders().add("Location", redirect);
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
            return;
        }
        boolean busy = busyAnswers.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        int status = busy ? 503 : query.contains("split=none") ? 404 : 200;
        String page = tasks.stream().skip(offset).limit(300).collect(Collectors.joining(","));
        byte[] body = (status == 200 ? "{\"tasks\": [" + page + "]}" : "{\"detail\": \"no such split\"}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void readsPageByPageWithoutReferenceAnswers() {
        for (int i = 0; i < 700; i++) {
            tasks.add("{\"task_id\": \"t%d\", \"query\": \"What is %d?\", \"metadata\": {\"level\": %d, \"tags\": [1]}}"
                    .formatted(i, i, i % 2));
        }
        busyAnswers.set(1);
        Dataset dataset = read("train", "");
        assertThat(dataset.training()).hasSize(700);
        Task task = dataset.training().get(699);
        assertThat(task.taskId()).isEqualTo("train-699");
        assertThat(task.query()).isEqualTo("What is 699?");
        assertThat(task.metadata())
                .isEqualTo(Map.of("level", "1", "tags", "[1]", "query", "What is 699?", "env_task_id", "t699"));
        assertThat(asked).last().asString().isEqualTo("env_type=word problems&split=train&offset=700&limit=500");
        assertThat(read("train", "filter: {level: {equals: 1}}, max_training_tasks: 5")
                        .training())
                .extracting(Task::query)
                .containsExactly("What is 1?", "What is 3?", "What is 5?", "What is 7?", "What is 9?");
    }

    @Test
    void saysWhatIsWrongWithTheService() {
        fails("none")
                .withMessageContaining("split=none")
                .withMessageContaining("it answered 404 {\"detail\": \"no such split\"}");
        fails("train").withMessageContaining("has no rows in http://127.0.0.1");
        tasks.add("{\"task_id\": \"a\", \"query\": \"?\"}");
        tasks.add("{\"task_id\": \"a\", \"query\": \"?\"}");
        fails("train").withMessageContaining("task 1 has the task_id 'a' of an earlier one");
        tasks.set(0, "{\"query\": \"?\"}");
        fails("train").withMessageContaining("task 0 has no task_id");
        tasks.set(0, "{\"task_id\": \"b\"}");
        fails("train").withMessageContaining("('b') (row 0 of the split) has no query");
        tasks.set(0, "nonsense");
        fails("train").withMessageContaining("answered no JSON");
        server.stop(0);
        fails("train").withMessageContaining("ConnectException").withMessageContaining("see that the service runs");
    }

    @Test
    void aServiceThatOthersReachDoesNotAskWhatIsBehindIt() {
        outbound = Outbound.of("0.0.0.0", "");
        fails("train").withMessageContaining("hone.task_reader.env_service.env_url leads to 127.0.0.1");
        assertThat(asked).isEmpty();
    }

    @Test
    void aRedirectIsNotFollowed() {
        server.createContext("/env/v1/tasks/moved", this::list);
        redirect = "/env/v1/tasks/moved?offset=0";
        fails("train").withMessageContaining("it answered 302");
        assertThat(asked).hasSize(1);
    }

    private ThrowableAssertAlternative<DatasetException> fails(String split) {
        return assertThatExceptionOfType(DatasetException.class)
                .isThrownBy(() -> read(split, ""))
                .satisfies(e -> assertThat(e.key()).startsWith("hone.task_reader."));
    }

    private Dataset read(String split, String more) {
        RunConfig config = TestingConfigs.read("""
            hone:
              task_reader: {type: env_service, %s
                env_service: {env_type: word problems, env_url: "http://127.0.0.1:%d/env/", training_split: %s}}
              trainer_common: {val_before_train: false, val_after_train: false}
            """.formatted(
                        more.isEmpty() ? "" : more + ",", server.getAddress().getPort(), split));
        return new DatasetReader(outbound).read(config);
    }
}
