package dev.hone.worker.inside;

import dev.hone.contracts.EventCodec;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The JVM in the jail: loads a jar's class and answers calls, in frames as `inside.py` describes them. Arguments: the
/// guest's class, the jar, the code's class, what that is called.
public final class WorkerMain {

    private static final Path ENDPOINT = Path.of("/run/hone/endpoint");

    private final DataOutputStream answers;
    private final ConcurrentMap<Long, Thread> calls = new ConcurrentHashMap<>();

    private WorkerMain(DataOutputStream answers) {
        this.answers = answers;
    }

    public static void main(String[] arguments) throws Exception {
        WorkerMain worker = new WorkerMain(new DataOutputStream(new FileOutputStream(FileDescriptor.out)));
        System.setOut(System.err); // what the code prints must not get between the frames
        Guest<?> guest =
                (Guest<?>) Class.forName(arguments[0]).getDeclaredConstructor().newInstance();
        worker.serve(guest, Path.of(arguments[1]), arguments[2], arguments[3]);
        System.exit(0);
    }

    private <T> void serve(Guest<T> guest, Path jar, String className, String noun) throws IOException {
        Supplier<T> code;
        try {
            code = load(guest.type(), jar, className, noun);
        } catch (IllegalArgumentException e) {
            send(EventCodec.json().createObjectNode().put("unusable", e.getMessage()));
            return;
        }
        String baseUrl = Files.exists(ENDPOINT) ? Forwarder.start(UnixDomainSocketAddress.of(ENDPOINT)) : null;
        send(EventCodec.json().createObjectNode().put("ready", true));
        DataInputStream requests = new DataInputStream(new BufferedInputStream(System.in));
        try {
            while (true) {
                ObjectNode request = (ObjectNode) EventCodec.json().readTree(requests.readNBytes(requests.readInt()));
                if (request.has("cancel")) {
                    Thread thread = calls.get(request.get("cancel").asLong());
                    if (thread != null) {
                        thread.interrupt();
                    }
                    continue;
                }
                if (baseUrl != null) {
                    request.put("base_url", baseUrl);
                }
                long id = request.get("id").asLong();
                Thread thread = Thread.ofVirtual().name("call-" + id).unstarted(() -> answer(guest, code, id, request));
                calls.put(id, thread);
                thread.start();
            }
        } catch (EOFException e) {
            // The service has no more use for this worker.
        }
    }

    private <T> void answer(Guest<T> guest, Supplier<T> code, long id, JsonNode request) {
        ObjectNode answer = EventCodec.json().createObjectNode().put("id", id);
        try {
            answer.set("value", guest.call(code, request));
        } catch (Exception | LinkageError | StackOverflowError e) {
            e.printStackTrace();
            answer.put("raised", e.toString()).put("kind", guest.kind(e));
        }
        calls.remove(id);
        send(answer);
    }

    private void send(ObjectNode message) {
        byte[] bytes = EventCodec.json().writeValueAsBytes(message);
        synchronized (answers) {
            try {
                answers.writeInt(bytes.length);
                answers.write(bytes);
                answers.flush();
            } catch (IOException e) {
                System.exit(1); // nobody listens any more
            }
        }
    }

    private static <T> Supplier<T> load(Class<T> type, Path jar, String className, String noun) throws IOException {
        String file = jar.getFileName().toString();
        ClassLoader loader =
                new URLClassLoader(file, new URL[] {jar.toUri().toURL()}, WorkerMain.class.getClassLoader());
        try {
            Constructor<? extends T> constructor =
                    Class.forName(className, true, loader).asSubclass(type).getConstructor();
            return () -> {
                Thread.currentThread().setContextClassLoader(loader);
                try {
                    return constructor.newInstance();
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(
                            className + " cannot be made: " + (e.getCause() == null ? e : e.getCause()), e);
                }
            };
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(file + " has no class " + className + "; correct the name.", e);
        } catch (ClassCastException e) {
            throw new IllegalArgumentException(
                    className + " in " + file + " is no " + noun + "; let it implement " + type.getName() + ".", e);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(
                    className + " in " + file + " has no public constructor without parameters; give it one.", e);
        } catch (LinkageError e) {
            throw new IllegalArgumentException(
                    className + " in " + file + " cannot be loaded (" + e
                            + "); put what it needs into the jar, and compile it for this Java.",
                    e);
        }
    }
}
