import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { type Item, toItem } from "../../adapters/tables/item";
import { readPages } from "../../adapters/tables/search";
import { type AnyTableName, tables } from "../../adapters/tables/tables";
import type { World } from "../../adapters/world";
import { referenceFor } from "../../engine/sign-up/call";
import { type StreamReader, streamReaders } from "../../engine/work";
import { hygieneHandler } from "../../features/access-list/worker";
import { requestId } from "../../features/approvals/request";
import { approve } from "../../features/approvals/transitions";
import { provisioningHandler } from "../../features/approvals/worker/provisioning";
import { approvalPublisherHandler } from "../../features/approvals/worker/publisher";
import { auditTrailHandler } from "../../features/audit/worker";
import { readCounts } from "../../features/counts/store/counts";
import { decisionCounterHandler } from "../../features/counts/worker";
import { decisionPublisherHandler } from "../../features/decisions/worker";
import { PEOPLE_JOBS } from "../../features/people-jobs/job";
import { matchesEvent, parseEventPattern } from "../../lib/resources/event-pattern";
import { tableConstructs } from "../../scripts/permissions/policy-document";
import { hashOf, NOW, person } from "../engine/sign-up/people";
import { decision } from "../events/records";
import { arrived, newcomer } from "../features/accounts/accounts";
import { alice, asking, pending, rowOf } from "../features/approvals/requests";
import { createApprovalsTable } from "../features/approvals/store/approvals-table";
import { chanceOf } from "../lives/chance";
import { townDirectory } from "../lives/directory";
import { type MemoryOptions, memoryWorld, type Observed } from "../memory/world";
import { createDecisionsTable } from "../support/decisions-table";
import { everything } from "../support/everything";
import { createKeyTable } from "../support/key-table";
import { synthesize } from "../support/synth";

// The readers of streams as they are deployed, each with rows that it can handle, and how that shows.

type Handler = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

/** A row of a table, with a key and contents of its own for each number. */
export interface RowKind {
  readonly name: string;
  readonly table: AnyTableName;
  row(number: number): object;
  /** Whether somebody who corrects a broken one makes it news again. */
  readonly isNewsOnce?: true;
  /** As it is before, where only the step from there to `row` is news. */
  before?(number: number): object;
}

const reference = (number: number) => referenceFor(`decision-${number}`);
const at = NOW.toISOString();
const setId = (number: number) => `20260301-1200${String(number).padStart(2, "0")}000-k7qd`;
const edit = { means: "list import", added: 2, changed: 0, removed: 0, writes: 2 };
const expires = Math.floor(NOW.getTime() / 1_000) + 90 * 86_400;
const somebody = (number: number) => {
  const identities = [{ signInType: "federated", issuer: "google.com", issuerAssignedId: `id-${number}` }];
  return asking({ signUp: person({ email: `person-${number}@example.com`, identities }) });
};

const incident = (number: number) => ({
  ...{ set: "incidents", part: setId(number), at, by: "kim", state: "open", selection: { from: at, to: at }, decisions: 1, people: 1 },
  ...{ listed: 0, nameless: 0, steps: [{ what: "opened", at, by: "kim" }], expires },
});

export const rowKinds: readonly RowKind[] = [
  {
    name: "address of the list",
    table: "accessList",
    row: (number) => ({
      entry: `Kim${number}@Contoso.COM`,
      effect: "allow",
      issuer: "google.com",
      gates: "a b",
      note: "n",
      expiresAt: "2027-01-01",
    }),
  },
  {
    name: "domain of the list",
    table: "accessList",
    row: (number) => ({ entry: `@Northwind${number}.example`, effect: "allow", note: "n" }),
  },
  { name: "profile", table: "profiles", row: (number) => ({ person: `kim${number}@contoso.com`, displayName: "Kim", city: "Seoul" }) },
  {
    name: "listed value",
    table: "referenceData",
    row: (number) => ({ list: "partners", value: `p${number}`, label: "One", usedBy: "x", expiresAt: "2027-01-01", uses: 3 }),
  },
  {
    name: "change set",
    table: "listChanges",
    isNewsOnce: true,
    row: (number) => ({
      set: "sets",
      part: setId(number),
      at,
      by: "kim",
      ...edit,
      state: "begun",
      run: "r",
      aliveUntil: NOW.getTime(),
      expires,
    }),
  },
  {
    name: "proposal",
    table: "listChanges",
    row: (number) => ({
      set: "proposals",
      part: setId(number),
      at,
      by: "kim",
      name: "Kim",
      ...edit,
      state: "open",
      expires,
      rows: Uint8Array.of(1, 2, 3),
    }),
  },
  {
    name: "act on many people",
    table: "listChanges",
    row: (number) => ({
      ...{ set: PEOPLE_JOBS, part: setId(number), at, kind: "access.end", by: "kim", via: "console", input: {}, about: "lee@contoso.com" },
      ...{ total: 2, next: 1, refused: 0, kept: [], state: "begun", expires },
    }),
  },
  {
    name: "incident",
    table: "listChanges",
    before: (number) => ({ ...incident(number), state: "selecting", steps: [] }),
    row: incident,
  },
  {
    name: "decision",
    table: "decisions",
    row: (number) => ({ ...decision, id: `decision-${number}`, reference: reference(number), at, gate: `gate-${number}` }),
  },
  {
    name: "posture",
    table: "decisions",
    row: (number) => ({
      reference: "posture",
      id: `gate-${number}`,
      state: "closed",
      reason: "r",
      by: "kim",
      via: "command",
      since: at,
      revision: 1,
    }),
  },
  {
    name: "partner",
    table: "decisions",
    row: (number) => ({
      reference: "partner",
      id: `p${number}.example`,
      token: "t",
      state: "proven",
      since: at,
      addedAt: at,
      by: "kim",
      revision: 1,
    }),
  },
  {
    name: "account",
    table: "accounts",
    row: (number) =>
      arrived({
        ...newcomer,
        by: "token",
        id: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
        reference: reference(number),
      }),
  },
  { name: "pending request", table: "approvals", row: (number) => pending(somebody(number)) },
  {
    name: "approved request",
    table: "approvals",
    before: (number) => pending(somebody(number)),
    row: (number) => rowOf(approve(pending(somebody(number)), { by: alice, note: "known" }, NOW)),
  },
];

