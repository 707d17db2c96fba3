import { isDeepStrictEqual } from "node:util";
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2WithJWTAuthorizer, Context } from "aws-lambda";
import { AwsError } from "../../adapters/aws/client";
import { type Item, toItem, toRow } from "../../adapters/tables/item";
import { tables as shapes } from "../../adapters/tables/tables";
import { buildPersonId, keyedHash } from "../../engine/sign-up/person";
import { haveStepsPeopleWait } from "../../engine/sign-up/waiting";
import { findKeyAndProblems } from "../../features/access-list/hygiene";
import { invitationId, invitePerson } from "../../features/approvals/invite-person";
import { approve, deny } from "../../features/approvals/transitions";
import { decidingParts } from "../../features/deciding-parts";
import { accessEndedRow } from "../../features/expiry/ended";
import { extensionHandler } from "../../handlers/extension";
import { connectorHandler } from "../../handlers/sign-up";
import type { Policy } from "../../index";
import type { RecordedCall } from "../../local/aws/functions/recorded-calls";
import type { Person } from "../../simulator/client/person";
import { connectorRequest, extensionRequest } from "../../simulator/client/request";
import { actionIn } from "../../simulator/contract/extension-answer";
import { claimsIn, type JsonMembers, membersIn } from "../../simulator/contract/rule";
import { arrived } from "../features/accounts/accounts";
import { createApprovalsTable } from "../features/approvals/store/approvals-table";
import { audience, tenantId, tokenClaims } from "../lambda/invoke-extension";
import { memoryWorld } from "../memory/world";
import { createDecisionsTable } from "../support/decisions-table";
import { createKeyTable } from "../support/key-table";
import { policyOf } from "./build";
import {
  type ApproverSays,
  type Doing,
  type Happening,
  isCall,
  type Kept,
  type Outcome,
  type PolicySpec,
  type Scenario,
  type SignUpCall,
  type StepName,
  type TableRow,
  type Value,
  type Values,
} from "./scenario";

/** The engine that ships, asked through its handlers as Entra asks it, on tables in memory. */

const KEY = "k".repeat(64);
const settings = {
  ACCESS_LIST_TABLE: "accessList",
  DECISIONS_TABLE: "decisions",
  PROFILES_TABLE: "profiles",
  REFERENCE_DATA_TABLE: "referenceData",
  LEDGER_TABLE: "ledger",
  APPROVALS_TABLE: "approvals",
  DECISION_DAYS: "90",
  POLICY_VERSION: "0123456789ab",
  PERSON_KEY_SECRET: "person-key",
  EXTERNAL_TENANT: tenantId,
  EXTENSION_AUDIENCE: audience,
};
const context = { getRemainingTimeInMillis: () => 19_000 } as Context;

/** What a call came to. */
export interface Answered {
  readonly outcome: Outcome;
  /** The new record that it left. */
  readonly record?: Row;
  /** Its calls that read rows, as a function's are recorded. */
  readonly reads: readonly RecordedCall[];
}

/** A gate with its tables. */
export interface Gate {
  readonly tables: StepWorld["tables"];
  /** Undefined for what others do between calls. Throws for a policy that does not load. */
  happen(each: Happening, policy: PolicySpec): Promise<Answered | undefined>;
  /** Everything that the gate has: rows, counts, events, mails, started functions. */
  state(): Promise<GateState>;
  /** Does something to the gate, and takes back what it has changed of rows. */
  aside<T>(work: () => Promise<T>): Promise<T>;
}

export interface GateState {
  readonly rows: Readonly<Record<string, readonly object[]>>;
  readonly observed: string;
}

/** Each call's outcome, in order. Throws for a policy that does not load. */
export async function realOutcomes(scenario: Scenario): Promise<readonly Outcome[]> {
  const gate = await openGate(scenario);
  const outcomes: Outcome[] = [];
  for (const each of scenario.events) {
    const answered = await gate.happen(each, scenario.policy);
    if (answered !== undefined) outcomes.push(answered.outcome);
  }
  return outcomes;
}

const tableNames = ["accessList", "profiles", "referenceData", "ledger", "decisions", "approvals"] as const;

