import { once } from "node:events";
import { mkdirSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { dynamodb } from "../../../adapters/aws/client";
import { startWorker } from "../worker-thread";
import type { DirectCall, DirectReply } from "./direct-answer";

export type FromDynalite =
  /** Undefined if the connection broke off. */
  | { readonly kind: "reply"; readonly id: number; readonly reply: DirectReply | undefined }
  | { readonly kind: "error"; readonly message: string };

export type ToDynalite = { readonly kind: "call"; readonly id: number; readonly call: DirectCall } | { readonly kind: "close" };

export interface DynaliteData {
  readonly folder: string;
}

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

/** The embedded DynamoDB. It checks no signature and has no address: calls reach it only through this interface. */
export interface Database {
  send(call: DatabaseCall): Promise<DatabaseReply>;
  close(): Promise<void>;
}

const CALL_TIMEOUT_MS = 30_000;

/**
 * Starts the embedded DynamoDB on the data in `folder`. Throws DatabaseError.
 * @param onError receives the message of each later error
 */
export async function openDatabase(folder: string, onError: (message: string) => void): Promise<Database> {
  mkdirSync(folder, { recursive: true });
  const worker = startWorker(join(__dirname, "dynalite-worker"), { workerData: { folder } satisfies DynaliteData });
  const calls = new Calls((message) => worker.postMessage(message));
  let opened = false;
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (message: string) =>
        reject(
          new DatabaseError(`The database in ${folder} cannot be opened: another process uses it, or its files are damaged (${message}).`),
        );
      worker.on("error", (error) => (opened ? onError(error.message) : fail(error.message)));
      worker.on("exit", () => calls.breakOff());
      worker.on("message", (message: FromDynalite) => {
        if (message.kind === "reply") return calls.settle(message.id, message.reply);
        opened ? onError(message.message) : fail(message.message);
      });
      // Only the first call opens the files, and so shows if another process holds them.
      calls.send(listTables).then(() => resolve(), reject);
    });
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  opened = true;
  return {
    send: (call) => calls.send(call),
    async close() {
      const exited = once(worker, "exit");
      worker.postMessage({ kind: "close" } satisfies ToDynalite);
      await exited;
    },
  };
}

interface Pending {
  readonly resolve: (reply: DatabaseReply) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

class Calls {
  private readonly pending = new Map<number, Pending>();
  private count = 0;

  constructor(private readonly post: (message: ToDynalite) => void) {}

  send({ method, path, headers, body }: DatabaseCall): Promise<DatabaseReply> {
    const id = ++this.count;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.end(id)?.reject(new Error("The database does not answer.")), CALL_TIMEOUT_MS);
      this.pending.set(id, { resolve, reject, timer });
      this.post({ kind: "call", id, call: { method, path, headers: handedOn(headers), body: body.toString("utf8") } });
    });
  }

  settle(id: number, reply: DirectReply | undefined): void {
    const ended = this.end(id);
    if (reply === undefined) ended?.reject(new Error("The database has broken off its answer."));
    else ended?.resolve({ status: reply.status, headers: handedOn(reply.headers), body: Buffer.from(reply.body) });
  }

  breakOff(): void {
    for (const id of [...this.pending.keys()]) this.end(id)?.reject(new Error("The database has ended."));
  }

  private end(id: number): Pending | undefined {
    const ended = this.pending.get(id);
    clearTimeout(ended?.timer);
    this.pending.delete(id);
    return ended;
  }
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

/** Headers of one connection, and CORS headers that would let pages of other origins read a reply. */
const notHandedOn = /^(connection|host|keep-alive|origin|transfer-encoding|access-control-.*)$/;

function handedOn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !notHandedOn.test(name)));
}
