package dev.hone.rollout.generation;

import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Which server to ask for a request's tokens, and which next.
///
/// Rendezvous hashing: each server has a score for the request's key, and the highest is asked first. The key is that
/// of a timeline, so that its turns meet the keys and values of the turns before; and when a server goes away, only
/// what was its own moves. One that could not be reached is asked last for a while.
final class Generators {

    /// A server that could not be reached is asked last for so long.
    static final Duration AWAY = Duration.ofSeconds(10);

    private final List<URI> servers;
    private final ConcurrentMap<URI, Long> awaySince = new ConcurrentHashMap<>();

    Generators(List<URI> servers) {
        this.servers = List.copyOf(servers);
    }

    /// All servers, in the order in which to ask them.
    List<URI> inOrder(long key) {
        return servers.stream()
                .sorted(Comparator.comparing(this::away)
                        .thenComparing(Comparator.comparingLong((URI server) -> score(key, server))
                                .reversed()))
                .toList();
    }

    /// The server could not be reached.
    void lost(URI server) {
        awaySince.put(server, System.nanoTime());
    }

    /// The server answered.
    void reached(URI server) {
        awaySince.remove(server);
    }

    private boolean away(URI server) {
        Long since = awaySince.get(server);
        return since != null && System.nanoTime() - since < AWAY.toNanos();
    }

    /// MurmurHash3's finaliser over key and address.
    private static long score(long key, URI server) {
        long mixed = key ^ (server.toString().hashCode() * 0x9E3779B97F4A7C15L);
        mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ (mixed >>> 33);
    }
}
