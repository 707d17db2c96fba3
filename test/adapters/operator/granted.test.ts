import { type AwsClient, AwsError } from "../../../adapters/aws/client";
import { endpointVariable } from "../../../adapters/aws/environment";
import { type AnyAct, carryOut, reviewAct } from "../../../adapters/operator/act";
import type { Need, OperatorPlace, Uses } from "../../../adapters/operator/world";
import { toItem } from "../../../adapters/tables/item";
import { putItem } from "../../../adapters/tables/table";
import { type AnyTableName, tables } from "../../../adapters/tables/tables";
import { listEdit } from "../../../features/access-list/store/edits";
import { toRowChange } from "../../../features/access-list/store/row-changes";
import { invitePerson } from "../../../features/approvals/invite-person";
import { type ApprovalRequest, requestId } from "../../../features/approvals/request";
import { beginFirstStage } from "../../../features/approvals/stages";
import { approve, deny, submit } from "../../../features/approvals/transitions";
import { accessEndedRow } from "../../../features/expiry/ended";
import { expiry } from "../../../features/expiry/rule";
import { invited } from "../../../features/invitations/rule";
import { acts } from "../../../features/lists/acts";
import { oneAccountKey } from "../../../features/one-account/rule";
import { ledgerIds } from "../../../features/reference-data/row";
import { admitted } from "../../cli/records";
import { startConsole, type TestConsole } from "../../console/support";
import { hashOf } from "../../engine/sign-up/people";
import { alice, asking, HOUR, kim } from "../../features/approvals/requests";
import { anyPolicy } from "../../support/any-policy";

let pages: TestConsole;
beforeAll(async () => {
  pages = await startConsole();
  Object.assign(pages.world, { policiesAt: () => [anyPolicy([expiry({ lasts: "90d" }), invited({ otherwise: "continue" })])] });
  await pages.world.decisions.keep(admitted("lou", 1, { personId: "lou" }), 90);
});
afterAll(() => pages.close());

type Cells = Readonly<Record<string, { readonly S?: string }>>;

interface Named {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly Key?: Cells;
  readonly Item?: Cells;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Cells;
}

/** An action on rows of a table. `keys`: the rows' partition keys, or undefined for all rows. */
interface Called {
  readonly table: string;
  readonly action: string;
  readonly index?: string | undefined;
  readonly keys?: readonly string[] | undefined;
}

const kinds = { Put: "PutItem", Update: "UpdateItem", Delete: "DeleteItem", ConditionCheck: "ConditionCheckItem" } as const;

function queriedKey(
  { KeyConditionExpression = "", ExpressionAttributeNames = {}, ExpressionAttributeValues = {} }: Named,
  attribute: string,
): readonly string[] | undefined {
  for (const [, name = "", value = ""] of KeyConditionExpression.matchAll(/(#?\w+) = (:\w+)/g))
    if ((ExpressionAttributeNames[name] ?? name) === attribute) return [String(ExpressionAttributeValues[value]?.S)];
  return undefined;
}

/** The actions of a call, on tables by their deployed names. */
function listCalls(operation: string, input: object, tableOf: (name: string) => AnyTableName): readonly Called[] {
  const { RequestItems, TransactItems, ...one } = input as Partial<Named> & {
    readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Cells[] }>>;
    readonly TransactItems?: readonly Record<string, Named>[];
  };
  const keyIn = (name: string, cells: Cells | undefined) => cells && [String(cells[tables[tableOf(name)].key[0]]?.S)];
  if (RequestItems !== undefined)
    return Object.entries(RequestItems).map(([name, { Keys }]) => ({
      ...{ table: tableOf(name), action: operation, keys: Keys.flatMap((cells) => keyIn(name, cells) ?? []) },
    }));
  if (TransactItems !== undefined)
    return TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, { TableName: name, Key, Item }]) => ({
        ...{ table: tableOf(name), action: kinds[kind as keyof typeof kinds], keys: keyIn(name, Key ?? Item) },
      })),
    );
  const { TableName, IndexName: index, Key, Item } = one;
  if (TableName === undefined) throw new Error(`Which table does ${operation} call?`);
  const table = tableOf(TableName);
  const keys = keyIn(TableName, Key ?? Item) ?? queriedKey(one as Named, tables[table].key[0]);
  return [{ table: index === undefined ? table : `${table} indexes`, action: operation, index, keys }];
}

function isGranted({ table, action, index, keys }: Called, needs: readonly Need[]): boolean {
  return needs.some(({ table: place, actions, indexes, under }) => {
    if (place !== table || !actions.split(" ").includes(action)) return false;
    if (index !== undefined && indexes !== undefined && !indexes.includes(index)) return false;
    return under === undefined || (keys?.every((key) => under.some((prefix) => key.startsWith(prefix))) ?? false);
  });
}

