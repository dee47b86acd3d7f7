package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TorchProgramExceptionTests {
    private final TorchProgram program =
            TorchProgram.load(TorchProgramExceptionTests.class, "failing.py", "Failing", Device.cpu());
    private final NDManager manager = TorchEngine.get().newBaseManager(Device.cpu());

    @AfterEach
    void close() {
        manager.close();
        program.close();
    }

    @Test
    void namesTheMethodWhatItWasGivenAndTheReason() {
        assertThatThrownBy(() -> program.call(manager, "multiply", ones(2, 3), ones(4, 5)))
                .isExactlyInstanceOf(TorchProgramException.class)
                .hasMessage("Failing.multiply(float32[2, 3]@cpu(), float32[4, 5]@cpu()) failed:"
                        + " mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)")
                .hasCauseInstanceOf(EngineException.class);
    }

    @Test
    void namesThemWhereGradientsAreKept() {
        NDArray weight = ones(2, 3);
        weight.setRequiresGradient(true);
        assertThatThrownBy(() -> program.callWithAutograd(manager, "weighted", List.of(weight), List.of(ones(4, 5))))
                .isExactlyInstanceOf(TorchProgramException.class)
                .hasMessage("Failing.weighted(1 arrays of 6 elements, 1 arrays of 20 elements) failed:"
                        + " mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)");
        assertThat(manager.getManagedArrays()).as("the failed call's own").hasSize(2);
    }

    @Test
    void namesAMethodThatIsNotThere() {
        assertThatThrownBy(() -> program.call(manager, "divide", 3L))
                .hasMessage("Failing.divide(3) failed: Method 'divide' is not defined.");
    }

    @Test
    void tellsMissingMemoryFromOtherFailures() {
        assertThatThrownBy(() -> program.call(manager, "allocate", ones(1), 1L << 46))
                .isInstanceOf(OutOfMemoryException.class)
                .hasMessageStartingWith("Failing.allocate(float32[1]@cpu(), 70368744177664) ran out of memory: ")
                .hasMessageContaining("you tried to allocate 281474976710656 bytes");
        assertThat(program.call(manager, "allocate", ones(1), 8L)
                        .singletonOrThrow()
                        .size())
                .isEqualTo(8);
    }

    @Test
    void knowsHowAGpuSaysThatItsMemoryIsFull() {
        EngineException full = new EngineException("""
            The following operation failed in the TorchScript interpreter.
            Traceback of TorchScript (most recent call last):
              File "code/__torch__.py", line 10, in score
            RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.25 GiB.
            """);
        EngineException cublas =
                new EngineException("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate");
        EngineException other = new EngineException("""
            Traceback of TorchScript (most recent call last):
                # out of memory is not what happened here
            RuntimeError: CUDA error: device-side assert triggered
            Compile with `TORCH_USE_CUDA_DSA` to enable device-side assertions.
            """);
        assertThat(TorchProgramException.of("Policy.score", full))
                .isInstanceOf(OutOfMemoryException.class)
                .hasMessage("Policy.score ran out of memory: CUDA out of memory."
                        + " Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.25 GiB.");
        assertThat(TorchProgramException.of("Policy.score", cublas)).isInstanceOf(OutOfMemoryException.class);
        assertThat(TorchProgramException.of("Policy.score", other))
                .isExactlyInstanceOf(TorchProgramException.class)
                .hasMessage("Policy.score failed: CUDA error: device-side assert triggered");
    }

    private NDArray ones(long... shape) {
        return manager.ones(new Shape(shape));
    }
}
