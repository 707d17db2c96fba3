import type { APIGatewayProxyEvent, APIGatewayProxyEventV2WithJWTAuthorizer, Context } from "aws-lambda";
import { AwsError } from "../../adapters/aws/client";
import { toItem, toRow } from "../../adapters/tables/item";
import { haveStepsPeopleWait } from "../../engine/sign-up/joined-steps";
import { keyedHash, personIdOf } from "../../engine/sign-up/person";
import { tidy } from "../../features/access-list/hygiene";
import { approve, deny } from "../../features/approvals/transitions";
import { accessEndedRow } from "../../features/expiry/ended";
import { invitationId, invitePerson } from "../../features/invitations/invitation";
import { stopping } from "../../features/stopping";
import { extensionHandler } from "../../handlers/extension";
import { connectorHandler } from "../../handlers/sign-up";
import type { Policy } from "../../index";
import { connectorRequest } from "../../simulator/client/connector-request";
import { extensionRequest } from "../../simulator/client/extension-request";
import type { Person } from "../../simulator/client/person";
import { claimsIn, type JsonMembers, membersIn } from "../../simulator/contract/answer";
import { actionIn } from "../../simulator/contract/extension-answer";
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

/** A record that a call left, and what it was decided by. */
export interface RecordLeft {
  readonly record: Row;
  readonly policy: Policy;
  readonly tables: StepWorld["tables"];
  /** How gates were set before the call. */
  readonly gates: ReadonlyMap<string, Row>;
  readonly call: SignUpCall;
}

/** Another policy and list, from a call on. */
export interface Redeployment {
  readonly from: SignUpCall;
  readonly policy: PolicySpec;
  readonly list: readonly TableRow[];
}

/**
 * Each call's outcome, in order. Throws for a policy that does not load.
 * @param onRecord called after each call that leaves a new record
 */
export async function realOutcomes(
  scenario: Scenario,
  onRecord?: (left: RecordLeft) => Promise<void>,
  redeployment?: Redeployment,
): Promise<readonly Outcome[]> {
  let time = 0;
  const kept = { ledger: new Map<string, Row>(), approvals: new Map<string, Row>(), gates: new Map<string, Row>() };
  const down: Down = { reads: [], writes: [] };
  const records = new Map<string, Readonly<Record<string, unknown>>>();
  let record: Readonly<Record<string, unknown>> | undefined;
  const { world } = memoryWorld({
    settings,
    clock: { now: () => time, startTimer: () => () => undefined },
    secrets: { "person-key": KEY },
    onChange({ tableName, after }) {
      if (tableName === "ledger" && after !== undefined) kept.ledger.set(String(toRow(after).id), toRow(after));
      if (tableName === "approvals" && after !== undefined) kept.approvals.set(String(toRow(after).id), toRow(after));
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
  const stepWorld = { ...world, tables: failing(world.tables, down) };
  await createDecisionsTable(world.tables, "decisions");
  await createApprovalsTable(world.tables, "approvals");
  for (const table of ["accessList", "profiles", "referenceData", "ledger"] as const) await createKeyTable(world.tables, table, table);
  for (const [TableName, rows] of Object.entries(scenario.rows)) {
    for (const row of rows)
      await world.tables.call("PutItem", { TableName, Item: toItem(TableName === "accessList" ? { ...row, entry: tidy(row).key } : row) });
  }
  let handlers = handlersOf(scenario, stepWorld);
  const outcomes: Outcome[] = [];
  for (const call of scenario.events) {
    time = call.at;
    record = undefined;
    Object.assign(down, { reads: "unread" in call ? call.unread : [], writes: "unwritten" in call ? call.unwritten : [] });
    if (!isCall(call)) {
      await done(call, [...kept.approvals.values()], world.tables);
      continue;
    }
    if (call === redeployment?.from) {
      await putList(world.tables, redeployment.list);
      handlers = handlersOf({ ...scenario, policy: redeployment.policy }, stepWorld);
    }
    const gates = new Map(kept.gates);
    const json = await handlers(call);
    if (record !== undefined) await onRecord?.({ record, policy: policyOf(scenario.policy, call.step), tables: world.tables, gates, call });
    outcomes.push({ ...outcomeOf(call, json, record ?? records.get(codeIn(json))), kept: keptOf(kept) });
  }
  return outcomes;
}

/** Replaces the access list. */
export async function putList(tables: StepWorld["tables"], list: readonly TableRow[]): Promise<void> {
  const { Items = [] } = await tables.call<{ Items?: { entry: unknown }[] }>("Scan", { TableName: "accessList" });
  for (const { entry } of Items) await tables.call("DeleteItem", { TableName: "accessList", Key: { entry } });
  for (const row of list) await tables.call("PutItem", { TableName: "accessList", Item: toItem({ ...row, entry: tidy(row).key }) });
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
        extensionHandler(policyAt(call.step), { stopping })(worldAt(call)),
      );
      const event = {
        headers,
        requestContext: { requestId: "r", timeEpoch: call.at, authorizer: { jwt: { claims: tokenClaims, scopes: null } } },
        body,
        isBase64Encoded: false,
      } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
      return JSON.parse((await handler(event, context)).body ?? "{}") as JsonMembers;
    }
    const handler = once(connectors, `${call.step} ${call.gate}`, () => connectorHandler(policyAt(call.step), stopping)(worldAt(call)));
    const event = { headers, requestContext: { requestId: "r", requestTimeEpoch: call.at }, body, isBase64Encoded: false };
    return JSON.parse((await handler(event as unknown as APIGatewayProxyEvent, context)).body) as JsonMembers;
  };
}

function once<T>(made: Map<string, T>, key: string, make: () => T): T {
  const found = made.get(key) ?? make();
  made.set(key, found);
  return found;
}

function bodyOf(call: SignUpCall): unknown {
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
    const account = arrived({ personId: personIdOf(email, hashOf), email, ...gate });
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
