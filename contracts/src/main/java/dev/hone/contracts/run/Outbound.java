package dev.hone.contracts.run;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where a service may connect when a run names the address: an environment, a model, a tracker. A service that only
/// its own machine reaches may connect anywhere, because its user could too. One that others reach must not become
/// their way to what stands behind it: it connects to public addresses, and to those that its configuration names.
///
/// The name is resolved here and again by the connection; a JVM keeps what it resolved for 30 s
/// (`networkaddress.cache.ttl`), so that both are the same address. Whoever asks follows no redirects.
public final class Outbound {

    /// Environment variable with what may be reached beside public addresses: `HOST` or `HOST:PORT`, by commas; `*`
    /// is everything.
    public static final String ALLOWED = "HONE_OUTBOUND";

    /// Any address.
    public static final Outbound ANYWHERE = new Outbound(Set.of("*"));

    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private final Set<String> allowed;

    private Outbound(Set<String> allowed) {
        this.allowed = allowed;
    }

    /// @param bind the address that the service listens on; empty: all of the machine's
    /// @param allowed as [#ALLOWED] says
    public static Outbound of(String bind, String allowed) {
        Set<String> named = Stream.of(allowed.split(","))
                .map(one -> one.strip().toLowerCase(Locale.ROOT))
                .filter(one -> !one.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        return named.isEmpty() && onlyThisMachine(bind) ? ANYWHERE : new Outbound(named);
    }

    /// Whether who listens there is reached from its own machine alone.
    ///
    /// @param bind an address or a name; empty: all of the machine's
    public static boolean onlyThisMachine(String bind) {
        try {
            return !bind.isBlank()
                    && Arrays.stream(InetAddress.getAllByName(bind.strip())).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /// @param key of the configuration that names the address
    /// @throws InvalidConfigException if the service may not connect there
    public void require(String key, URI address) {
        String host = host(key, address);
        if (allowed.contains("*") || allowed.contains(host) || allowed.contains(host + ":" + port(address))) {
            return;
        }
        for (InetAddress found : resolved(host)) {
            if (!isPublic(found)) {
                throw new InvalidConfigException(
                        key,
                        "leads to " + host + " (" + found.getHostAddress() + "), which is no public address; name a"
                                + " server that is one, or have who runs Hone allow " + host + ":" + port(address)
                                + " in " + ALLOWED + ".");
            }
        }
    }

    private static String host(String key, URI address) {
        if (address.getHost() == null) {
            throw new InvalidConfigException(
                    key, "is '" + address + "', which names no host; give a server's address.");
        }
        String host = address.getHost().toLowerCase(Locale.ROOT);
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return "https".equals(address.getScheme()) ? HTTPS : HTTP;
    }

    /// Nothing where the name is not known: the connection says so itself.
    private static List<InetAddress> resolved(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    /// Whether the address is one of the internet's. By IANA's registries of special-purpose addresses: not this
    /// machine's, a link's, a private or a carrier's network's, nor one that stands for many or for none; of IPv6,
    /// global unicast (2000::/3) but what carries an IPv4 address in itself (6to4, Teredo).
    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        if (address instanceof Inet4Address) {
            return !(address.isLoopbackAddress()
                    || address.isLinkLocalAddress()
                    || address.isSiteLocalAddress()
                    || first == 0
                    || first >= 224
                    || first == 100 && second >= 64 && second < 128
                    || first == 192 && second == 0 && bytes[2] == 0
                    || first == 198 && (second == 18 || second == 19));
        }
        boolean tunnel =
                first == 0x20 && second == 0x02 || first == 0x20 && second == 0x01 && bytes[2] == 0 && bytes[3] == 0;
        return (first & 0xe0) == 0x20 && !tunnel;
    }
}
