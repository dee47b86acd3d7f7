package dev.hone.contracts.run;

import java.net.URI;

/// Where a run's curve is told beside the gateway's own API and Prometheus. Meaning and defaults: `run-defaults.yaml`.
public record TrackersConfig(TensorBoardConfig tensorboard, MlflowConfig mlflow) {

    /// Nowhere else.
    public static final TrackersConfig NONE =
            new TrackersConfig(new TensorBoardConfig(""), new MlflowConfig("", "", ""));

    /// The same with TensorBoard's files elsewhere.
    public TrackersConfig withLogDir(String logDir) {
        return new TrackersConfig(new TensorBoardConfig(logDir), mlflow);
    }

    /// @param logDir a folder of the gateway's, in which each run has one of its own with event files; empty: none
    public record TensorBoardConfig(String logDir) {

        /// Whether event files are wanted.
        public boolean active() {
            return !logDir.isEmpty();
        }
    }

    /// @param trackingUri address of an MLflow server; empty: none
    /// @param experimentName the experiment that the run belongs to; empty: the project's name
    /// @param tokenEnv environment variable of the gateway that holds a bearer token; empty: none
    public record MlflowConfig(String trackingUri, String experimentName, String tokenEnv) {

        private static final String KEY = "hone.trackers.mlflow.";

        /// So that a run cannot send any secret of the gateway's environment to a server of its choice.
        private static final String TOKEN_VARIABLE = "[A-Z][A-Z0-9_]*_TOKEN";

        public MlflowConfig {
            if (!trackingUri.isEmpty() && !isServer(trackingUri)) {
                throw new InvalidConfigException(
                        KEY + "tracking_uri",
                        "is '" + trackingUri + "'; it must be an MLflow server's address, such as"
                                + " http://127.0.0.1:5000, without a name or password in it.");
            }
            if (!tokenEnv.isEmpty() && !tokenEnv.matches(TOKEN_VARIABLE)) {
                throw new InvalidConfigException(
                        KEY + "token_env",
                        "must name an environment variable of the gateway that ends in _TOKEN, for example"
                                + " MLFLOW_TRACKING_TOKEN; the token itself does not belong into a run's file.");
            }
        }

        /// Whether there is a server.
        public boolean active() {
            return !trackingUri.isEmpty();
        }

        private static boolean isServer(String address) {
            try {
                URI uri = URI.create(address);
                return uri.getHost() != null
                        && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                        && uri.getUserInfo() == null;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }
}
