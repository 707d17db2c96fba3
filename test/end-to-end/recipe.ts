import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import { type Item, toRow } from "../../adapters/tables/item";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { Step } from "../../engine/sign-up/sign-up";
import type { TableName } from "../../engine/sign-up/verdict";
import type { Instance } from "../../local/data/instance";
import { startGatehouse } from "../../local/run/run";
import { Shutdown } from "../../local/run/shutdown";
import type { Received } from "../../local/stand-ins/outside-system";
import { assertInContract } from "../lambda/invoke";
import { tablesOf } from "../support/instance-tables";
import { patiently } from "../support/patience";
import { startOptions } from "../support/start-options";

/** What came back, within the contract. */
export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A gate of `npm start` with one of the policies in samples/policies. */
export interface RecipeGate {
  /** Its name; absent for the one without. */
  readonly gate: string | undefined;
  /** Asks as Entra does. */
  ask(step: Step, claims: object): Promise<Reply>;
  /** Requests that a stand-in got about somebody, by a text in them. */
  received(system: string, text: string): readonly Received[];
  /** The decisions on one address at this gate, newest last. */
  records(email: string): Promise<readonly DecisionRecord[]>;
  put(table: TableName, row: Readonly<Record<string, unknown>>): Promise<void>;
  /** What `npm start` tells of itself. */
  readonly instance: Instance;
  /** Everything the functions wrote, and what the terminal shows. */
  told(): string;
  /** Passes once the functions have counted this: they do so after their answer. */
  counted(metric: object): Promise<void>;
  stop(): Promise<void>;
}

/** Asks again while a busy machine leaves no time to decide, as a person then does. */
export async function askUntilDecided(
  gate: RecipeGate,
  step: Step,
  claims: { readonly email: string; readonly [claim: string]: unknown },
): Promise<Reply> {
  for (;;) {
    const reply = await gate.ask(step, claims);
    const record = (await gate.records(claims.email)).at(-1);
    if (record !== undefined && record.failure === undefined) return reply;
  }
}

/** One start of the app of `settingsOfGates`. To stop one is to stop all. */
export async function startGates<Name extends string>(names: readonly Name[]): Promise<Readonly<Record<Name, RecipeGate>>> {
  const gateOf = await start();
  return Object.fromEntries(names.map((name, index) => [name, gateOf(index === 0 ? undefined : name)])) as Record<Name, RecipeGate>;
}

/** @returns what gives a gate by its name; undefined is the one without */
async function start(): Promise<(name: string | undefined) => RecipeGate> {
  const data = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
  const shutdown = new Shutdown();
  const requests: { readonly system: string; readonly received: Received }[] = [];
  let printed = "";
  const log = () => readFileSync(join(data, "log.jsonl"), "utf8");
  const stop = async () => {
    await shutdown.run();
    rmSync(data, { recursive: true, force: true });
  };
  const { instance } = await startGatehouse(
    { ...startOptions, data },
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
  return (name) => {
    const { apiUrl, username, password } = (name === undefined ? instance : instance.gates?.[name]) ?? fail(`There is no gate ${name}.`);
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    return {
      gate: name,
      async ask(step, claims) {
        const headers = { authorization, "content-type": "application/json" };
        const response = await fetch(`${apiUrl}/${step}`, { method: "POST", headers, body: JSON.stringify(claims) });
        const body = (await response.json()) as Record<string, unknown>;
        const header = (of: string) => String(response.headers.get(of));
        const contractual = { "Content-Type": header("content-type"), "Cache-Control": header("cache-control") };
        assertInContract({ status: response.status, headers: contractual, body }, step);
        return { status: response.status, body };
      },
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
      instance,
      told: () => log() + printed,
      async counted(metric) {
        const metrics = () =>
          log()
            .split("\n")
            .filter((line) => line.startsWith("{") && line.includes('"_aws"'))
            .map((line) => (JSON.parse(line) as { readonly line: object }).line);
        await expect.poll(metrics, patiently).toContainEqual(expect.objectContaining(metric));
      },
      stop,
    };
  };
}

function fail(why: string): never {
  throw new Error(why);
}
