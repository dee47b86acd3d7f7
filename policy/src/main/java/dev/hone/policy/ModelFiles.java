package dev.hone.policy;

import dev.hone.contracts.run.LoraConfig;
import dev.hone.policy.safetensors.StoredType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A directory as Hugging Face lays it out, file by file, before it is anywhere: what {@link Policy#exportState} wrote
 * becomes a model without being loaded.
 *
 * @param entries sorted by name
 */
public record ModelFiles(List<Entry> entries) {

    public ModelFiles {
        entries = entries.stream().sorted(Comparator.comparing(Entry::name)).toList();
    }

    /** A file of the directory. */
    public sealed interface Entry {
        String name();

        /** Bytes that lie on the disk. */
        record OnDisk(String name, Path file) implements Entry {}

        /** Bytes that are made. */
        record Made(String name, byte[] content) implements Entry {}
    }

    /** The model in a directory: configuration, weights, and what belongs to them; nothing else that lies there. */
    public static ModelFiles in(Path directory) {
        List<Entry> entries = listed(directory, ModelExport.COMPANIONS);
        entries.addAll(listed(directory, ModelExport.WEIGHTS));
        entries.add(new Entry.OnDisk(ModelExport.CONFIG, directory.resolve(ModelExport.CONFIG)));
        return new ModelFiles(entries);
    }

    /**
     * A model with other weights.
     *
     * @param source the directory that it came from
     * @param state all its weights as float32, as {@link Policy#exportState} writes them
     */
    public static ModelFiles of(Path source, Path state) throws IOException {
        List<Entry> entries = listed(source, ModelExport.COMPANIONS);
        entries.add(new Entry.Made(
                ModelExport.CONFIG,
                ModelExport.configuration(source.resolve(ModelExport.CONFIG), Set.of(StoredType.F32))));
        entries.add(new Entry.OnDisk(ModelExport.SINGLE, state));
        return new ModelFiles(entries);
    }

    /**
     * Adapters as PEFT lays them out.
     *
     * @param base directory of the model that they were trained on
     * @param state as {@link Policy#exportState} writes it beside adapters
     */
    public static ModelFiles adapters(Path base, LoraConfig lora, Path state) {
        return new ModelFiles(List.of(
                new Entry.Made(AdapterDirectory.CONFIG, AdapterDirectory.config(base, lora)),
                new Entry.OnDisk(AdapterDirectory.WEIGHTS, state)));
    }

    /** Adapters that lie in a directory as PEFT lays it out. */
    public static ModelFiles adaptersIn(Path directory) {
        return new ModelFiles(List.of(
                new Entry.OnDisk(AdapterDirectory.CONFIG, directory.resolve(AdapterDirectory.CONFIG)),
                new Entry.OnDisk(AdapterDirectory.WEIGHTS, directory.resolve(AdapterDirectory.WEIGHTS))));
    }

    private static List<Entry> listed(Path directory, String glob) {
        List<Entry> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
            for (Path file : files) {
                if (Files.isRegularFile(file)) {
                    found.add(new Entry.OnDisk(file.getFileName().toString(), file));
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + directory, e);
        }
    }
}
