package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import picocli.CommandLine;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the editors' run configurations in the repository start is there, and takes the arguments that they give.
class LaunchConfigurationTests {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @Test
    void vsCodeStartsTheDebugMode() throws Exception {
        JsonNode launch = JsonMapper.builder()
                .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                .build()
                .readTree(Files.readString(ROOT.resolve(".vscode/launch.json")));
        Map<String, String> inputs = new HashMap<>();
        launch.path("inputs")
                .forEach(input -> inputs.put(
                        "${input:" + input.path("id").asString() + "}",
                        input.path("default").asString()));
        assertThat(launch.path("configurations").size()).isEqualTo(2);
        for (JsonNode configuration : launch.path("configurations")) {
            assertThat(configuration.path("type").asString()).isEqualTo("java");
            assertThat(configuration.path("request").asString()).isEqualTo("launch");
            assertThat(configuration.path("cwd").asString()).isEqualTo("${workspaceFolder}");
            String arguments = configuration.path("args").asString();
            for (Map.Entry<String, String> input : inputs.entrySet()) {
                arguments = arguments.replace(input.getKey(), input.getValue());
            }
            starts(
                    configuration.path("mainClass").asString(),
                    configuration.path("projectName").asString(),
                    configuration.path("vmArgs").asString(),
                    arguments);
        }
    }

    @Test
    void intelliJStartsTheDebugMode() throws Exception {
        Document file = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(ROOT.resolve(".run/Debug episodes.run.xml").toFile());
        Element configuration =
                (Element) file.getElementsByTagName("configuration").item(0);
        assertThat(configuration.getAttribute("type")).isEqualTo("Application");
        Map<String, String> options = new HashMap<>();
        NodeList all = configuration.getElementsByTagName("option");
        for (int i = 0; i < all.getLength(); i++) {
            Element option = (Element) all.item(i);
            options.put(option.getAttribute("name"), option.getAttribute("value"));
        }
        assertThat(options).containsEntry("WORKING_DIRECTORY", "$PROJECT_DIR$");
        Element module = (Element) configuration.getElementsByTagName("module").item(0);
        starts(
                options.get("MAIN_CLASS_NAME"),
                module.getAttribute("name"),
                options.get("VM_PARAMETERS"),
                options.get("PROGRAM_PARAMETERS"));
    }

    private static void starts(String mainClass, String module, String vmOptions, String arguments)
            throws IOException, InterruptedException {
        assertThat(mainClass).isEqualTo(Main.class.getName());
        assertThat(ROOT.resolve(module).resolve("src/main/java/" + mainClass.replace('.', '/') + ".java"))
                .exists();
        List<String> java = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        java.addAll(List.of(vmOptions.split(" ")));
        java.add("-version");
        assertThat(new ProcessBuilder(java).start().waitFor()).as(vmOptions).isZero();
        List<String> words = Arrays.asList(arguments.split(" "));
        assertThat(words).startsWith("train", "--backbone", "debug");
        assertThat(arguments).as("every input has a value").doesNotContain("${");
        new CommandLine(new TrainCommand(Platforms::started))
                .parseArgs(words.subList(1, words.size()).toArray(String[]::new));
        assertThat(ROOT.resolve(words.get(words.indexOf("--conf") + 1))).exists();
    }
}
