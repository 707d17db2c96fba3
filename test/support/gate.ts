import { type ChildProcess, spawn } from "node:child_process";
import { on } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { AwsClient } from "../../adapters/aws/client";
import type { TableName } from "../../engine/sign-up/verdict";
import { packageRoot } from "../../lib/app-root";
import type { AccessKey } from "../../local/aws/access-key";
import type { Instance } from "../../local/data/instance";
import { tablesOf } from "./instance-tables";
import { usersNode } from "./users-node";

/** What `npm start -- --json` prints. */
export interface GateInfo {
  readonly apiUrl: string;
  readonly username: string;
  readonly password: string;
  /** Absent where no gate has a name. */
  readonly gates?: Readonly<Record<string, { readonly apiUrl: string; readonly username: string; readonly password: string }>>;
  readonly dynamodbEndpoint: string;
  readonly aws: AccessKey;
  readonly tables: Readonly<Record<TableName | "listChanges", string>>;
  readonly eventsFile: string;
  readonly outboxDir: string;
  /** With the key that opens the pages: see `pageAt`. */
  readonly consoleUrl: string;
  readonly simulatorUrl: string;
  readonly extension: Instance["extension"];
}

/** A page's address, with the key that opens it. @param address as `consoleUrl` has it */
export function pageAt(address: string, path: string): string {
  const page = new URL(path, address);
  page.searchParams.append("key", new URL(address).searchParams.get("key") ?? "");
  return page.href;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A running `npm start`. */
export interface Gate {
  readonly info: GateInfo;
  readonly database: AwsClient;
  /** Sends a body as Entra does; `headers` override. */
  call(step: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** Everything printed so far, both streams. */
  printed(): string;
  /** The gate once it has started again by itself, as after an answer to who may sign up: at other ports, with the same data. */
  startedAgain(): Promise<Gate>;
  /** Ctrl-C; resolves to the exit code. */
  stop(): Promise<number | null>;
}

/**
 * What a hook may take that starts a gate. It waits until the gate is ready or ends; how long that takes is the
 * machine's affair, so this is far more than it should ever need.
 */
export const START_MS = 600_000;

export interface Ended {
  readonly code: number | null;
  readonly printed: string;
}

function run(
  args: readonly string[],
  { env = {}, app, npm = false, preload }: GateOptions,
): { child: ChildProcess; printed: () => string; ended: Promise<number | null> } {
  let printed = "";
  const node = [usersNode, ...(preload === undefined ? [] : ["--require", preload]), join(packageRoot, "scripts", "start.mjs")];
  const [command, ...before] = npm ? ["npm", "start", "--silent", "--"] : node;
  const child = spawn(command as string, [...before, ...args], {
    cwd: app ?? packageRoot,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (printed += chunk));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, printed: () => printed, ended };
}

export interface GateOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** The folder of another CDK app than the repository's own. */
  readonly app?: string;
  /** Whether it serves anew what is saved. */
  readonly reload?: boolean;
  /** Whether npm stands before it, as with people: it adds nothing but its time. */
  readonly npm?: boolean;
  /** A module that Node loads before it. */
  readonly preload?: string;
}

/** Runs `npm start` on free ports and waits until it is ready. */
export async function startGate(args: readonly string[] = ["--ephemeral"], options: GateOptions = {}): Promise<Gate> {
  const { child, printed, ended } = run(["--json", "--port", "0", ...(options.reload ? [] : ["--no-reload"]), ...args], options);
  const lines = on(createInterface({ input: child.stdout as NodeJS.ReadableStream }), "line");
  const whenReady = async (): Promise<Gate> => {
    const failed = ended.then((code) => Promise.reject(new Error(`npm start ended with ${code}: ${printed()}`)));
    const { value } = await Promise.race([lines.next(), failed]);
    const info = JSON.parse(value[0]) as GateInfo;
    const authorization = `Basic ${Buffer.from(`${info.username}:${info.password}`).toString("base64")}`;
    return {
      info,
      database: tablesOf(info),
      async call(step, body, headers = {}) {
        const response = await fetch(`${info.apiUrl}/${step}`, {
          method: "POST",
          headers: { authorization, "content-type": "application/json", ...headers },
          body: typeof body === "string" ? body : JSON.stringify(body),
        });
        return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
      },
      printed,
      startedAgain: whenReady,
      stop() {
        child.kill("SIGINT");
        return ended;
      },
    };
  };
  return await whenReady();
}

/** Runs `npm start` in the expectation that it ends by itself. */
export async function startInVain(args: readonly string[], options: GateOptions = {}): Promise<Ended> {
  const { printed, ended } = run(["--json", "--port", "0", ...args], options);
  return { code: await ended, printed: printed() };
}