/** What a reader did is asked with the world that it did it in. */
interface Done {
  readonly world: World;
  readonly observed: Observed;
}

interface ReaderKind {
  handler(world: World): Handler;
  /** Kinds of rows that come by and are none of its business. */
  readonly leaves?: readonly string[];
  /** Whether it has handled a row, by the row's number. */
  handled(done: Done, kind: RowKind, number: number): Promise<boolean>;
}

const settings = {
  ACCESS_LIST_TABLE: "accessList",
  DECISIONS_TABLE: "decisions",
  DECISION_DAYS: "90",
  LEDGER_TABLE: "ledger",
  APPROVALS_TABLE: "approvals",
  ACCOUNTS_TABLE: "accounts",
  AUDIT_TABLE: "audit",
  LIST_CHANGES_TABLE: "listChanges",
  PERSON_KEY_SECRET: "person-key",
  APPROVALS_SECRET: "approvals-secret",
  ASKED_LISTS: JSON.stringify({ default: [{ classes: [] }] }),
  EVENT_BUS: "bus",
};
const secrets = {
  "person-key": "a".repeat(64),
  "approvals-secret": JSON.stringify({
    tenantId: "11111111-1111-1111-1111-111111111111",
    clientId: "22222222-2222-2222-2222-222222222222",
    clientSecret: "s",
    tenantDomain: "contoso.onmicrosoft.com",
    redirectUrl: "https://app.contoso.com/",
  }),
};

async function rowsIn(world: World, table: AnyTableName): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const page of readPages({ client: world.tables, name: table, key: tables[table].key }, {})) all.push(...page);
  return all;
}

/** What a row is called by whoever speaks of it: its last key, or its reference code where it has one of its own. */
function nameOf({ table, row }: RowKind, number: number): string {
  const cells = row(number) as Record<string, string>;
  if (table === "approvals" || table === "accounts") return cells.reference ?? "";
  return cells[tables[table].key.at(-1) ?? ""] ?? "";
}

const speaksOf = (said: unknown, kind: RowKind, number: number) =>
  JSON.stringify(said ?? "").includes(JSON.stringify(nameOf(kind, number)).slice(1, -1));

export const readers: Readonly<Record<StreamReader, ReaderKind>> = {
  "access-list-hygiene": {
    handler: hygieneHandler,
    async handled({ world }, kind, number) {
      const key = nameOf(kind, number).replace(/^@/, "").toLowerCase();
      const isTidy = (await rowsIn(world, "accessList")).some(({ entry, indexEntry }) => entry?.S === key && indexEntry?.S === key);
      if (kind.name !== "domain of the list") return isTidy;
      return (
        isTidy &&
        (await rowsIn(world, "ledger")).some(
          ({ id, domains }) => id?.S?.startsWith("looks-like/") && JSON.stringify(domains ?? "").includes(key),
        )
      );
    },
  },
  "audit-trail": {
    handler: auditTrailHandler,
    // What a set wrote is told of by whoever wrote it.
    leaves: ["change set"],
    handled: async ({ world }, kind, number) => (await rowsIn(world, "audit")).some((entry) => speaksOf(entry.details, kind, number)),
  },
  "decision-publisher": {
    handler: decisionPublisherHandler,
    handled: async ({ observed }, kind, number) => speaksOf(observed.events, kind, number),
  },
  "decision-counter": {
    handler: decisionCounterHandler,
    leaves: ["posture", "partner"],
    async handled({ world }, _, number) {
      const counts = readCounts(world.tables, "ledger", () => NOW);
      const [there] = await counts.at([{ hour: at.slice(0, 13), gate: `gate-${number}` }]);
      return Object.keys(there?.counts ?? {}).length > 0;
    },
  },
  "approval-publisher": {
    handler: approvalPublisherHandler,
    handled: async ({ observed }, kind, number) => speaksOf(observed.events, kind, number),
  },
  provisioning: {
    handler: provisioningHandler,
    async handled({ world }, _, number) {
      const id = requestId(somebody(number).signUp, hashOf);
      return (await rowsIn(world, "approvals")).some((row) => row.id?.S === id && row.state?.S === "provisioned");
    },
  },
};