/** A gate with a scenario's rows, before anything happens. Throws for a policy that does not load. */
export async function openGate(scenario: Scenario): Promise<Gate> {
  let time = 0;
  const kept = { ledger: new Map<string, Row>(), approvals: new Map<string, Row>(), gates: new Map<string, Row>() };
  const down: Down = { reads: [], writes: [] };
  const records = new Map<string, Readonly<Record<string, unknown>>>();
  let record: Readonly<Record<string, unknown>> | undefined;
  let reads: RecordedCall[] = [];
  const { world, observed } = memoryWorld({
    settings,
    clock: { now: () => time, startTimer: () => () => undefined },
    secrets: { "person-key": KEY },
    onChange({ tableName, keys, after }) {
      if (tableName === "ledger" || tableName === "approvals") {
        const { id } = toRow(keys);
        if (after === undefined) kept[tableName].delete(String(id));
        else kept[tableName].set(String(id), toRow(after));
      }
      if (tableName === "decisions" && after !== undefined) {
        const row = toRow(after);
        if (row.reference === "posture") kept.gates.set(String(row.id), row);
        else {
          record = row;
          records.set(String(row.reference), row);
        }
      }
    },
  });
  const { tables } = world;
  const stepWorld = { ...world, tables: recording(failing(tables, down), (call) => void reads.push(call)) };
  await createDecisionsTable(tables, "decisions");
  await createApprovalsTable(tables, "approvals");
  for (const table of ["accessList", "profiles", "referenceData", "ledger"] as const) await createKeyTable(tables, table, table);
  for (const [TableName, rows] of Object.entries(scenario.rows)) {
    for (const row of rows)
      await tables.call("PutItem", {
        TableName,
        Item: toItem(TableName === "accessList" ? tidiedRow(row) : row),
      });
  }
  const rowsNow = async () => {
    const all = await Promise.all(tableNames.map((TableName) => tables.call<{ Items?: Item[] }>("Scan", { TableName })));
    return Object.fromEntries(tableNames.map((name, index) => [name, all[index]?.Items ?? []]));
  };
  const deployed = new Map<PolicySpec, ReturnType<typeof handlersOf>>();
  const handlersFor = (policy: PolicySpec) => once(deployed, policy, () => handlersOf({ ...scenario, policy }, stepWorld));
  handlersFor(scenario.policy);
  return {
    tables,
    async happen(call, policy) {
      time = call.at;
      record = undefined;
      reads = [];
      Object.assign(down, { reads: "unread" in call ? call.unread : [], writes: "unwritten" in call ? call.unwritten : [] });
      if (!isCall(call)) {
        await done(call, [...kept.approvals.values()], tables);
        return undefined;
      }
      const json = await handlersFor(policy)(call);
      const outcome = { ...outcomeOf(call, json, record ?? records.get(codeIn(json))), kept: keptOf(kept) };
      return { outcome, ...(record !== undefined && { record }), reads };
    },
    state: async () => ({ rows: await rowsNow(), observed: JSON.stringify({ ...observed, counts: [...observed.counts] }) }),
    async aside(work) {
      const before = await rowsNow();
      try {
        return await work();
      } finally {
        await putBack(tables, before, await rowsNow());
      }
    },
  };
}

async function putBack(
  tables: StepWorld["tables"],
  before: Readonly<Record<string, readonly Item[]>>,
  after: typeof before,
): Promise<void> {
  for (const TableName of tableNames) {
    const keyOf = (item: Item) => JSON.stringify(shapes[TableName].key.map((name) => item[name]));
    const were = new Map((before[TableName] ?? []).map((item) => [keyOf(item), item]));
    for (const item of after[TableName] ?? []) {
      const Key = Object.fromEntries(shapes[TableName].key.map((name) => [name, item[name]]));
      if (!were.has(keyOf(item))) await tables.call("DeleteItem", { TableName, Key });
    }
    const now = new Map((after[TableName] ?? []).map((item) => [keyOf(item), item]));
    for (const [key, Item] of were) if (!isDeepStrictEqual(now.get(key), Item)) await tables.call("PutItem", { TableName, Item });
  }
}

/** Tables whose answers to reads are told. */
function recording(tables: StepWorld["tables"], onRead: (call: RecordedCall) => void): StepWorld["tables"] {
  return {
    ...tables,
    async call<T>(operation: string, input: object, signal?: AbortSignal): Promise<T> {
      const answer = await tables.call<T>(operation, input, signal);
      if (operation === "BatchGetItem") {
        const told = { target: `DynamoDB_20120810.${operation}`, body: JSON.stringify(input), answer: JSON.stringify(answer) };
        onRead(told as RecordedCall);
      }
      return answer;
    },
  };
}

/** Replaces the access list. */
export async function putList(tables: StepWorld["tables"], list: readonly TableRow[]): Promise<void> {
  const { Items = [] } = await tables.call<{ Items?: { entry: unknown }[] }>("Scan", { TableName: "accessList" });
  for (const { entry } of Items) await tables.call("DeleteItem", { TableName: "accessList", Key: { entry } });
  for (const row of list) await tables.call("PutItem", { TableName: "accessList", Item: toItem(tidiedRow(row)) });
}

