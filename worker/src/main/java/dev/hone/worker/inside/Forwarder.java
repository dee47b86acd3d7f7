package dev.hone.worker.inside;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/// 127.0.0.1 in the jail, the endpoint's socket outside of it: any client that knows a base URL can use it.
final class Forwarder {

    private Forwarder() {}

    /// Listens.
    ///
    /// @return the base URL
    static String start(UnixDomainSocketAddress endpoint) {
        try {
            ServerSocket server = new ServerSocket(0, 128, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
            Thread.ofVirtual().name("forwarder").start(() -> accept(server, endpoint));
            return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
        } catch (IOException e) {
            throw new UncheckedIOException("Nothing can listen in the jail", e);
        }
    }

    private static void accept(ServerSocket server, UnixDomainSocketAddress endpoint) {
        try {
            while (true) {
                Socket here = server.accept();
                Thread.ofVirtual().name("forward").start(() -> forward(here, endpoint));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Nothing listens in the jail any more", e);
        }
    }

    private static void forward(Socket here, UnixDomainSocketAddress endpoint) {
        try (here;
                SocketChannel there = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            there.connect(endpoint);
            Thread back = Thread.ofVirtual().start(() -> pump(Channels.newInputStream(there), here));
            here.getInputStream().transferTo(Channels.newOutputStream(there));
            there.shutdownOutput();
            back.join();
        } catch (IOException e) {
            // The client sees the end of its connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pump(InputStream answer, Socket here) {
        try (OutputStream out = here.getOutputStream()) {
            answer.transferTo(out);
        } catch (IOException e) {
            // The client has gone.
        }
    }
}
