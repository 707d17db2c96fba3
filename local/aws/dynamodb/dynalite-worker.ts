import { parentPort, workerData } from "node:worker_threads";
import type { DynaliteData, FromDynalite, ToDynalite } from "./database";
import { embeddedDatabase } from "./embedded";

// Runs the embedded DynamoDB in its own thread: if it throws, this process continues.

const port = parentPort as NonNullable<typeof parentPort>;
const send = (message: FromDynalite) => port.postMessage(message);
const { folder } = workerData as DynaliteData;
const database = embeddedDatabase({ path: folder, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });

process.on("uncaughtException", ({ message }: Error) => send({ kind: "error", message }));

port.on("message", async (message: ToDynalite) => {
  if (message.kind === "close") return await database.close().finally(() => process.exit());
  const { id, call } = message;
  send({ kind: "reply", id, reply: await database.answer(call).catch(() => undefined) });
});