/** As the hygiene worker keeps it. */
function tidiedRow(row: TableRow) {
  const { key } = findKeyAndProblems(row);
  return { ...row, entry: key, ...(key !== row.entry && { typed: row.entry }) };
}

interface Down {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** Tables of which some refuse. */
function failing(tables: StepWorld["tables"], down: Down): StepWorld["tables"] {
  return {
    ...tables,
    call(operation, input, signal) {
      const names = operation === "BatchGetItem" ? Object.keys((input as { RequestItems: object }).RequestItems) : [];
      const refused = names.some((name) => down.reads.includes(name));
      if (refused) throw new AwsError("AccessDeniedException", "This table refuses.", 400, {});
      if (names.length === 0 && down.writes.some((name) => JSON.stringify(input).includes(`"TableName":"${name}"`))) {
        throw new AwsError("AccessDeniedException", "This table refuses.", 400, {});
      }
      return tables.call(operation, input, signal);
    },
  };
}

const stepNames = ["after-sign-in", "before-create-user"] as const;
type StepWorld = Parameters<ReturnType<typeof connectorHandler>>[0];

function handlersOf(scenario: Scenario, world: StepWorld): (call: SignUpCall) => Promise<JsonMembers> {
  const connectors = new Map<string, ReturnType<ReturnType<typeof connectorHandler>>>();
  const extensions = new Map<string, ReturnType<ReturnType<typeof extensionHandler>>>();
  const policies = new Map(
    stepNames.filter((step) => scenario.policy.rules[step].length > 0).map((step) => [step, policyOf(scenario.policy, step)]),
  );
  const policyAt = (step: StepName) => policies.get(step) as Policy;
  const next = haveStepsPeopleWait([...policies.values()]) ? { NEXT_HAS_PEOPLE_WAIT: "true" } : {};
  const worldAt = ({ gate }: SignUpCall) => ({
    ...world,
    settings: { ...world.settings, ...(gate !== undefined && { GATE: gate }), ...next },
  });
  return async (call) => {
    const body = JSON.stringify(bodyOf(call));
    const headers = { "content-type": "application/json" };
    if (call.tenant === "external-tenant") {
      const handler = once(extensions, `${call.step} ${call.gate}`, () =>
        extensionHandler(policyAt(call.step), { decidingParts })(worldAt(call)),
      );
      const event = {
        headers,
        requestContext: { requestId: "r", timeEpoch: call.at, authorizer: { jwt: { claims: tokenClaims, scopes: null } } },
        body,
        isBase64Encoded: false,
      } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
      return JSON.parse((await handler(event, context)).body ?? "{}") as JsonMembers;
    }
    const handler = once(connectors, `${call.step} ${call.gate}`, () =>
      connectorHandler(policyAt(call.step), decidingParts)(worldAt(call)),
    );
    const event = { headers, requestContext: { requestId: "r", requestTimeEpoch: call.at }, body, isBase64Encoded: false };
    return JSON.parse((await handler(event as unknown as APIGatewayProxyEvent, context)).body) as JsonMembers;
  };
}

function once<K, T>(made: Map<K, T>, key: K, make: () => T): T {
  const found = made.get(key) ?? make();
  made.set(key, found);
  return found;
}

/** The body of the request that Entra makes. */
export function bodyOf(call: SignUpCall): unknown {
  const { step, tenant, attributes, collects, journey } = call;
  const person = {
    ...call,
    claims: {},
    form: {},
    loseFirstAnswer: false,
    collects: collectedBy(attributes, collects),
  } as unknown as Person;
  if (tenant === "external-tenant") return extensionRequest(step, person, attributes, { tenantId, correlationId: journey });
  return connectorRequest(tenant, step, person, attributes);
}

function collectedBy(attributes: Values, collects: readonly string[]): Person["collects"] {
  const typeOf = (value: Value) => (typeof value === "boolean" ? "boolean" : typeof value === "number" ? "integer" : "string");
  const given = Object.entries(attributes).map(([name, value]) => ({ name, type: typeOf(value) }) as const);
  return [...collects.filter((name) => !(name in attributes)).map((name) => ({ name, type: "string" }) as const), ...given];
}

const custom = /^extension_[0-9a-f]{32}_/;
const shortNames = (values: object): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name.replace(custom, "extension_"), value as Value]));

type Row = Readonly<Record<string, unknown>>;

export const hashOf = keyedHash(KEY);

