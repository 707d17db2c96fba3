import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import type { AwsClient } from "../../adapters/aws/client";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime } from "../../adapters/aws/world-parts";
import { streamReader } from "../../adapters/stream-reader";
import { present } from "../../adapters/tables/conditions";
import { type Item, toItem, toRow } from "../../adapters/tables/item";
import { putting } from "../../adapters/tables/table";
import { CHANGE_SETS, type ChangeSet } from "../../features/access-list/change-set";
import { type ChangeSetStore, changeSetStore } from "../../features/access-list/store/change-sets";
import { addIndexes } from "../../features/access-list/store/list-indexes";
import { type Draft, recordEdit, resumeEdit } from "../../features/access-list/store/run";
import type { Approver } from "../../features/approvals/request";
import { approve, claim, release } from "../../features/approvals/transitions";
import { linkedEntry } from "../../features/audit/chain";
import { type AuditRow, changeMark } from "../../features/audit/entry";
import { changeAuditor, MOST_SINGLE } from "../../features/audit/store/change-auditor";
import { type AuditStore, auditStore, type RowAudited } from "../../features/audit/store/trail";
import { deliveryAuditor } from "../../features/audit/worker";
import { changedPosture, surgedPosture } from "../../features/posture/change";
import { hashOf } from "../engine/sign-up/people";
import { HOUR, later, lease, pending, rowOf } from "../features/approvals/requests";
import { startDynamoDb, type TestDynamoDb } from "../support/dynamodb";
import { createKeyTable } from "../support/key-table";

let database: TestDynamoDb;
let trail: AuditStore;
let changes: ChangeSetStore;
let deliver: ReturnType<typeof streamReader>;
let count = 0;
beforeAll(async () => {
  database = await startDynamoDb();
});
beforeEach(async () => {
  const names = { audit: `audit-${count}`, listChanges: `changes-${count++}` };
  for (const [table, name] of Object.entries(names)) await createKeyTable(database.client, name, table as keyof typeof names);
  trail = auditStore(database.client, names.audit, async () => ({ hashOf }));
  changes = changeSetStore(database.client, names.listChanges);
  const world = { ...awsRuntime(), ...awsLog(), tables: database.client };
  const audit = deliveryAuditor(world.clock, changeAuditor({ trail, hashes: async () => ({ hashOf }) }));
  deliver = streamReader(world, "audit-trail", audit);
});
afterAll(() => database.close());

let events = 0;
type Cells = Readonly<Record<string, unknown>>;

/** What a stream tells of a row: before and after. */
function change(keys: readonly string[], before: Cells | undefined, after: Cells | undefined, more: object = {}): DynamoDBRecord {
  const cells = (after ?? before) as Cells;
  return {
    eventID: `event-${events++}`,
    eventName: before === undefined ? "INSERT" : after === undefined ? "REMOVE" : "MODIFY",
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(Date.now() / 1_000),
      SequenceNumber: String(events),
      Keys: marshall(Object.fromEntries(keys.map((key) => [key, cells[key]]))),
      ...(before && { OldImage: marshall(before, { removeUndefinedValues: true }) }),
      ...(after && { NewImage: marshall(after, { removeUndefinedValues: true }) }),
    } as DynamoDBRecord["dynamodb"],
    ...more,
  };
}
const listed = (before: Cells | undefined, after: Cells | undefined, more?: object) => change(["entry"], before, after, more);

const told = async () =>
  (await trail.page({})).entries.map(({ by, via, action, subject, outcome, seen, count: rows, set }) =>
    [
      via,
      by,
      action,
      subject,
      outcome,
      ...(seen ? ["seen"] : []),
      ...(rows === undefined ? [] : [rows]),
      ...(set === undefined ? [] : ["set"]),
    ].join(" "),
  );

const allow = { entry: "a.example", effect: "allow" };
const deny = { entry: "a.example", effect: "deny" };
const kim = { by: "oid-1", name: "Kim" };