/** Somewhere for rows to change, and one reader of that. */
export interface Place extends Done {
  readonly handler: Handler;
  /** Changes of rows since the last call, as the stream of their table brings them. */
  changes(): DynamoDBRecord[];
}

export async function placeFor(reader: StreamReader, options: Pick<MemoryOptions, "clock"> = {}): Promise<Place> {
  let records: DynamoDBRecord[] = [];
  let sequence = 0;
  const directory = townDirectory(
    () => NOW.getTime(),
    chanceOf(1),
    () => undefined,
  );
  const { world, observed } = memoryWorld({
    settings,
    secrets,
    clock: { now: () => NOW.getTime(), startTimer: () => () => undefined },
    directory: () => directory.client(() => undefined),
    onChange({ tableName, keys, before, after }) {
      sequence += 1;
      records.push({
        eventName: after === undefined ? "REMOVE" : before === undefined ? "INSERT" : "MODIFY",
        eventID: `event-${sequence}`,
        eventSourceARN: `arn:aws:dynamodb:eu-west-1:111111111111:table/${tableName}/stream/2026`,
        dynamodb: {
          Keys: keys,
          ...(before && { OldImage: before }),
          ...(after && { NewImage: after }),
          SequenceNumber: String(sequence),
          ApproximateCreationDateTime: NOW.getTime() / 1_000,
        },
      } as DynamoDBRecord);
    },
    ...options,
  });
  for (const table of Object.keys(tables) as AnyTableName[]) {
    if (table === "approvals") await createApprovalsTable(world.tables, table);
    else if (table === "decisions") await createDecisionsTable(world.tables, table);
    else await createKeyTable(world.tables, table, table);
  }
  return {
    world,
    observed,
    handler: readers[reader].handler(world),
    changes() {
      const since = records;
      records = [];
      return since;
    },
  };
}

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** A table's stream and a function that reads it, in a stack with everything. */
export interface Mapping {
  readonly function: string;
  /** As the function's role names it; undefined where it has no place to name what it skips. */
  readonly reader: StreamReader | undefined;
  readonly table: AnyTableName;
  readonly properties: Readonly<Record<string, unknown>>;
  takes(record: DynamoDBRecord): boolean;
}

export function deployedMappings(): readonly Mapping[] {
  const resources = Object.entries(
    synthesize({ ...everything, replicas: [], encryptionKey: true }).template.toJSON().Resources as Record<string, Resource>,
  );
  const policies = resources.filter(([, { Type }]) => Type === "AWS::IAM::Policy").map(([, policy]) => JSON.stringify(policy.Properties));
  const tableOf = (source: unknown) =>
    (Object.keys(tableConstructs) as AnyTableName[]).find((name) => JSON.stringify(source).includes(`"${tableConstructs[name]}`));
  const mappings = resources.filter(([, { Type }]) => Type === "AWS::Lambda::EventSourceMapping");
  return mappings.flatMap(([id, { Properties }]) => {
    if (!JSON.stringify(Properties.EventSourceArn).includes("StreamArn")) return [];
    const table = tableOf(Properties.EventSourceArn);
    if (table === undefined) throw new Error(`${id} reads a stream of no table that is known.`);
    const { Ref: name } = Properties.FunctionName as { Ref: string };
    const role = JSON.stringify(resources.find(([each]) => each === name)?.[1].Properties.Role).match(/GetAtt":\["(\w+)"/)?.[1];
    const own = policies.filter((policy) => policy.includes(`"Roles":[{"Ref":"${role}"}]`)).join();
    const { Filters } = Properties.FilterCriteria as { Filters: readonly { Pattern: string }[] };
    const filters = Filters.map(({ Pattern }) => parseEventPattern(JSON.parse(Pattern), Error));
    return [
      {
        function: name,
        reader: streamReaders.find((each) => own.includes(`"skipped/${each}*"`)),
        table,
        properties: Properties,
        takes: (record: DynamoDBRecord) => filters.some((filter) => matchesEvent(filter, record)),
      },
    ];
  });
}

/** The row of a number, as DynamoDB has it. */
export function itemOf(kind: Pick<RowKind, "row">, number: number): Item {
  return toItem(JSON.parse(JSON.stringify(kind.row(number), (_, value: unknown) => (value instanceof Uint8Array ? "rows" : value))));
}
