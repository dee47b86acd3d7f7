package dev.hone.contracts.run;

import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Refuses files with secrets in their addresses: what a run's file says is stored, sent on and shown. The message has
/// the key, never the value.
final class LiteralSecrets {

    /// A name or a password before the host, or a parameter that is called like a secret.
    private static final Pattern IN_ADDRESS = Pattern.compile(
            "(?i)[a-z][a-z0-9+.-]*:/+[^/?#\\s]*@|:/+\\S*[?&#][a-z0-9_.-]*(key|token|secret|password|passwd|signature|sig)=");

    private LiteralSecrets() {}

    /// @param path of the node, as messages name it
    /// @throws InvalidConfigException if any text below has a secret in an address
    static void refuse(String path, JsonNode node) {
        if (node.isString()) {
            refuse(path, node.asString());
        }
        for (int index = 0; node.isArray() && index < node.size(); index++) {
            refuse(path + "[" + index + "]", node.get(index));
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            refuse(path, entry.getKey());
            refuse(path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue());
        }
    }

    private static void refuse(String path, String text) {
        if (IN_ADDRESS.matcher(text).find()) {
            throw new InvalidConfigException(
                    path.isEmpty() ? "The file" : path,
                    "has an address with a name, a password or a key in it, which would be stored and shown; give the"
                            + " address alone, and name the variable or file that holds the key, as api_key_env,"
                            + " api_key_file and token_env do.");
        }
    }
}
