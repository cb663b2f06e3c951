#include "services/auth_gateway/config.hpp"

namespace fairline::auth_gateway {

Config Config::Read(config::Environment& env) {
  Config config;
  config.host = rpc::HostConfig::Read(env);
  config.http_listen = env.Text("FAIRLINE_HTTP_LISTEN", "host:port of REST and the web page");
  config.web_dir = env.Text("FAIRLINE_WEB_DIR", "folder of the built web page; empty for none", "");
  config.trusted_proxies =
      env.Text("FAIRLINE_TRUSTED_PROXIES",
               "networks (10.0.0.0/8, ::1) whose X-Forwarded-For and Forwarded are believed", "");
  config.tls_certificate_file = env.Text(
      "FAIRLINE_TLS_CERTIFICATE_FILE", "PEM of the certificate and its chain; empty for HTTP", "");
  config.tls_key_file = env.Text("FAIRLINE_TLS_KEY_FILE", "PEM of the certificate's key", "");
  const auto address = [&](const char* name, const char* service) {
    return env.Text(name, std::string("host:port of gRPC of ") + service);
  };
  config.ingest_address = address("FAIRLINE_INGEST_ADDRESS", "ingest");
  config.preprocessing_address = address("FAIRLINE_PREPROCESSING_ADDRESS", "preprocessing");
  config.training_address = address("FAIRLINE_TRAINING_ADDRESS", "training");
  config.model_registry_address = address("FAIRLINE_MODEL_REGISTRY_ADDRESS", "model_registry");
  config.prediction_address = address("FAIRLINE_PREDICTION_ADDRESS", "prediction");
  config.accounts_address = address("FAIRLINE_ACCOUNTS_ADDRESS", "accounts");
  config.pipeline_address = address("FAIRLINE_PIPELINE_ADDRESS", "pipeline");
  return config;
}

}  // namespace fairline::auth_gateway
