// Sends fetch through the proxy that HTTPS_PROXY names. Node.js does so itself from
// version 24 (and 22.21) with NODE_USE_ENV_PROXY=1. This does it for older ones, with
// the HTTP client that Node.js has built in.
import http from "node:http";
import tls from "node:tls";

if (!process.allowedNodeEnvironmentFlags.has("--use-env-proxy")) {
  await fetch("data:,"); // loads the client
  const symbol = Symbol.for("undici.globalDispatcher.1");
  const Agent = globalThis[symbol].constructor;
  const proxy = new URL(process.env.HTTPS_PROXY);
  const connect = ({ hostname }, done) => {
    http
      .request({ host: proxy.hostname, port: proxy.port, method: "CONNECT", path: `${hostname}:443` })
      .on("connect", (_, socket) => {
        const secure = tls.connect({ socket, servername: hostname }, () => done(null, secure)).on("error", done);
      })
      .on("error", done)
      .end();
  };
  globalThis[symbol] = new Agent({ connect });
}
