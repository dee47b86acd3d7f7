package dev.hone.learner.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.learner.golden.GoldenCase.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The golden values are what TRL's and verl's code computes on the same arrays, in float64.
class LossCheckTests {
    @TempDir
    private Path folder;

    @TestFactory
    List<DynamicTest> everyCaseAgreesWithTheOtherImplementations() throws Exception {
        return LossCheck.check(golden()).stream()
                .map(one -> DynamicTest.dynamicTest(
                        one.name(),
                        () -> assertThat(one.outcome())
                                .as(one.toString())
                                .isEqualTo(one.name().endsWith("_INFO") ? Outcome.NOT_COMPARED : Outcome.PASSED)))
                .toList();
    }

    @Test
    void everyKnownCaseIsComparedInBothPrecisions() throws Exception {
        List<GoldenCase> cases = LossCheck.check(golden());
        // 8 advantages, 5 of equal groups, 15 losses, 6 edge cases with 2 micro-batches, the importance weights; the
        // mask
        assertThat(with(Outcome.PASSED, cases)).hasSize(2 * (8 + 5 + 15 + 6 + 2 + 1) + 1);
        assertThat(with(Outcome.NOT_COMPARED, cases))
                .extracting(GoldenCase::name)
                .containsExactly("advantages/reinforce_pp_verl_literal_INFO");
        assertThat(cases).hasSize(76);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/losses/grpo/loss",
                "/losses/gspo_wide_clip/dloss_dlogp_new/0/0",
                "/losses/rloo_reinforce/dloss_dlogp_new/0/0",
                "/advantages/dr_grpo_singleton_zero/values/0",
                "/advantages/reinforce_pp_token_whiten/values/0/0",
                "/edge_cases/dapo_two_microbatches/correct_total",
                "/edge_cases/dapo_two_microbatches/per_micro_batch/0/sum",
                "/tis_weights_token/values/0/0"
            })
    void aValueThatIsOffByOneInATenThousandFails(String pointer) throws Exception {
        List<GoldenCase> cases = LossCheck.check(changed(root -> {
            int slash = pointer.lastIndexOf('/');
            JsonNode parent = root.at(pointer.substring(0, slash));
            String last = pointer.substring(slash + 1);
            double value = root.at(pointer).asDouble() * 1.0001;
            if (parent instanceof ArrayNode array) {
                array.set(Integer.parseInt(last), value);
            } else {
                ((ObjectNode) parent).put(last, value);
            }
        }));
        assertThat(with(Outcome.FAILED, cases)).hasSize(2).allSatisfy(one -> {
            assertThat(pointer)
                    .startsWith("/" + one.name().substring(0, one.name().indexOf(' ')));
            assertThat(one.error()).isBetween(one.tolerance(), 2e-4);
        });
    }

    @Test
    void takesParametersFromTheFile() throws Exception {
        List<GoldenCase> cases =
                LossCheck.check(changed(root -> ((ObjectNode) root.at("/losses/dapo/params")).put("clip_high", 0.5)));
        assertThat(with(Outcome.FAILED, cases))
                .extracting(GoldenCase::name)
                .containsExactlyInAnyOrder(
                        "losses/dapo (float64)",
                        "losses/dapo (float32)",
                        "edge_cases/dapo_two_microbatches (float64)",
                        "edge_cases/dapo_two_microbatches (float32)",
                        "edge_cases/dapo_two_microbatches/per_micro_batch/1 (float64)",
                        "edge_cases/dapo_two_microbatches/per_micro_batch/1 (float32)");
    }

    @Test
    void namesWhatItDoesNotKnow() throws Exception {
        List<GoldenCase> cases = LossCheck.check(changed(root -> {
            ObjectNode losses = (ObjectNode) root.path("losses");
            JsonNode grpo = losses.remove("grpo");
            losses.set("ppo_with_a_critic", grpo);
            ((ObjectNode) losses.at("/dapo/params")).put("entropy", 0.1);
            ((ObjectNode) root).remove("tis_weights_token");
            ((ObjectNode) root).putObject("values_of_states");
            ((ObjectNode) root).putArray("edge_cases");
        }));
        assertThat(with(Outcome.UNKNOWN, cases))
                .extracting(one -> one.name() + " " + one.problem())
                .containsExactlyInAnyOrder(
                        "losses/ppo_with_a_critic is a case that is not known here",
                        "losses/dapo has a parameter that is not known here: entropy",
                        "values_of_states is a case that is not known here",
                        "edge_cases is a case that is not known here");
        assertThat(with(Outcome.FAILED, cases)).isEmpty();
    }

    /// Other files have other caps and bounds, and say so in the names.
    @Test
    void takesFromANameTheAlgorithmOnly() throws Exception {
        List<GoldenCase> cases = LossCheck.check(changed(root -> {
            ObjectNode losses = (ObjectNode) root.path("losses");
            losses.set("cispo_upper_only_max_five", losses.remove("cispo_upper_only_max5"));
            losses.set("gspo_narrow", losses.remove("gspo_paper_clip"));
            losses.set("grpo_tis_sequence_cap2", losses.remove("grpo_tis_sequence"));
            ObjectNode advantages = (ObjectNode) root.path("advantages");
            advantages.set("grpo_std_eps0.0001_singleton_zero", advantages.remove("grpo_std_eps1e-4_singleton_zero"));
            ObjectNode wrong =
                    advantages.path("grpo_std_eps1e-6_verl").deepCopy().asObject();
            advantages.set("grpo_std_eps1e-3_verl", wrong);
        }));
        assertThat(with(Outcome.UNKNOWN, cases)).isEmpty();
        assertThat(with(Outcome.FAILED, cases))
                .extracting(GoldenCase::name)
                .containsExactly(
                        "advantages/grpo_std_eps1e-3_verl (float64)", "advantages/grpo_std_eps1e-3_verl (float32)");
    }

    /// On policy and without KL a group's terms cancel, and what is left of the loss is rounding: 0 here.
    @Test
    void aLossWhoseTermsCancelIsToldRelativeToThese() throws Exception {
        Consumer<JsonNode> cancelled = root -> {
            ObjectNode given = (ObjectNode) root.at("/edge_cases/on_policy_grpo");
            ((ObjectNode) given.path("params")).put("beta", 0.0);
            JsonNode mask = root.at("/inputs/mask");
            ArrayNode gradient = given.putArray("dloss_dlogp_new");
            for (int row = 0; row < mask.size(); row++) {
                double tokens = mask.path(row)
                        .valueStream()
                        .mapToDouble(JsonNode::asDouble)
                        .sum();
                double advantage = given.path("advantages").path(row).asDouble();
                ArrayNode values = gradient.addArray();
                for (JsonNode one : mask.path(row)) {
                    values.add(-one.asDouble() * advantage / tokens / mask.size());
                }
            }
        };
        assertThat(with(
                        Outcome.FAILED,
                        LossCheck.check(changed(cancelled.andThen(
                                root -> ((ObjectNode) root.at("/edge_cases/on_policy_grpo")).put("loss", 3e-17))))))
                .isEmpty();
        assertThat(with(
                        Outcome.FAILED,
                        LossCheck.check(changed(cancelled.andThen(
                                root -> ((ObjectNode) root.at("/edge_cases/on_policy_grpo")).put("loss", 1e-6))))))
                .hasSize(2);
    }

    @Test
    void notANumberIsNoAgreement() throws Exception {
        List<GoldenCase> cases = LossCheck.check(
                changed(root -> ((ObjectNode) root.at("/losses/dapo")).put("loss", Double.NaN), "\"NaN\"", "NaN"));
        assertThat(with(Outcome.FAILED, cases))
                .extracting(GoldenCase::name)
                .containsExactly("losses/dapo (float64)", "losses/dapo (float32)");
    }

    @Test
    void aCaseWithoutItsValuesFailsWithWhatIsMissing() throws Exception {
        List<GoldenCase> cases = LossCheck.check(
                changed(root -> ((ObjectNode) root.at("/losses/cispo_two_sided")).remove("dloss_dlogp_new")));
        assertThat(with(Outcome.FAILED, cases)).hasSize(2).allSatisfy(one -> {
            assertThat(one.name()).startsWith("losses/cispo_two_sided");
            assertThat(one.problem()).isEqualTo("\"dloss_dlogp_new\" is missing.");
        });
    }

    @Test
    void refusesAFileThatIsNone() throws Exception {
        Path file = Files.writeString(folder.resolve("other.json"), "{\"losses\": {}}");
        assertThatThrownBy(() -> LossCheck.check(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no \"inputs\"");
    }

    private static List<GoldenCase> with(Outcome outcome, List<GoldenCase> cases) {
        return cases.stream().filter(one -> one.outcome() == outcome).toList();
    }

    private Path changed(Consumer<JsonNode> change) throws Exception {
        return changed(change, "", "");
    }

    private Path changed(Consumer<JsonNode> change, String text, String other) throws Exception {
        JsonNode root = JsonMapper.shared().readTree(Files.readString(golden()));
        change.accept(root);
        return Files.writeString(folder.resolve("changed.json"), root.toString().replace(text, other));
    }

    private static Path golden() throws Exception {
        return Path.of(Objects.requireNonNull(LossCheckTests.class.getResource("/golden/losses.json"))
                .toURI());
    }
}
