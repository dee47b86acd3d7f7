package dev.hone.judge.verifier;

import dev.hone.contracts.judge.JudgeList;
import dev.hone.contracts.run.EditDistance;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.RunConfigReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;

/// Finds judges by the names that a run's configuration uses: shipped ones, classes on the class path, or files.
@Component
public class JudgeCatalog {

    /// The shipped composition: `math_answer` leads, whatever else has a weight follows.
    public static final String MATH_AGENT = "math_agent";

    /// The same, except that `math_answer` asks a language model where the rule is unsure.
    public static final String MATH_AGENT_LLM = "math_agent_llm";

    /// Name of the judge that leads [#MATH_AGENT_LLM]; in weights and verdicts it stands as `math_answer`.
    public static final String MATH_ANSWER_AND_LLM = "math_answer_and_llm";

    /// Judges of the AgentJet tutorial, as its YAML names them. The first compares strings there, the second asks a
    /// language model only; here both begin with the rule that compares numbers.
    private static final Map<String, String> ALIASES = Map.of(
            "tutorial.example_math_agent.math_answer_as_judge->MathAnswerAsJudge", MATH_AGENT,
            "tutorial.example_math_agent.math_answer_as_judge->MathAnswerAndLlmAsJudge", MATH_AGENT_LLM);

    private static final Map<String, String> LEADS =
            Map.of(MATH_AGENT, MathAnswer.NAME, MATH_AGENT_LLM, MATH_ANSWER_AND_LLM);

    private final Map<String, Judge> shipped = new HashMap<>(Map.of(
            MathAnswer.NAME, new MathAnswer(),
            Format.NAME, new Format(),
            ToolDiscipline.NAME, new ToolDiscipline(),
            EnvEvaluate.NAME, new EnvEvaluate()));

    private final JudgeFiles files;

    /// @param others shipped judges that need more than an episode, by name
    /// @param files judges in files
    public JudgeCatalog(Map<String, Judge> others, JudgeFiles files) {
        shipped.putAll(others);
        this.files = files;
    }

    /// Name under which the judge that decides whether the task was solved has its weight and its part of the reward.
    public String lead(String protocol) {
        String leader = leader(protocol);
        return leader.equals(MATH_ANSWER_AND_LLM) ? MathAnswer.NAME : leader;
    }

    /// The judge that decides whether the task was solved.
    ///
    /// @param key where the configuration names the protocol, for the message
    /// @throws InvalidConfigException if there is none
    public Judge leading(String key, String protocol) {
        return judge(key, leader(protocol));
    }

    private static String leader(String protocol) {
        String name = ALIASES.getOrDefault(protocol, protocol);
        return LEADS.getOrDefault(name, name);
    }

    /// What a run can name, beside judges in files and on the class path.
    public JudgeList list() {
        List<JudgeList.Protocol> protocols = LEADS.keySet().stream()
                .sorted()
                .map(name -> new JudgeList.Protocol(name, lead(name), aliases(name)))
                .toList();
        List<JudgeList.Judge> judges = shipped.entrySet().stream()
                .filter(judge -> !judge.getKey().equals(MATH_ANSWER_AND_LLM)) // Named through its protocol.
                .sorted(Map.Entry.comparingByKey())
                .map(judge ->
                        new JudgeList.Judge(judge.getKey(), judge.getValue().description()))
                .toList();
        return new JudgeList(protocols, judges, RunConfigReader.defaults().taskJudge());
    }

    private static List<String> aliases(String protocol) {
        return ALIASES.entrySet().stream()
                .filter(alias -> alias.getValue().equals(protocol))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /// Whether the name is one of the judges that come with Hone.
    public boolean shipped(String name) {
        return shipped.containsKey(name);
    }

    /// The judge of that name.
    ///
    /// @param key where the configuration names it, for the message
    /// @throws InvalidConfigException if there is none
    public Judge judge(String key, String name) {
        Judge known = shipped.get(name);
        return known == null ? files.find(key, name).orElseGet(() -> fromClassPath(key, name)) : known;
    }

    private Judge fromClassPath(String key, String name) {
        try {
            Class<?> type = Class.forName(name, false, ClassUtils.getDefaultClassLoader());
            if (!Judge.class.isAssignableFrom(type)) {
                throw new InvalidConfigException(
                        key, "names " + name + ", which does not implement " + Judge.class.getName() + ".");
            }
            return (Judge) type.getConstructor().newInstance();
        } catch (ClassNotFoundException e) {
            throw new InvalidConfigException(
                    key,
                    "names the judge '" + name + "', which is neither shipped nor on the class path"
                            + nearest(name)
                                    .map(near -> ". Did you mean '" + near + "'? Choose ")
                                    .orElse("; choose ")
                            + MATH_AGENT + ", " + MATH_AGENT_LLM + " or one of " + names()
                            + ", or put the class's jar on the class path.");
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new InvalidConfigException(
                    key,
                    "names the judge class " + name + ", which cannot be created (" + e
                            + "); it needs a public constructor without parameters that does not throw.");
        }
    }

    private Optional<String> nearest(String name) {
        return EditDistance.nearest(
                name,
                Stream.of(shipped.keySet(), LEADS.keySet(), ALIASES.keySet())
                        .flatMap(Set::stream)
                        .sorted()
                        .toList());
    }

    private String names() {
        return shipped.keySet().stream().sorted().collect(Collectors.joining(", "));
    }
}