it.each<[string, DynamoDBRecord, readonly string[]]>([
  ["a row added in the AWS console", listed(undefined, allow), ["outside outside access-list.added a.example done"]],
  ["one that is changed there", listed(allow, deny), ["outside outside access-list.changed a.example done"]],
  ["one that is removed", listed(deny, undefined), ["outside outside access-list.removed a.example done"]],
  ["a profile", change(["person"], undefined, { person: "kim@contoso.com" }), ["outside outside profiles.added kim@contoso.com done"]],
  [
    "a permitted value",
    change(["list", "value"], { list: "codes", value: "x" }, undefined),
    ["outside outside reference-data.removed codes/x done"],
  ],
  ["what the list's indexes go by alone", listed(allow, addIndexes(marshall(allow)) && { ...allow, ...indexCells() }), []],
  ["a flag of the hygiene worker's", listed(allow, { ...allow, problem: "x" }), ["gatehouse gatehouse access-list.tidied a.example done"]],
  [
    "the spelling that it took away",
    listed({ entry: "@A.example", effect: "allow" }, undefined),
    ["gatehouse gatehouse access-list.tidied @A.example done"],
  ],
  [
    "two rows that it made one",
    listed({ ...deny, note: "n" }, { ...deny, note: 'n; also typed as "A.example" (effect deny)' }),
    ["gatehouse gatehouse access-list.tidied a.example done"],
  ],
  ["a row whose time was over", listed(allow, undefined, { userIdentity: { type: "Service" } }), []],
  ["a table that is not audited", change(["reference", "id"], undefined, { reference: "a", id: "b" }), []],
])("the trail reports or skips %s, once for any number of deliveries", async (_, record, expected) => {
  for (let time = 0; time < 2; time++) expect(await deliver({ Records: [record] })).toEqual({ batchItemFailures: [] });
  expect(await told()).toEqual(expected);
});

it.each<[string, readonly DynamoDBRecord[], readonly string[]]>([
  [
    "a spelling that the worker mended",
    [listed(undefined, { ...allow, typed: "@A.example" }), listed({ ...allow, entry: "@A.example" }, undefined)],
    ["gatehouse access-list.tidied @A.example", "gatehouse access-list.tidied a.example"],
  ],
  ["one that nobody typed", [listed(undefined, { ...allow, typed: "@A.example" })], ["outside access-list.added a.example"]],
  ["one that was right already", [listed(undefined, { ...allow, typed: allow.entry })], ["outside access-list.added a.example"]],
  [
    "one that was typed to deny",
    [listed(undefined, { ...allow, typed: "@A.example" }), listed({ ...deny, entry: "@A.example" }, undefined)],
    ["gatehouse access-list.tidied @A.example", "outside access-list.added a.example"],
  ],
  ["a merge that lets in", [listed(deny, { ...allow, note: 'replaced "x"' })], ["outside access-list.changed a.example"]],
  [
    "a merge that lets in for longer",
    [listed({ ...allow, expiresAt: "2020-01-01" }, { ...allow, note: 'replaced "x"' })],
    ["outside access-list.changed a.example"],
  ],
  [
    "a merge that keeps out fewer",
    [listed(deny, { ...deny, issuer: "google.com", note: 'replaced "x"' })],
    ["outside access-list.changed a.example"],
  ],
])("the trail distinguishes the hygiene worker's changes from similar ones: %s", async (_, Records, expected) => {
  await deliver({ Records: [...Records] });
  expect((await trail.page({})).entries.map(({ by, action, subject }) => `${by} ${action} ${subject}`)).toEqual(expected);
});

it("a moved row whose new spelling was already reported counts as tidied by Gatehouse", async () => {
  await deliver({ Records: [listed(undefined, { ...allow, entry: "@A.example" })] });
  await deliver({ Records: [listed(undefined, { ...allow, typed: "@A.example" })] });
  expect((await told())[0]).toBe("gatehouse gatehouse access-list.tidied a.example done");
});