/** As the console, the command line and the worker do it. */
async function done(doing: Doing, approvals: readonly Row[], tables: StepWorld["tables"]): Promise<void> {
  if ("decide" in doing) return decideOn(approvals.filter(({ invitation }) => invitation === undefined)[doing.request], doing, tables);
  const email = "invite" in doing ? doing.invite : doing.of;
  const gate = doing.gate === undefined ? {} : { gate: doing.gate };
  const now = new Date(doing.at);
  if ("end" in doing && doing.end === "access") {
    const account = arrived({ personId: buildPersonId(email, hashOf), email, ...gate });
    await tables.call("PutItem", { TableName: "ledger", Item: toItem(accessEndedRow(account, "ended", now, hashOf)) });
    return;
  }
  const by = { kind: "cli", name: "somebody" } as const;
  const stored = approvals.find(({ id }) => id === invitationId(email, doing.gate, hashOf)) as Parameters<typeof invitePerson>[0];
  const changed =
    "invite" in doing
      ? invitePerson(stored, { email, ...gate }, { by, code: doing.code, days: doing.days }, hashOf, now)
      : stored && deny(stored, { by }, now);
  if (changed?.ok) await tables.call("PutItem", { TableName: "approvals", Item: toItem(changed.request) });
}

/** As the console does it. What cannot be decided any more stays as it is. */
async function decideOn(stored: Row | undefined, { decide, at }: ApproverSays, tables: StepWorld["tables"]): Promise<void> {
  if (stored === undefined) return;
  const by = { kind: "cli", name: "an approver" } as const;
  const { [decide]: change } = { approve, deny };
  const changed = change(stored as unknown as Parameters<typeof approve>[0], { by }, new Date(at));
  if (changed.ok) await tables.call("PutItem", { TableName: "approvals", Item: toItem(changed.request) });
}

function keptOf({ ledger, approvals, gates }: Record<"ledger" | "approvals" | "gates", ReadonlyMap<string, Row>>): Kept {
  const counts = (prefix: string, member: string) =>
    [...ledger]
      .flatMap(([id, row]) => (id.startsWith(prefix) ? [`${id.split("/")[1]} ${(row[member] as readonly string[]).length}`] : []))
      .sort();
  const texts = [...ledger].flatMap(([id, row]) =>
    id.startsWith("terms/") ? [...new Set((row.accepted as readonly string[]).map(textOf))].map((text) => text.split(" ")[0]) : [],
  );
  const terms = [...new Set(texts)].map((text) => `${text} ${texts.filter((each) => each === text).length}`).sort();
  const states = [...approvals.values()]
    .map(({ state, invitation }) => (invitation === undefined ? `${state}` : `invitation ${state}`))
    .sort();
  const set = [...gates].flatMap(([gate, { surgeUntil }]) => (surgeUntil === undefined ? [] : [`${gate} ${surgeUntil}`])).sort();
  return { used: counts("code/", "people"), admitted: counts("limit/", "admitted"), terms, requests: states, gates: set };
}

function textOf(proof: string): string {
  const { version, language, account = "" } = JSON.parse(proof) as Readonly<Record<string, string>>;
  return `${version}-${language} ${account}`;
}

function outcomeOf({ tenant, step }: SignUpCall, json: JsonMembers, record: Row | undefined): Omit<Outcome, "kept"> {
  const reasons = (record?.reasons as readonly string[] | undefined) ?? [];
  if (tenant === "external-tenant") {
    const action = actionIn(json, step);
    const members = action?.members ?? {};
    const kind = action?.kind === "showBlockPage" ? "block" : action?.kind === "showValidationError" ? "invalid" : "continue";
    return {
      kind,
      reasons,
      attributes: shortNames(membersIn(members.attributes ?? members.inputs) ?? {}),
      text: withoutReference(String(members.message ?? "")),
      fields: shortNames(membersIn(members.attributeErrors) ?? {}) as Record<string, string>,
    };
  }
  const kind = json.action === "ShowBlockPage" ? "block" : json.action === "ValidationError" ? "invalid" : "continue";
  const attributes = shortNames(Object.fromEntries(claimsIn(json)));
  return { kind, reasons, attributes, text: withoutReference(String(json.userMessage ?? "")), fields: {} };
}

const codeIn = (json: JsonMembers) => code.exec(JSON.stringify(json))?.[0] ?? "";
const code = /[A-Z0-9]{4}-[A-Z0-9]{4}/;

/** The code is random to the model; that there is one is said by the mark. */
function withoutReference(text: string): string {
  return text.replace(code, "<code>");
}
