package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Types that DJL does not know end the process; that is shown in processes of their own. Here they cannot get out of a
 * program but as {@link OpaqueArray}; that no code names the types is a rule of the architecture tests.
 */
class OpaqueArrayTests {
    private static final int BFLOAT16 = 15;

    /** What ends the process when asked of DJL. */
    enum Deadly {
        CREATE(array -> array.getManager().zeros(new Shape(2), DataType.BFLOAT16)),
        CONVERT(array -> array.getManager().ones(new Shape(2)).toType(DataType.BFLOAT16, false)),
        COPY_TO_DEVICE(array -> array.toDevice(Device.cpu(), true)),
        MAKE_LIKE(NDArray::zerosLike);

        private final UnaryOperator<NDArray> call;

        Deadly(UnaryOperator<NDArray> call) {
            this.call = call;
        }
    }

    /** The process that may end. */
    static final class Victim {
        public static void main(String[] arguments) {
            try (NDManager manager = TorchEngine.get().newBaseManager(Device.cpu());
                    TorchProgram program = program()) {
                OpaqueArray opaque = program.callOpaque(manager, "cast", manager.ones(new Shape(2)), BFLOAT16)
                        .getFirst();
                Objects.requireNonNull(Deadly.valueOf(arguments[0]).call.apply(opaque.array()));
            } catch (EngineException | IllegalArgumentException e) {
                // Survived.
            }
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource
    void theseEndTheProcess(Deadly deadly) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=/dev/null",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        deadly.name())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(134);
    }

    @Test
    void aResultOfAnUnknownTypeIsRefusedUnlessItStaysOpaque() {
        try (NDManager manager = TorchEngine.get().newBaseManager(Device.cpu());
                TorchProgram program = program()) {
            NDArray ones = manager.ones(new Shape(2));
            assertThatThrownBy(() -> program.call(manager, "cast", ones, BFLOAT16))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Failing.cast gives an array of a type that DJL does not know (bfloat16);"
                            + " take it with callOpaque, or cast it in the method.");
            assertThat(manager.getManagedArrays()).hasSize(1);

            OpaqueArray opaque =
                    program.callOpaque(manager, "cast", ones, BFLOAT16).getFirst();
            assertThat(opaque.shape()).containsExactly(2);
            assertThat(program.call(manager, "cast", opaque, 6)
                            .singletonOrThrow()
                            .toFloatArray())
                    .containsExactly(1, 1);
            assertThat(program.callOpaque(manager, "first", List.of(opaque))
                            .getFirst()
                            .shape())
                    .containsExactly(2);
            assertThatThrownBy(() -> program.call(manager, "multiply", opaque, ones))
                    .hasMessageStartingWith("Failing.multiply(unknown[2]@cpu(), float32[2]@cpu()) failed: ");
        }
    }

    private static TorchProgram program() {
        return TorchProgram.load(OpaqueArrayTests.class, "failing.py", "Failing", Device.cpu());
    }
}