function indexCells(): Cells {
  const added = Object.entries(addIndexes(marshall(allow))).filter(([name]) => !(name in allow));
  return Object.fromEntries(added.map(([name, cell]) => [name, cell.S]));
}

const edit = { ...kim, action: "access-list.changed", subject: "a.example", before: allow, after: deny };
const change1 = { table: "access-list", subject: "a.example", before: allow, after: deny } as const;
const byKim = "console oid-1 access-list.changed a.example done";
const outside = "outside outside access-list.changed a.example done";

/** An edit as the console makes it: the row and its entry together. */
const edited = (made: RowAudited = change1) => trail.tell({ ...edit, via: "console", outcome: "done" }, new Date(), [made]);

it.each<[string, DynamoDBRecord, readonly string[]]>([
  ["the change that was made with it", listed(allow, deny), [byKim]],
  ["that beside cells that others had added", listed({ ...allow, more: 1 }, { ...deny, more: 1 }), [byKim]],
  ["that of a row that was flagged meanwhile", listed({ ...allow, problem: "x" }, { ...deny, problem: "x" }), [byKim]],
  ["one of another cell", listed(allow, { ...allow, note: "x" }), [outside, byKim]],
  ["one that does more", listed(allow, { ...deny, note: "x" }), [outside, byKim]],
  ["one from another row", listed({ ...allow, effect: "none" }, deny), [outside, byKim]],
  [
    "one of another row",
    listed({ ...allow, entry: "b.example" }, { ...deny, entry: "b.example" }),
    [outside.replace("a.ex", "b.ex"), byKim],
  ],
])("the trail compares a change with an entry's digest: %s", async (_, record, expected) => {
  await edited();
  for (let time = 0; time < 2; time++) await deliver({ Records: [record] });
  expect(await told()).toEqual(expected);
});

it("the trail explains a change that 6,000 other entries follow within ten minutes", async () => {
  const rows: AuditRow[] = [];
  const write = (subject: string, marks: readonly string[]) =>
    rows.push(
      linkedEntry(
        rows.at(-1),
        { by: "oid-1", via: "console", action: "access-list.added", outcome: "done", subject, marks },
        new Date(),
        "salt",
      ),
    );
  write("a.example", [changeMark({ table: "access-list", subject: "a.example", after: allow }, hashOf)]);
  for (let number = 0; number < 6_000; number++) write(`n${number}.example`, [`mark-${number}`]);
  const told: string[] = [];
  const audit = changeAuditor({
    trail: {
      async *newestRows() {
        for (let end = rows.length; end > 0; end -= 200) yield rows.slice(Math.max(end - 200, 0), end).reverse();
      },
      tell: async ({ via }) => String(told.push(via)),
    },
    hashes: async () => ({ hashOf }),
  });
  await audit([{ table: "access-list", event: "e1", at: new Date(), subject: "a.example", after: allow }], new Date());
  expect(told).toEqual([]);
});

it("the trail attributes only one change to one entry", async () => {
  await edited();
  const Records = [listed(allow, deny), listed(deny, allow), listed(allow, deny)];
  for (let time = 0; time < 2; time++) await deliver({ Records });
  expect(await told()).toEqual([outside, outside, byKim]);
});

it("the trail finds the entries of two people who changed the same row one after the other", async () => {
  await edited();
  await edited({ ...change1, before: deny, after: allow });
  await edited();
  await deliver({ Records: [listed(allow, deny), listed(deny, allow), listed(allow, deny)] });
  expect(await told()).toEqual([byKim, byKim, byKim]);
});

it("the trail recognises announced rows by their marks, whatever the rows held", async () => {
  const marks = [changeMark({ table: "access-list", subject: "a.example" }, hashOf)];
  await trail.tell({ by: "arn", action: "person.erased", via: "command", outcome: "begun", count: 1, marks }, new Date());
  const Records = [listed(allow, undefined)];
  for (let time = 0; time < 2; time++) await deliver({ Records });
  expect(await told()).toEqual(["command arn person.erased  done seen 1"]);
});

