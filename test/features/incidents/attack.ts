import { randomUUID } from "node:crypto";
import { graphPlaces } from "../../../adapters/graph/clouds";
import { graphClient } from "../../../adapters/graph/graph";
import { graphSignIn } from "../../../adapters/graph/sign-in";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import type { World } from "../../../adapters/world";
import { buildPersonId, keyedHash } from "../../../engine/sign-up/person";
import type { Row } from "../../../engine/sign-up/rule";
import { decisionStore } from "../../../features/decisions/store/decisions";
import type { Incident } from "../../../features/incidents/incident";
import { type IncidentStore, incidentPersonKey, incidentStore } from "../../../features/incidents/store/incidents";
import { openIncident, selectPeople } from "../../../features/incidents/store/select";
import { takeStep } from "../../../features/incidents/store/work";
import { incidentWorkerHandler } from "../../../features/incidents/worker";
import type { GraphAccount } from "../../../local/stand-ins/graph/directory";
import type { GraphStandIn } from "../../../local/stand-ins/graph/graph";
import { admitted } from "../../cli/records";
import { memoryWorld } from "../../memory/world";
import { createDecisionsTable } from "../../support/decisions-table";
import { createKeyTable } from "../../support/key-table";

export const KEY = "k".repeat(64);
const MINUTE = 60_000;
const DOMAIN = "relay.example";

export const addressOf = (name: string) => `${name}@${DOMAIN}`;
export const personOf = (name: string) => buildPersonId(addressOf(name), keyedHash(KEY));

const settings = {
  ACCESS_LIST_TABLE: "list",
  APPROVALS_SECRET: "accounts",
  AUDIT_TABLE: "audit",
  DECISIONS_TABLE: "decisions",
  LEDGER_TABLE: "ledger",
  LIST_CHANGES_TABLE: "changes",
  PERSON_KEY_SECRET: "person-key",
};
const accountSettings = JSON.stringify({
  tenantId: "11111111-1111-1111-1111-111111111111",
  clientId: "22222222-2222-2222-2222-222222222222",
  clientSecret: "secret of the application",
  tenantDomain: "contoso.onmicrosoft.com",
  redirectUrl: "https://app.contoso.com/",
});

type Verb = "act" | "undo" | "enable";

/** A deployment whose gate has let some people in half an hour ago. */
export interface Attack {
  readonly world: World;
  readonly incidents: IncidentStore;
  /** Called before each change of an account: a status refuses it. */
  onPatch: (id: string) => number | undefined;
  /** Called before each call of a table, which may throw in its place. */
  onCall: (operation: string, input: object) => void;
  pass(ms: number): void;
  open(without?: readonly string[]): Promise<Incident>;
  ask(incident: Pick<Incident, "id">, verb: Verb): Promise<Incident | undefined>;
  work(): Promise<void>;
  /** Marks somebody to be enabled alone, as the console does. */
  mark(incident: Pick<Incident, "id">, name: string): Promise<boolean>;
  account(name: string): GraphAccount | undefined;
  stateOf(incident: Pick<Incident, "id">, name: string): Promise<string | undefined>;
  /** The rows of a table, by key. */
  rows(table: string): Promise<readonly Row[]>;
  put(table: string, row: Row): Promise<void>;
  remove(table: string, key: Row): Promise<void>;
}

/** What an earlier version stored. */
export interface Stored {
  readonly tables: Readonly<Record<string, readonly Item[]>>;
  readonly accounts: readonly GraphAccount[];
}

/** The same with the rows of an earlier version, none of which DynamoDB has removed yet. */
export async function attackStored({ tables, accounts }: Stored, graph: GraphStandIn, startsAt: number): Promise<Attack> {
  const attack = await attackBy([], graph, { startsAt });
  (graph.accounts() as GraphAccount[]).push(...structuredClone(accounts));
  for (const [TableName, items] of Object.entries(tables)) {
    for (const item of items) {
      const Item = { ...item, ...(item.expires && { expires: { N: "4102444800" } }) };
      await attack.world.tables.call("PutItem", { TableName, Item });
    }
  }
  return attack;
}

