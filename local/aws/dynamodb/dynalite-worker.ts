import type { AddressInfo } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import dynalite from "dynalite";
import type { FromDynalite } from "./tables";

// The embedded DynamoDB, in a thread of its own: where it throws, this process goes on.

const port = parentPort as NonNullable<typeof parentPort>;
const send = (message: FromDynalite) => port.postMessage(message);
const server = dynalite({ path: workerData as string, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });

process.on("uncaughtException", ({ message }: Error) => send({ kind: "error", message }));

// Only the proxy calls, over connections that it keeps.
server.keepAliveTimeout = 0;
server.listen(0, "127.0.0.1", () => send({ kind: "listening", port: (server.address() as AddressInfo).port }));

port.once("message", () => {
  server.closeIdleConnections();
  server.close(() => {
    send({ kind: "closed" });
    process.exit();
  });
});