const rows = (many: number) => Array.from({ length: many }, (_, index) => ({ entry: `r${index}.example`, effect: "allow" }));

/** Makes a change set as a job, without writing any row. */
async function setOf(draft: Partial<Draft>, many: number) {
  const full: Draft = { by: "arn:kim", means: "list import", added: many, changed: 0, removed: 0, writes: many, ...draft };
  const given = rows(many).map((row) => ({ entry: row.entry, after: toItem(row) }));
  const answer = async (_: string, { Statements = [] }: { Statements?: readonly object[] }) => ({ Responses: Statements.map(() => ({})) });
  const ports = { changes, trail, client: { call: answer } as unknown as AwsClient, list: "" };
  const set = (await recordEdit(ports, full, given, new Date(), {})) as ChangeSet;
  return (await resumeEdit(ports, set)).set;
}

it.each<Partial<Draft>>([{}, { means: "console import", by: "oid-1", name: "Kim" }, { means: "incident act" }])(
  "the trail reports only the beginning and end of a job: %j",
  async (draft) => {
    const set = await setOf(draft, 60);
    const { id, ...head } = set;
    const begun = { set: "sets", part: id, ...head };
    await deliver({
      Records: [
        change(["set", "part"], undefined, begun),
        change(["set", "part"], { set: id, part: "1" }, { set: id, part: "1", from: 1 }),
      ],
    });
    const Records = rows(60).map((row) => listed(undefined, row));
    for (let time = 0; time < 2; time++) await deliver({ Records });
    await deliver({ Records: [change(["set", "part"], begun, { ...begun, state: "done" })] });
    const by = draft.name === undefined ? "command arn:kim" : "console oid-1";
    const both = [`${by} access-list.set-done ${id} done 60 set`, `${by} access-list.set-begun ${id} done 60 set`];
    expect(await told()).toEqual(both);
    // A row that was none of its own, and one of its own that somebody repeats by hand.
    await deliver({ Records: [listed(undefined, { entry: "r1.example", effect: "deny" }), listed(undefined, rows(1)[0])] });
    expect(await told()).toEqual([
      "outside outside access-list.added r0.example done",
      "outside outside access-list.added r1.example done",
      ...both,
    ]);
  },
);

it("the trail reports a change set whose row an outsider changed or removed", async () => {
  const { id, ...head } = await setOf({}, 3);
  const begun = { set: "sets", part: id, ...head };
  await deliver({ Records: [change(["set", "part"], begun, { ...begun, means: 7 }), change(["set", "part"], begun, undefined)] });
  expect((await told()).slice(0, 2)).toEqual([
    `outside outside list-changes.removed ${id} done`,
    `outside outside list-changes.changed sets/${id} done`,
  ]);
});

it("the trail does not attribute a change to an edit that failed: the change counts as made outside", async () => {
  const list = { client: database.client, name: database.tableName, key: ["entry"] } as const;
  const write = putting(list, toItem(deny), present("entry"));
  expect(await trail.commit(edit, [{ write, change: change1 }], new Date())).toBe(false);
  await deliver({ Records: [listed(allow, deny)] });
  expect(await told()).toEqual([outside, "console oid-1 access-list.changed a.example conflict"]);
});

it("the trail reports many unexplained rows in one entry, once", async () => {
  const Records = rows(MOST_SINGLE + 1).map((row) => listed(undefined, row));
  await deliver({ Records });
  await deliver({ Records: Records.slice(3) });
  expect(await told()).toEqual([`outside outside access-list.added  done ${MOST_SINGLE + 1}`]);
});