export async function attackBy(
  names: readonly string[],
  graph: GraphStandIn,
  { startsAt = Date.now() }: { readonly startsAt?: number } = {},
): Promise<Attack> {
  let time = startsAt;
  const signIn = (signal: AbortSignal) =>
    graphSignIn({ tenantId: "t", clientId: "c", credential: { clientSecret: "s" }, login: graph.url, scope: graphPlaces().scope, signal });
  const meddling: typeof fetch = async (input, init) => {
    const status = init?.method === "PATCH" ? attack.onPatch(String(input).split("/").at(-1) ?? "") : undefined;
    if (status !== undefined) return Response.json({ error: { code: "Authorization_RequestDenied" } }, { status });
    return await fetch(input, init);
  };
  const { world: whole } = memoryWorld({
    settings,
    clock: { now: () => time, startTimer: () => () => undefined },
    secrets: { "person-key": KEY, accounts: accountSettings },
    directory: () => graphClient({ signIn, endpoint: graph.url, sleep: async () => undefined, fetch: meddling }),
  });
  const call = (async (...given: Parameters<World["tables"]["call"]>) => {
    attack.onCall(given[0], given[1] as object);
    return await whole.tables.call(...given);
  }) as World["tables"]["call"];
  const world: World = { ...whole, tables: { ...whole.tables, call } };
  for (const [name, kind] of [
    ["list", "accessList"],
    ["ledger", "ledger"],
    ["audit", "audit"],
    ["changes", "listChanges"],
  ] as const)
    await createKeyTable(whole.tables, name, kind);
  await createDecisionsTable(whole.tables, "decisions");
  const incidents = incidentStore(whole.tables, "changes");
  const decisions = decisionStore(whole.tables, "decisions");
  const accounts = graph.accounts() as GraphAccount[];
  accounts.length = 0;
  for (const name of names) {
    const email = addressOf(name);
    const letInAt = new Date(time - 30 * MINUTE).toISOString();
    await decisions.keep(admitted(name, 0.5, { email, personId: personOf(name), at: letInAt }), 90);
    const createdDateTime = new Date(time - 29 * MINUTE).toISOString();
    const made = { userPrincipalName: email, mail: email, userType: "Guest", identities: [], externalUserState: null };
    accounts.push({ id: randomUUID(), createdDateTime, ...made, accountEnabled: true } as GraphAccount);
  }
  const attack: Attack = {
    world,
    incidents,
    onPatch: () => undefined,
    onCall: () => undefined,
    pass(ms) {
      time += ms;
    },
    async open(without = []) {
      const selection = { from: new Date(time - 60 * MINUTE).toISOString(), to: new Date(time).toISOString() };
      const selected = await selectPeople(decisions, selection, new Set(without.map(personOf)));
      return await openIncident(incidents, selected, { by: "oid-kim", name: "Kim" }, new Date(time));
    },
    async ask({ id }, verb) {
      const who = { by: "oid-kim", name: "Kim", byWorker: true };
      const { done, incident } = await takeStep(incidents, (await incidents.get(id)) as Incident, verb, who, new Date(time));
      return done === "begun" ? incident : undefined;
    },
    work: async () => await incidentWorkerHandler(world)(),
    async mark({ id }, name) {
      const one = { id, person: personOf(name) };
      const found = (await incidents.among([one])).get(incidentPersonKey(one));
      return found !== undefined && (await incidents.move(id, found, { state: "enabling" }));
    },
    account: (name) => graph.accounts().find(({ mail }) => mail === addressOf(name)) as GraphAccount | undefined,
    async stateOf({ id }, name) {
      const one = { id, person: personOf(name) };
      return (await incidents.among([one])).get(incidentPersonKey(one))?.state;
    },
    async rows(TableName) {
      const { Items = [] } = await whole.tables.call<{ Items?: Item[] }>("Scan", { TableName });
      return Items.map((item) => toRow(item));
    },
    async put(TableName, row) {
      await whole.tables.call("PutItem", { TableName, Item: toItem(row) });
    },
    async remove(TableName, key) {
      await whole.tables.call("DeleteItem", { TableName, Key: toItem(key) });
    },
  };
  return attack;
}
