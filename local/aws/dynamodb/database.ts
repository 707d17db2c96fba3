import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dynamodb } from "../../../adapters/aws/client";
import { startWorker } from "../worker-thread";

export type FromDynalite =
  | { readonly kind: "listening" }
  | { readonly kind: "closed" }
  | { readonly kind: "error"; readonly message: string };

/** What the thread of the embedded DynamoDB is started with. */
export interface DynaliteData {
  /** Of the database's files. */
  readonly folder: string;
  /** Where it listens: a socket's file or a named pipe. */
  readonly socket: string;
}

/** The data folder's database cannot be used. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
}

export interface DatabaseCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface DatabaseReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The embedded DynamoDB. It checks no signature and has no address: a call reaches it through this alone. */
export interface Database {
  send(call: DatabaseCall): Promise<DatabaseReply>;
  close(): Promise<void>;
}

const CALL_TIMEOUT_MS = 30_000;

/**
 * Starts the embedded DynamoDB on the data in `folder`. Throws DatabaseError.
 * @param onError called with what it threw later on
 */
export async function openDatabase(folder: string, onError: (message: string) => void): Promise<Database> {
  mkdirSync(folder, { recursive: true });
  const place = socketPlace();
  const { send, close: disconnect } = databaseAt({ socketPath: place.socket });
  const worker = startWorker(join(__dirname, "dynalite-worker"), {
    workerData: { folder, socket: place.socket } satisfies DynaliteData,
  });
  const close = async () => {
    disconnect();
    await worker.terminate();
    place.remove();
  };
  let opened = false;
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (message: string) =>
        reject(
          new DatabaseError(`The database in ${folder} cannot be opened: another process uses it, or its files are damaged (${message}).`),
        );
      worker.on("error", (error) => (opened ? onError(error.message) : fail(error.message)));
      worker.on("message", (message: FromDynalite) => {
        if (message.kind === "error") opened ? onError(message.message) : fail(message.message);
        // The first call opens the files: only then is it known whether another process holds them.
        if (message.kind === "listening") send(listTables).then(() => resolve(), reject);
      });
    });
  } catch (error) {
    await close();
    throw error;
  }
  opened = true;
  return {
    send,
    async close() {
      const exited = once(worker, "exit");
      disconnect();
      worker.postMessage("close");
      await exited;
      await close();
    },
  };
}

/**
 * Out of reach for web pages, which can call any port, and for other users. Not in the data folder: a socket's path
 * may have about a hundred characters.
 */
function socketPlace(): { readonly socket: string; remove(): void } {
  if (process.platform === "win32") return { socket: `\\\\.\\pipe\\gatehouse-${randomUUID()}`, remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-"));
  return { socket: join(folder, "db"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const listTables: DatabaseCall = {
  method: "POST",
  path: "/",
  headers: {
    "content-type": dynamodb.contentType,
    "x-amz-target": `${dynamodb.target}.ListTables`,
    "x-amz-date": "20260101T000000Z",
    authorization: "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
  },
  body: Buffer.from("{}"),
};

/** Headers of one connection, and those that would let pages of other origins read an answer. */
const notHandedOn = /^(connection|host|keep-alive|origin|transfer-encoding|access-control-.*)$/;

function handedOn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !notHandedOn.test(name)));
}

type Place = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** An embedded DynamoDB that listens there, over connections that are kept. */
export function databaseAt(place: Place): Pick<Database, "send"> & { close(): void } {
  const agent = new Agent({ keepAlive: true });
  return { send: (call) => sendTo(place, agent, call), close: () => agent.destroy() };
}

function sendTo(place: Place, agent: Agent, { method, path, headers, body }: DatabaseCall): Promise<DatabaseReply> {
  return new Promise((resolve, reject) => {
    const given = { ...handedOn(headers), "content-length": body.length };
    const outgoing = request({ ...place, path, method, agent, timeout: CALL_TIMEOUT_MS, headers: given }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () =>
        resolve({ status: incoming.statusCode ?? 500, headers: handedOn(incoming.headers), body: Buffer.concat(chunks) }),
      );
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error("The database does not answer.")));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