it("the trail's reader asks again for a change that the trail rejected, and reports each change once", async () => {
  const world = { ...awsRuntime(), ...awsLog(), tables: database.client };
  const audit = deliveryAuditor(
    world.clock,
    changeAuditor({
      trail: {
        ...trail,
        tell: async (news, now) => (news.subject === "r1.example" ? Promise.reject(new Error("down")) : await trail.tell(news, now)),
      },
      hashes: async () => ({ hashOf }),
    }),
  );
  const failing = streamReader(world, "audit-trail", audit);
  const Records = rows(3).map((row) => listed(undefined, row));
  const first = Records[0]?.dynamodb?.SequenceNumber;
  expect(await failing({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: first }] });
  await deliver({ Records });
  expect((await told()).length).toBe(3);
});

it("the trail reports each step of an incident with the person in its row, and nothing about affected people", async () => {
  const incident = { set: "incidents", part: "i", by: "arn:kim", state: "selecting", people: 0, steps: [] };
  const at = "2026-11-20T04:00:00.000Z";
  const opened = { ...incident, state: "open", people: 30, steps: [{ what: "opened", at, by: "arn:kim" }] };
  const acting = { ...opened, state: "acting", steps: [...opened.steps, { what: "acting", at, by: "arn:lee" }] };
  const steps = [change(["set", "part"], incident, opened), change(["set", "part"], opened, acting)];
  const byHand = change(["set", "part"], acting, { ...acting, state: "undone" });
  const person = change(["set", "part"], undefined, { set: "incident/i", part: "hash", state: "selected" });
  expect(await deliver({ Records: [...steps, byHand, person] })).toEqual({ batchItemFailures: [] });
  expect(await told()).toEqual([
    "outside outside incident.changed i done",
    "command arn:lee incident.acting i done",
    "command arn:kim incident.opened i done",
  ]);
});

const proposal = { set: "proposals", part: "p1", by: "oid-1", name: "Kim", means: "console", entry: "*", state: "open", writes: 1 };
const proposed = (before: Cells | undefined, after: Cells | undefined) => change(["set", "part"], before, after);
const settled = {
  ...proposal,
  state: "confirmed",
  settledAt: "2026-11-21T00:00:00Z",
  settledBy: "oid-2",
  settledName: "Lee",
  changeSet: "c",
};
const packed = (text: string) => ({ ...proposal, rows: Buffer.from(text) });

it.each<[string, object | undefined, DynamoDBRecord, string]>([
  [
    "that somebody makes",
    { ...kim, action: "access-list.proposed", subject: "*" },
    proposed(undefined, proposal),
    "console oid-1 access-list.proposed * done",
  ],
  [
    "that another confirms",
    { by: "oid-2", action: "access-list.proposal-confirmed", subject: "p1" },
    proposed(proposal, settled),
    "console oid-2 access-list.proposal-confirmed p1 done",
  ],
  ["made in another's name", undefined, proposed(undefined, proposal), "outside outside access-list.proposed p1 done"],
  ["confirmed in another's name", undefined, proposed(proposal, settled), "outside outside access-list.proposal-confirmed p1 done"],
  ["with other rows", undefined, proposed(packed("a"), packed("b")), "outside outside access-list.proposal-changed p1 done"],
  ["opened again", undefined, proposed(settled, proposal), "outside outside access-list.proposal-changed p1 done"],
  ["that is gone", undefined, proposed(proposal, undefined), "outside outside access-list.proposal-removed p1 done"],
])("the trail reports a proposal %s, once", async (_, said, record, expected) => {
  const { OldImage, NewImage } = record.dynamodb ?? {};
  const [before, after] = [OldImage, NewImage].map((image) => image && toRow(image as Item));
  const made = { table: "list-changes", subject: "proposals/p1", ...(before && { before }), ...(after && { after }) } as const;
  if (said !== undefined) await trail.tell({ ...(said as typeof edit), via: "console", outcome: "done" }, new Date(), [made]);
  for (let time = 0; time < 2; time++) await deliver({ Records: [record] });
  expect(await told()).toEqual([expected]);
});

