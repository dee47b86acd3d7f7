package dev.hone.judge.verifier;

import dev.hone.contracts.run.InvalidConfigException;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;

/// Finds judges by the names that a run's configuration uses: shipped ones, or classes on the class path.
@Component
public class JudgeCatalog {

    /// The shipped composition: `math_answer` leads, whatever else has a weight follows.
    public static final String MATH_AGENT = "math_agent";

    /// Judges of the AgentJet tutorial, as its YAML names them. Both stand for the shipped rule-based composition: the
    /// first
    /// compares strings there, the second asks a language model only; here both compare numbers.
    private static final Map<String, String> ALIASES = Map.of(
            "tutorial.example_math_agent.math_answer_as_judge->MathAnswerAsJudge", MATH_AGENT,
            "tutorial.example_math_agent.math_answer_as_judge->MathAnswerAndLlmAsJudge", MATH_AGENT);

    private static final Map<String, Judge> SHIPPED = Map.of(
            MathAnswer.NAME, new MathAnswer(),
            Format.NAME, new Format(),
            ToolDiscipline.NAME, new ToolDiscipline(),
            EnvEvaluate.NAME, new EnvEvaluate());

    /// Name of the judge that decides whether the task was solved under this `judge_protocol`.
    public String lead(String protocol) {
        String name = ALIASES.getOrDefault(protocol, protocol);
        return name.equals(MATH_AGENT) ? MathAnswer.NAME : name;
    }

    /// Whether the name is one of the judges that come with Hone.
    public boolean shipped(String name) {
        return SHIPPED.containsKey(name);
    }

    /// The judge of that name.
    ///
    /// @param key where the configuration names it, for the message
    /// @throws InvalidConfigException if there is none
    public Judge judge(String key, String name) {
        Judge shipped = SHIPPED.get(name);
        return shipped == null ? fromClassPath(key, name) : shipped;
    }

    private static Judge fromClassPath(String key, String name) {
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
                    "names the judge '" + name + "', which is neither shipped nor on the class path; choose "
                            + MATH_AGENT + " or one of " + names() + ", or put the class's jar on the class path.");
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new InvalidConfigException(
                    key,
                    "names the judge class " + name + ", which cannot be created (" + e
                            + "); it needs a public constructor without parameters that does not throw.");
        }
    }

    private static String names() {
        return SHIPPED.keySet().stream().sorted().collect(Collectors.joining(", "));
    }
}
