package dev.hone.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.context.aot.AotApplicationContextInitializer;
import org.springframework.core.SpringProperties;
import org.springframework.javapoet.ClassName;
import org.springframework.util.ClassUtils;

/// The services' bean definitions as compiled code, worked out once a build by Spring's ahead-of-time processing
/// instead of at every start from annotations, conditions and class files. A start takes them if they are on the class
/// path and nobody configures Spring by environment variables: what conditions decide was decided when the code was
/// made.
public final class PreparedContexts {

    /// What Spring asks whether to take prepared code.
    private static final String ENABLED = "spring.aot.enabled";

    private static final List<String> SPRINGS_OWN = List.of("SPRING_", "MANAGEMENT_", "SPRINGDOC_");

    private PreparedContexts() {}

    /// Has the services of this process start from prepared code, where there is any that holds. A process with only
    /// some of the services starts other contexts as well, which have none: it goes without.
    static void chooseIn(Map<String, String> environment, Set<Service> services) {
        boolean present = Stream.of(Service.values())
                .allMatch(
                        service -> ClassUtils.isPresent(initializer(service), PreparedContexts.class.getClassLoader()));
        boolean asPrepared = environment.keySet().stream()
                .noneMatch(name -> SPRINGS_OWN.stream().anyMatch(name::startsWith));
        boolean whole = services.containsAll(Set.of(Service.values()));
        SpringProperties.setProperty(ENABLED, Boolean.toString(present && asPrepared && whole));
    }

    static void use(Service service, SpringApplicationBuilder builder) {
        if (SpringProperties.getFlag(ENABLED)) {
            builder.main(service.application())
                    .initializers(AotApplicationContextInitializer.forInitializerClasses(initializer(service)));
        }
    }

    private static String initializer(Service service) {
        return service.application().getName() + "__" + prefix(service) + "ApplicationContextInitializer";
    }

    /// Tells apart what is generated for a class that several services use.
    private static String prefix(Service service) {
        return service.application().getSimpleName().replace("Application", "");
    }

    /// Makes the code, with the settings that a platform gives its services, and compiles it.
    ///
    /// @param jar written whole or not at all
    /// @param folder for sources and classes, the caller's to delete
    /// @throws IllegalStateException if a service cannot be prepared or its code does not compile
    public static void write(Path jar, Path folder) {
        Path classes = folder.resolve("classes");
        for (Service service : Service.values()) {
            AbstractAotProcessor.Settings settings = AbstractAotProcessor.Settings.builder()
                    .sourceOutput(folder.resolve(service.module()))
                    .resourceOutput(folder.resolve("resources"))
                    .classOutput(classes)
                    .groupId("dev.hone")
                    .artifactId(service.module())
                    .build();
            new Processor(service, settings, Platform.arguments(Platform.settingsToPrepare(service, folder))).process();
        }
        try {
            compile(sources(folder), classes);
            Path unfinished = jar.resolveSibling(jar.getFileName() + ".new");
            pack(classes, unfinished);
            Files.move(unfinished, jar, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One source for each class: services share what is generated for the context of the Kafka binder.
    private static List<Path> sources(Path folder) throws IOException {
        Map<Path, Path> sources = new HashMap<>();
        for (Service service : Service.values()) {
            Path root = folder.resolve(service.module());
            for (Path source : files(root)) {
                Path other = sources.putIfAbsent(root.relativize(source), source);
                if (other != null && Files.mismatch(other, source) != -1) {
                    throw new IllegalStateException(other + " and " + source + " are one class and differ.");
                }
            }
        }
        return List.copyOf(sources.values());
    }

    private static void compile(List<Path> sources, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Files.createDirectories(classes);
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "-nowarn", "-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
            boolean compiled = compiler.getTask(
                            null, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
            if (!compiled) {
                throw new IllegalStateException("Generated code does not compile: see above.");
            }
        }
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file)) {
            for (Path one : files(classes)) {
                entries.putNextEntry(new JarEntry(classes.relativize(one).toString()));
                Files.copy(one, entries);
            }
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static final class Processor extends SpringApplicationAotProcessor {

        private final Service service;

        Processor(Service service, Settings settings, String[] arguments) {
            super(service.application(), settings, arguments);
            this.service = service;
        }

        @Override
        protected ClassNameGenerator createClassNameGenerator() {
            return new ClassNameGenerator(ClassName.get(service.application()), prefix(service));
        }
    }
}