it("the trail reports many rows in a single further entry if one entry announced them all", async () => {
  const values = rows(MOST_SINGLE + 5).map(({ entry }) => ({ list: "codes", value: entry }));
  const marks = values.map((row) => changeMark({ table: "reference-data", subject: `${row.list}/${row.value}`, after: row }, hashOf));
  const said = { by: "arn:kim", via: "command", action: "reference-data.imported", subject: "codes", count: marks.length, marks } as const;
  await trail.audited(said, new Date(), async () => true);
  const Records = values.map((row) => change(["list", "value"], undefined, row));
  for (let time = 0; time < 2; time++) await deliver({ Records });
  expect(await told()).toEqual([`command arn:kim reference-data.imported codes done seen ${marks.length}`]);
  expect((await trail.page({})).entries[0]?.number).toBe("000000000001");
  let entries = 0;
  for await (const page of trail.rows()) entries += page.length;
  expect(entries).toBe(3);
});

it("the trail reports a restored change set as part of the restore, and not its former changes", async () => {
  const head = { set: CHANGE_SETS, part: "20261121-1", by: "arn:lee", means: "list import", writes: 40, added: 40, state: "done" };
  const marks = [changeMark({ table: "list-changes", subject: `${head.set}/${head.part}`, after: head }, hashOf)];
  const said = { by: "arn:kim", via: "command", action: "list-changes.restored", subject: "s3://b/k", count: 1, marks } as const;
  await trail.audited(said, new Date(), async () => true);
  const Records = [change(["set", "part"], undefined, head)];
  for (let time = 0; time < 2; time++) await deliver({ Records });
  expect(await told()).toEqual(["command arn:kim list-changes.restored s3://b/k done seen 1"]);
});

it("the trail recognises an announced row even if a list of its values has another order", async () => {
  const row = { entry: "a.example", effect: "allow", gates: ["a", "b"] };
  const marks = [changeMark({ table: "access-list", subject: row.entry, after: { ...row, gates: ["b", "a"] } }, hashOf)];
  const said = { by: "arn:kim", via: "command", action: "access-list.restored", subject: "s3://b/k", count: 1, marks } as const;
  await trail.audited(said, new Date(), async () => true);
  await deliver({ Records: [listed(undefined, row)] });
  expect(await told()).toEqual(["command arn:kim access-list.restored s3://b/k done seen 1"]);
});

it.each([1, MOST_SINGLE + 1])("the trail matches each of %d announced changes once, for any number of deliveries", async (count) => {
  const values = rows(count).map(({ entry }) => ({ list: "codes", value: entry }));
  const marks = values.map((row) => changeMark({ table: "reference-data", subject: `${row.list}/${row.value}`, after: row }, hashOf));
  const said = { by: "arn:kim", via: "command", action: "reference-data.imported", subject: "codes", count, marks } as const;
  await trail.audited(said, new Date(), async () => true);
  const [first] = values;
  const added = values.map((row) => change(["list", "value"], undefined, row));
  const others = [change(["list", "value"], first, undefined), change(["list", "value"], undefined, first)];
  for (const Records of [added, added, others, others, added]) await deliver({ Records });
  expect(await told()).toEqual([
    `outside outside reference-data.added codes/${first?.value} done`,
    `outside outside reference-data.removed codes/${first?.value} done`,
    expect.stringMatching(/^command arn:kim reference-data.imported codes done seen/),
  ]);
});

const request = (state: string, by: object | undefined, more: object = {}) => ({
  id: "hash",
  reference: "K7QD-9MXD",
  state,
  turn: 1,
  personId: "p",
  email: "kim@contoso.com",
  history: by === undefined ? [] : [{ at: `2026-11-21T00:00:00.00${Object.keys(more).length}Z`, from: "pending", to: state, by }],
  ...more,
});
const worker = { kind: "gatehouse", name: "sign-up" };