/** A place whose client refuses what the acts' needs do not grant, as a role made from them would. */
function grantedPlace(place: OperatorPlace, uses: readonly Uses[]): OperatorPlace & { readonly refused: string[] } {
  const needs = uses.flatMap((each) => Object.values(each)).flatMap((member) => member.needs);
  const names = new Map((Object.keys(tables) as AnyTableName[]).map((table) => [place.nameOf(table), table]));
  const refused: string[] = [];
  const client: AwsClient = {
    async call(operation, input, signal) {
      const calls = listCalls(operation, input, (name) => names.get(name) as AnyTableName);
      const missing = calls
        .filter((each) => !isGranted(each, needs))
        .map(({ table, action, index, keys }) => [table, index, action, ...(keys ?? [])].filter(Boolean).join(" "));
      refused.push(...missing);
      if (missing.length > 0) throw new AwsError("AccessDeniedException", `The act's needs lack ${missing.join(", ")}.`, 400, {});
      return await place.tables.call(operation, input, signal);
    },
    warm: () => place.tables.warm(),
  };
  const settings = { ...place.settings, [endpointVariable("dns")]: "http://127.0.0.1:9" };
  return { ...place, tables: client, settings, refused };
}

const ago = (ms: number) => new Date(Date.now() - ms);
const id = requestId(kim, hashOf);

function rowOf(outcome: ReturnType<typeof submit>): ApprovalRequest {
  if (!outcome.ok) throw new Error(outcome.why);
  return outcome.request;
}

const pending = () => rowOf(submit(undefined, asking({ signUp: kim }), ago(HOUR)));
const staged = () =>
  rowOf(
    submit(undefined, asking({ signUp: kim, ...beginFirstStage([{ by: ["pat@contoso.com"], need: 1 }], false, ago(HOUR)) }), ago(HOUR)),
  );
const denied = () => rowOf(deny(pending(), { by: alice }, ago(HOUR)));
const failed = (): ApprovalRequest => ({ ...rowOf(approve(pending(), { by: alice }, ago(HOUR))), state: "failed" });

interface Sample {
  /** The row that is there. @default none */
  readonly row?: readonly [AnyTableName, object];
  /** Other rows that are there. @default none */
  readonly others?: readonly (readonly [AnyTableName, object])[];
  readonly target: unknown;
  readonly input?: object;
}

function decidedOn(request: ApprovalRequest, input: object = {}): Sample {
  const { reference, decision, stages } = request;
  return { row: ["approvals", request], input, target: { id, reference, seen: { decision, stages } } };
}

const partner = {
  ...{ reference: "partner", id: "contoso.com", token: "0123456789abcdef", state: "proven", by: "lee", revision: 1 },
  ...{ since: ago(HOUR).toISOString(), addedAt: ago(HOUR).toISOString() },
};
const gate = { reference: "posture", id: "default", state: "closed", reason: "bots", until: new Date(Date.now() + HOUR).toISOString() };
const pat = { from: ["pat@contoso.com"] };

const KIM = "00000000-0000-4000-8000-00000000000a";
const inDays = (days: number) => ago(-24 * days * HOUR).toISOString();
/** An account whose access ends soon, with a sponsor who is asked. */
const account = {
  ...{ id: KIM, turn: 1, personId: "kim", email: "kim@guests.example", reference: "K7QD-9MXD", sponsor: "mina@contoso.com" },
  ...{ letInAt: inDays(-100), arrivedAt: inDays(-100), until: inDays(10), endsAt: inDays(10), state: "in", reminded: [], history: [] },
};
const renewed = {
  ...{ ...account, until: inDays(100), endsAt: inDays(100) },
  history: [
    { at: inDays(-50), what: "extended", by: alice, until: inDays(10) },
    { at: ago(HOUR).toISOString(), what: "renewed", by: { kind: "console", name: "Kim" }, until: inDays(100) },
  ],
};
const endedByAct = {
  ...account,
  history: [{ at: ago(HOUR).toISOString(), what: "ended-early", by: alice, until: inDays(10), was: inDays(20), act: "an-act" }],
};
/** Offered by the actor, and to the actor. */
const offered = { ...account, offeredTo: "lee@contoso.com", offeredUntil: inDays(5) };
const offeredToActor = { ...offered, sponsor: "lee@contoso.com", offeredTo: "mina@contoso.com" };
const withAccount = { row: ["accounts", account], target: { id: KIM } } as const;

