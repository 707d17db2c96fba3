import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { AwsClient } from "../../adapters/aws/client";
import { type Item, toRow } from "../../adapters/tables/item";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { Step } from "../../engine/sign-up/sign-up";
import type { TableName } from "../../engine/sign-up/verdict";
import type { Instance } from "../../local/data/instance";
import { Shutdown } from "../../local/run/lasting";
import { startGatehouse } from "../../local/run/run";
import type { Received } from "../../local/stand-ins/outside-system";
import type { Options } from "../../local/terminal/options";
import { assertInContract } from "../lambda/invoke";
import { tablesOf } from "../support/instance-tables";
import { patiently } from "../support/patience";
import { startOptions } from "../support/start-options";

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Of an app, which has a console and the API for external tenants; of a release these are absent. */
export type AppInstance = Instance & Required<Pick<Instance, "consoleUrl" | "extension">>;

/** A gate of the started app. */
export interface StartedGate {
  /** Its name; absent for the one without. */
  readonly gate: string | undefined;
  /** Where Entra calls it, with what. */
  readonly address: Pick<Instance, "apiUrl" | "username" | "password">;
  readonly database: AwsClient;
  /** Asks as Entra does. Fails where the answer breaks the contract. */
  ask(step: Step, claims: object): Promise<Reply>;
  /** Sends a body as Entra does, whatever is answered; `headers` override. */
  call(step: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** Requests that a stand-in got about somebody, by a text in them. */
  received(system: string, text: string): readonly Received[];
  /** The decisions on one address at this gate, newest last. */
  records(email: string): Promise<readonly DecisionRecord[]>;
  put(table: TableName, row: Readonly<Record<string, unknown>>): Promise<void>;
  /** What `npm start` tells of itself. */
  readonly instance: AppInstance;
  /** Everything the functions wrote, and what the terminal shows. */
  told(): string;
  /** Passes once the functions have counted this: they do so after their answer. */
  counted(metric: object): Promise<void>;
}

/** All gates of one start. */
export interface StartedGates {
  /** @param name undefined for the gate without one */
  at(name: string | undefined): StartedGate;
  stop(): Promise<void>;
}

/** Asks again while a busy machine leaves no time to decide, as a person then does. */
export async function askUntilDecided(
  gate: StartedGate,
  step: Step,
  claims: { readonly email: string; readonly [claim: string]: unknown },
): Promise<Reply> {
  for (;;) {
    const reply = await gate.ask(step, claims);
    const record = (await gate.records(claims.email)).at(-1);
    if (record !== undefined && record.failure === undefined) return reply;
  }
}

/** Credentials as Entra sends them. */
export const basic = ({ username, password }: { readonly username: string; readonly password: string }) => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
});

/** Starts the app of `appRoot` in this process. @param prepare fills its data folder first */
export async function startGates(options: Partial<Options>, prepare: (data: string) => void = () => undefined): Promise<StartedGates> {
  const data = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
  prepare(data);
  const shutdown = new Shutdown();
  const requests: { readonly system: string; readonly received: Received }[] = [];
  let printed = "";
  const log = () => readFileSync(join(data, "log.jsonl"), "utf8");
  const stop = async () => {
    await shutdown.run();
    rmSync(data, { recursive: true, force: true });
  };
  const { instance } = await startGatehouse(
    { ...startOptions, ...options, data },
    {
      print: (line) => {
        printed += `${line}\n`;
      },
      timeZone: "UTC",
      shutdown,
      signal: new AbortController().signal,
      onRequest: (system, received) => requests.push({ system, received }),
    },
  ).catch(async (error) => {
    await stop();
    throw error;
  });
  const { tables } = instance;
  const database = tablesOf(instance);
  const metrics = () =>
    log()
      .split("\n")
      .filter((line) => line.startsWith("{") && line.includes('"_aws"'))
      .map((line) => (JSON.parse(line) as { readonly line: object }).line);

  function at(name: string | undefined): StartedGate {
    const address = name === undefined ? instance : instance.gates?.[name];
    if (address === undefined) throw new Error(`There is no gate ${name}.`);
    const { apiUrl } = address;
    const authorization = basic(address);
    async function send(step: string, body: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(`${apiUrl}/${step}`, {
        method: "POST",
        headers: { ...authorization, "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
    }
    return {
      gate: name,
      address,
      database,
      async ask(step, claims) {
        const { status, headers, body } = await send(step, claims);
        const header = (of: string) => String(headers.get(of));
        const contractual = { "Content-Type": header("content-type"), "Cache-Control": header("cache-control") };
        assertInContract({ status, headers: contractual, body }, step);
        return { status, body };
      },
      call: send,
      received: (system, text) =>
        requests
          .filter((each) => each.system === system && `${each.received.url} ${each.received.body}`.includes(text))
          .map(({ received }) => received),
      async records(email) {
        const { Items } = await database.call<{ Items: Item[] }>("Scan", { TableName: tables.decisions });
        const rows = Items.map(toRow) as unknown as DecisionRecord[];
        return rows.filter((row) => row.email === email && row.gate === name).sort((a, b) => (a.at < b.at ? -1 : 1));
      },
      async put(table, row) {
        await database.call("PutItem", { TableName: tables[table], Item: marshall(row) });
      },
      instance: instance as AppInstance,
      told: () => log() + printed,
      counted: async (metric) => void (await expect.poll(metrics, patiently).toContainEqual(expect.objectContaining(metric))),
    };
  }
  return { at, stop };
}