it.each<[string, DynamoDBRecord, readonly string[]]>([
  ["who asks", change(["id"], undefined, request("pending", worker)), []],
  ["what a worker does", change(["id"], request("approved", undefined), request("provisioned", worker, { turn: 2 })), []],
  [
    "a command's decision",
    change(["id"], request("pending", worker), request("approved", { kind: "cli", name: "arn:kim" }, { turn: 2 })),
    ["command arn:kim approvals.approve K7QD-9MXD done"],
  ],
  [
    "another system's",
    change(["id"], request("pending", worker), request("denied", { kind: "iam", name: "arn:crm" }, { turn: 2 })),
    ["api arn:crm approvals.deny K7QD-9MXD done"],
  ],
  [
    "what says that it is the console's, and is not",
    change(["id"], request("pending", worker), request("approved", { kind: "console", name: "Kim" }, { turn: 2 })),
    ["outside outside approvals.approve K7QD-9MXD done"],
  ],
  [
    "a hand's",
    change(["id"], request("pending", worker), { ...request("approved", worker), history: request("pending", worker).history }),
    ["outside outside approvals.changed K7QD-9MXD done"],
  ],
  ["one that is removed", change(["id"], request("pending", worker), undefined), ["outside outside approvals.removed K7QD-9MXD done"]],
])("the trail reports changes to requests, except those by workers and applicants: %s", async (_, record, expected) => {
  await deliver({ Records: [record] });
  expect(await told()).toEqual(expected);
});

it("the trail matches an approval in the console with the entry that the console wrote for it", async () => {
  const said = {
    ...kim,
    action: "approvals.approve",
    subject: "K7QD-9MXD",
    after: { state: "approved", email: "kim@contoso.com", note: "yes" },
  };
  await trail.audited(said, new Date(), async () => true);
  await deliver({
    Records: [change(["id"], request("pending", worker), request("approved", { kind: "console", name: "Kim" }, { turn: 2 }))],
  });
  expect(await told()).toEqual(["console oid-1 approvals.approve K7QD-9MXD done seen"]);
});

it.each<[string, Approver, string]>([
  ["command", { kind: "cli", name: "alice" }, "command alice approvals.approve"],
  ["console", { kind: "console", name: "Kim" }, "console oid-1 approvals.approve"],
])("the trail reports an approval by %s once, although workers claim and release it twice", async (_, by, expected) => {
  const asked = pending();
  const approved = rowOf(approve(asked, { by }, later(1)));
  const rows = [asked, approved];
  for (let hour = 1; hour <= 2; hour++) {
    const claimed = rowOf(claim(rows.at(-1), lease, later(hour * HOUR)));
    rows.push(claimed, rowOf(release(claimed, lease.holder, later((hour + 1) * HOUR), later(hour * HOUR + 1))));
  }
  if (by.kind === "console") {
    const said = { ...kim, action: "approvals.approve", subject: asked.reference };
    await trail.audited(said, new Date(), async () => true);
  }
  for (const [index, after] of rows.slice(1).entries()) await deliver({ Records: [change(["id"], rows[index] as never, after as never)] });
  expect(await told()).toEqual([`${expected} ${asked.reference} done${by.kind === "console" ? " seen" : ""}`]);
});

it("the trail names who set a gate: the entry's person, Gatehouse for a surge, otherwise an outsider", async () => {
  const formatGateSuffix = (before: Cells | undefined, after: Cells | undefined) => change(["reference", "id"], before, after);
  const closed = changedPosture(undefined, { gate: "default", state: "closed", reason: "bots", by: "kim", via: "console" }, new Date());
  const made = { table: "posture", subject: "posture/default", after: closed } as const;
  await trail.tell({ by: "kim", via: "console", action: "posture.added", subject: made.subject, outcome: "done" }, new Date(), [made]);
  const raised = surgedPosture(closed, undefined, "a window", new Date());
  await deliver({ Records: [formatGateSuffix(undefined, closed), formatGateSuffix(closed, raised), formatGateSuffix(raised, undefined)] });
  expect(await told()).toEqual([
    "outside outside posture.removed posture/default done",
    "gatehouse gatehouse posture.changed posture/default done",
    "console kim posture.added posture/default done",
  ]);
});