const invitation = invite("lee@invited.example");
const moved = invite("pat@invited.example");
const sentByAct = invite("sam@invited.example", { act: "an-act" });

function invite(email: string, more: { readonly act?: string } = {}): ApprovalRequest {
  const sending = { by: alice, code: "K7QD9MXDK7QD", days: 14, ...more };
  return rowOf(invitePerson(undefined, { email }, sending, hashOf, ago(HOUR)));
}

const edited = { entry: "edited.example", effect: "allow" };
const proposedRow = toRowChange({ after: toItem({ entry: "proposed.example", effect: "deny" }) });
const author = {
  at: ago(HOUR).toISOString(),
  by: "lee",
  name: "Lee",
  means: "console",
  added: 1,
  changed: 0,
  removed: 0,
  writes: 1,
} as const;
const expires = Math.floor(Date.now() / 1_000) + 86_400;
const changeSet = { ...author, state: "done", recorded: 0, written: 0, expires } as const;
const proposal = (id: string) => ({ ...author, state: "open", expires, id }) as const;
const proposalCells = (id: string) => ({ ...author, state: "open", expires, set: "proposals", part: id, rows: "packed" });

const incident = {
  ...{ set: "incidents", part: "20261120-040000000-k7qd", at: ago(HOUR).toISOString(), by: "lee", expires },
  ...{ selection: { from: ago(2 * HOUR).toISOString(), to: ago(HOUR).toISOString() }, decisions: 1, people: 1, listed: 0, nameless: 0 },
};
const step = (what: string, by = "lee") => ({ what, at: ago(HOUR).toISOString(), by });
const incidentIn = (state: string, more: object): Sample => ({
  ...{ row: ["listChanges", { ...incident, state, ...more }], target: { id: incident.part }, input: { listOnly: false, byWorker: true } },
});
const letIn = { at: ago(HOUR).toISOString(), last: ago(HOUR).toISOString() };
const old = { people: 21, selection: { ...incident.selection, from: ago(240 * HOUR).toISOString() } };
const erased = { typed: "kim@erased.example", same: ["kim@erased.example"] };
const way = oneAccountKey({ email: erased.typed, source: "b2b" }, hashOf);

const [freedId = ""] = ledgerIds("codes", "FREED", { hashOf });

