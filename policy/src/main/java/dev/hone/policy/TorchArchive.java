package dev.hone.policy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the zip that PyTorch loads as a TorchScript module: stored (uncompressed) entries under one top folder, the
 * source as it is, and the pickle of a module object whose only state is {@code training = False}.
 */
final class TorchArchive {
    private static final String FOLDER = "program/";
    private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

    private TorchArchive() {}

    static void write(Path archive, String className, byte[] source) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            put(zip, "data.pkl", module(className));
            put(zip, "code/__torch__.py", source);
            put(zip, "constants.pkl", EMPTY_TUPLE);
            put(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Pickle, protocol 2: object of class {@code __torch__.NAME}, built with the state {training: False}. */
    private static byte[] module(String className) {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(new byte[] {(byte) 0x80, 2}); // PROTO 2
        pickle.writeBytes(("c__torch__\n" + className + "\n").getBytes(StandardCharsets.US_ASCII)); // GLOBAL
        pickle.writeBytes(new byte[] {'q', 0, ')', (byte) 0x81}); // BINPUT 0, EMPTY_TUPLE, NEWOBJ
        pickle.writeBytes(new byte[] {'}', '(', 'X', 8, 0, 0, 0}); // EMPTY_DICT, MARK, BINUNICODE of 8 bytes
        pickle.writeBytes("training".getBytes(StandardCharsets.US_ASCII));
        pickle.writeBytes(new byte[] {'q', 1, (byte) 0x89, 'u', 'b', '.'}); // BINPUT 1, NEWFALSE, SETITEMS, BUILD, STOP
        return pickle.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(FOLDER + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
