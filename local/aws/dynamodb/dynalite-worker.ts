import { parentPort, workerData } from "node:worker_threads";
import type { DynaliteData, FromDynalite } from "./database";
import { embeddedDynamodb } from "./embedded";

// The embedded DynamoDB, in a thread of its own: where it throws, this process goes on.

const port = parentPort as NonNullable<typeof parentPort>;
const send = (message: FromDynalite) => port.postMessage(message);
const { folder, socket } = workerData as DynaliteData;
const server = embeddedDynamodb({ path: folder, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });

process.on("uncaughtException", ({ message }: Error) => send({ kind: "error", message }));

// Only the proxy calls, over connections that it keeps.
server.keepAliveTimeout = 0;
server.listen(socket, () => send({ kind: "listening" }));

port.once("message", () => {
  server.closeIdleConnections();
  server.close(() => {
    send({ kind: "closed" });
    process.exit();
  });
});