const samples: Readonly<Record<string, Sample>> = {
  "partners.add": { target: "contoso.com" },
  "partners.check": { row: ["decisions", partner], target: "contoso.com" },
  "partners.show": { target: "contoso.com" },
  "partners.remove": { row: ["decisions", partner], target: "contoso.com" },
  "partners.undo": { target: "contoso.com" },
  "approvals.approve": decidedOn(pending()),
  "approvals.deny": decidedOn(pending()),
  "approvals.reopen": decidedOn(denied()),
  "approvals.retry": decidedOn(failed()),
  "approvals.reassign": decidedOn(staged(), { to: ["lee@contoso.com"] }),
  "approvals.remind": decidedOn(staged()),
  "approvals.deny-domain": { target: { domain: "flood.example" } },
  "approvals.delegate": { target: pat, input: { to: "lee@contoso.com", until: new Date(Date.now() + HOUR) } },
  "approvals.undelegate": { target: pat },
  "asks.ask": {
    target: { email: "kim@asked.example", asker: { by: "oid-hana", name: "Hana", addresses: ["hana@contoso.com"] } },
    input: { why: "an audit" },
  },
  "asks.show": { target: { by: "oid-hana", name: "Hana", addresses: ["hana@contoso.com"] } },
  "invitations.invite": { target: { email: "kim@invited.example" }, input: { days: 14 } },
  "invitations.resend": { row: ["approvals", invitation], target: { id: invitation.id }, input: { usualDays: 14 } },
  "invitations.extend": { target: { id: invitation.id }, input: { days: 7 } },
  "invitations.revoke": { target: { id: invitation.id } },
  "invitations.take-back": { row: ["approvals", sentByAct], target: { id: sentByAct.id }, input: { act: "an-act" } },
  "invitations.restore": { target: { id: invitation.id }, input: { until: new Date(Date.now() + HOUR) } },
  "invitations.transfer": { row: ["approvals", moved], target: { invitation: moved, to: "bo@invited.example" } },
  "access.extend": { ...withAccount, input: { days: 30 } },
  "access.renew": { ...withAccount, input: { days: 30, gates: ["default"] } },
  "access.end": withAccount,
  "access.restore": { target: { id: KIM }, input: { was: inDays(10) } },
  "access.undo": { row: ["accounts", endedByAct], target: { id: KIM }, input: { act: "an-act" } },
  "access.sponsor": { ...withAccount, input: { sponsor: "lee@contoso.com" } },
  "access.readmit": {
    row: ["ledger", accessEndedRow(account as never, "ended", new Date(), hashOf)],
    target: { email: account.email, gates: ["default"] },
  },
  "guests.let-end": withAccount,
  "guests.renew": withAccount,
  "guests.offer": { ...withAccount, input: { to: "lee@contoso.com" } },
  "guests.accept": { row: ["accounts", offeredToActor], target: { id: KIM } },
  "guests.refuse": { row: ["accounts", offeredToActor], target: { id: KIM } },
  "guests.withdraw": { row: ["accounts", offered], target: { id: KIM } },
  "guests.undo": { row: ["accounts", renewed], target: { id: KIM } },
  "list.set": { target: { row: { entry: "set.example", effect: "deny" } } },
  "list.edit": { row: ["accessList", edited], target: { rows: [{ before: toItem(edited) }], means: "console" } },
  "list.import": { target: { rows: new Map([["file.example", { entry: "file.example", effect: "deny" }]]) } },
  "list.revert": {
    row: ["listChanges", { ...changeSet, set: "sets", part: "one" }],
    target: { set: { ...changeSet, id: "one" }, examples: 1 },
  },
  "list.propose": { target: listEdit([proposedRow], "console") },
  "list.confirm": { row: ["listChanges", proposalCells("two")], target: { proposal: proposal("two"), rows: [proposedRow] } },
  "list.reject": { row: ["listChanges", proposalCells("three")], target: { proposal: proposal("three"), rows: [proposedRow] } },
  "incidents.open": { target: { selection: { from: ago(2 * HOUR).toISOString(), to: new Date().toISOString() } } },
  "incidents.act": incidentIn("open", { steps: [step("opened")] }),
  "incidents.confirm": incidentIn("open", { ...old, steps: [step("opened"), step("asked")] }),
  "incidents.undo": incidentIn("acted", { steps: [step("acting")], changeSet: "one" }),
  "incidents.enable": {
    ...incidentIn("acted", { steps: [step("acting")], outcome: { disabled: 1 } }),
    target: { id: incident.part, person: "kim" },
    others: [
      [
        "listChanges",
        { set: `incident/${incident.part}`, part: "kim", reference: "K7QD-9MXD", id: "d-1", ...letIn, state: "disabled", expires },
      ],
    ],
  },
  "person.begin-erasure": { target: { named: erased, requests: [] }, input: { start: async () => undefined } },
  "person.erase": { row: ["profiles", { person: erased.typed, city: "Busan" }], target: { named: erased, run: "" }, input: { list: true } },
  "person.export": { target: erased },
  "person.forget-account": { row: ["ledger", { ...way.key, issuer: "google.com" }], target: erased },
  "reference-data.add": { target: { list: "codes", rows: [toItem({ list: "codes", value: "NEW" })] }, input: { columns: [] } },
  "reference-data.free": {
    row: ["ledger", { id: freedId, people: ["a"] }],
    target: { list: "codes", value: "FREED", id: freedId },
  },
  "reference-data.remove": {
    row: ["referenceData", { list: "codes", value: "OLD" }],
    target: { list: "codes", value: "OLD" },
    input: { columns: [] },
  },
  "gates.set": { row: ["decisions", gate], target: "default", input: { state: "listed", reason: "bots" } },
  "gates.extend": { target: "default" },
  "gates.undo": { target: "default" },
};

it("every act has a sample here", () => expect(Object.keys(samples).sort()).toEqual(acts.map(({ name }) => name).sort()));

// One after the other: an Undo and the end of a delegation use what the act before them left.
it.each((acts as readonly AnyAct[]).map((act) => [act.name, act] as const))(
  "%s needs no more rights than its members of the operator's world name",
  async (name, act) => {
    const { row, others = [], target, input = {} } = samples[name] as Sample;
    const { place } = pages.world;
    for (const [table, cells] of row === undefined ? [] : [row, ...others]) {
      const item = toItem(JSON.parse(JSON.stringify(cells)));
      await putItem({ client: pages.database.client, name: place.nameOf(table), key: tables[table].key }, item);
    }
    const granted = grantedPlace(place, [act.uses]);
    const decider = { names: ["mina@contoso.com"], addresses: ["mina@contoso.com"] };
    const doing = { actor: { by: "oid", name: "Kim", via: "console", decider }, now: new Date() } as const;
    await reviewAct(act, [target], input, granted, doing);
    const result = await carryOut(act, { target, input, answered: "all" }, granted, doing);
    expect(granted.refused).toEqual([]);
    expect(result.kind).toBe("done");
  },
);
