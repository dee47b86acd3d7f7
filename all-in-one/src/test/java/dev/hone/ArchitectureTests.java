package dev.hone;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.hone.policy.Policy;
import dev.hone.policy.TorchEngine;
import dev.hone.policy.TorchProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Rules between modules; within a service Spring Modulith checks.
class ArchitectureTests {

    private static final List<String> SERVICES = List.of("task", "rollout", "sandbox", "judge", "learner", "gateway");

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.hone");

    private static final DescribedPredicate<JavaMethodCall> SLEEPS = DescribedPredicate.describe(
            "sleeps",
            call -> call.getName().equals("sleep")
                    && (call.getTargetOwner().isEquivalentTo(Thread.class)
                            || call.getTargetOwner().isEquivalentTo(TimeUnit.class)));

    /// Never called; the check has to find each line of it.
    private static final class Sleeper {
        static void sleep(long length) throws InterruptedException {
            Thread.sleep(length);
            Thread.sleep(length, 1);
            Thread.sleep(Duration.ofMillis(length));
            TimeUnit.SECONDS.sleep(length);
        }
    }

    /// The types that DJL's native side knows. With any other it ends the process.
    private static final Set<String> KNOWN_TYPES =
            Set.of("FLOAT32", "FLOAT64", "FLOAT16", "UINT8", "INT8", "INT32", "INT64", "BOOLEAN");

    private static final DescribedPredicate<JavaAccess<?>> NAMES_A_DEADLY_TYPE = DescribedPredicate.describe(
            "name an array type that DJL's native side does not know",
            access -> access.getTargetOwner().isEquivalentTo(DataType.class)
                    && (access instanceof JavaFieldAccess
                            ? !KNOWN_TYPES.contains(access.getName())
                            : Set.of("valueOf", "values", "fromNumpy", "fromSafetensors")
                                    .contains(access.getName())));

    /// Never called; the check has to find each line of it but the first.
    private static final class Deadly {
        static Object[] types(String name) {
            return new Object[] {
                DataType.FLOAT32,
                DataType.BFLOAT16,
                DataType.UNKNOWN,
                DataType.valueOf(name),
                DataType.fromSafetensors(name)
            };
        }
    }

    /// Classes and test classes of every module that is built.
    private static final JavaClasses CODE_AND_TESTS = new ClassFileImporter().importPaths(built());

    private static List<Path> built() {
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            return modules.flatMap(module ->
                            Stream.of(module.resolve("target/classes"), module.resolve("target/test-classes")))
                    .filter(Files::isDirectory)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void noPackageIsADrawerForEverything() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..helper..", "..common..", "..shared..")
                .because("a newcomer finds things by what they do; name the package after that")
                .check(CODE);
    }

    @Test
    void servicesTalkOverTopicsAndRestOnly() {
        for (String service : SERVICES) {
            String[] others = SERVICES.stream()
                    .filter(other -> !other.equals(service))
                    .map(other -> "dev.hone." + other + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("dev.hone." + service + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .because("no service reaches into another; put what both need into contracts")
                    .check(CODE);
        }
    }

    @Test
    void contractsKnowNoFramework() {
        noClasses()
                .that()
                .resideInAPackage("dev.hone.contracts..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "jakarta..", "ai.djl..", "org.apache.kafka..")
                .because("contracts are the language of the services and outlive their frameworks")
                .check(CODE);
    }

    @Test
    void thePolicyKnowsNoSpring() {
        noClasses()
                .that()
                .resideInAPackage("dev.hone.policy..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "jakarta.persistence..")
                .because("the model is a library that runs without a container")
                .check(CODE);
    }

    @Test
    void workersKnowContractsAlone() {
        noClasses()
                .that()
                .resideInAPackage("dev.hone.worker..")
                .should()
                .dependOnClassesThat(resideOutsideOfPackages(
                        "dev.hone.worker..",
                        "dev.hone.contracts..",
                        "java..",
                        "tools.jackson..",
                        "org.slf4j..",
                        "org.jspecify.."))
                .because("what confines people's code stays small enough to be read, and serves any service")
                .check(CODE);
    }

    @Test
    void whatRunsInAJailKnowsNothingOfWhatConfinesIt() {
        noClasses()
                .that()
                .resideInAPackage("dev.hone.worker.inside..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.hone.worker")
                .because("the two talk through frames, and trust each other in one direction only")
                .check(CODE);
    }

    @Test
    void tensorsStayInPolicyAndLearner() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.hone.policy..", "dev.hone.learner..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .because("native memory has two owners; everybody else sees Java arrays")
                .check(CODE);
    }

    @Test
    void noArrayIsMadeOfATypeThatEndsTheProcess() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(TorchProgram.class)
                .should()
                .accessTargetWhere(NAMES_A_DEADLY_TYPE)
                .because("DJL's native side ends the process; cast in a program and take the result with callOpaque")
                .check(CODE);
    }

    @Test
    void everyWayToNameADeadlyTypeIsFound() {
        assertThat(new ClassFileImporter()
                        .importClasses(Deadly.class).get(Deadly.class).getAccessesFromSelf().stream()
                                .filter(NAMES_A_DEADLY_TYPE))
                .hasSize(4);
    }

    @Test
    void nativeCallsGoThroughOneDoor() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(TorchProgram.class, TorchEngine.class, Policy.class)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl.pytorch.jni..")
                .because("TorchProgram checks what goes in and comes out, and names what fails")
                .check(CODE);
    }

    @Test
    void fieldsAreNotInjected() {
        fields().should()
                .notBeAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
                .because("constructor injection shows what a class needs")
                .check(CODE);
    }

    @Test
    void nothingSleepsNeitherInProductionNorInTests() {
        noClasses()
                .that()
                .areNotAssignableTo(Sleeper.class)
                .should()
                .callMethodWhere(SLEEPS)
                .because("wait for what is awaited: a latch, a condition, a future with a deadline")
                .check(CODE_AND_TESTS);
    }

    @Test
    void everyWayToSleepIsFound() {
        assertThat(new ClassFileImporter()
                        .importClasses(Sleeper.class).get(Sleeper.class).getMethodCallsFromSelf().stream()
                                .filter(SLEEPS))
                .hasSize(4);
    }

    @Test
    void servicesDoNotPrint() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.hone.cli.Console")
                .should()
                .accessField(System.class, "out")
                .because("services log; only the console prints")
                .check(CODE);
    }

    @Test
    void entitiesStayInTheirService() {
        classes()
                .that()
                .areAnnotatedWith("jakarta.persistence.Entity")
                .should()
                .resideInAnyPackage(SERVICES.stream()
                        .map(service -> "dev.hone." + service + "..")
                        .toArray(String[]::new))
                .because("no service reads another's tables")
                .check(CODE);
    }

    @Test
    void modulesHaveNoCycles() {
        slices().matching("dev.hone.(*)..").should().beFreeOfCycles().check(CODE);
    }
}
