import { createServer, type Server } from "node:http";
import { toItem } from "../../../adapters/tables/item";
import { readWorkFailures } from "../../../adapters/tables/work-notes";
import type { World } from "../../../adapters/world";
import { makeRule } from "../../../engine/sign-up/rule";
import type { Work } from "../../../engine/work";
import { APPROVAL_REQUESTED } from "../../../features/approvals/build-event";
import { approvalMailHandler } from "../../../features/approvals/worker/approval-mail";
import { sweeperHandler } from "../../../features/approvals/worker/sweeper";
import { arrivalsHandler } from "../../../features/arrivals/worker";
import { auditArchiveHandler, auditTrailHandler } from "../../../features/audit/worker";
import { decisionCounterHandler } from "../../../features/counts/worker";
import { decisionPublisherHandler } from "../../../features/decisions/worker";
import { accessHandler } from "../../../features/expiry/worker/access";
import { partnerLooksHandler } from "../../../features/partners/worker/looks";
import { rotationHandler } from "../../../features/rotation/worker/connector-rotation";
import { shadow } from "../../../features/shadow/rule";
import { shadowHandler } from "../../../features/shadow/worker";
import { webhookHandler } from "../../../features/webhooks/worker";
import { person } from "../../engine/sign-up/people";
import { decision } from "../../events/records";
import type { MemoryTables } from "../../memory/tables";
import { memoryWorld } from "../../memory/world";
import { anyPolicy } from "../../support/any-policy";
import { createDecisionsTable } from "../../support/decisions-table";
import { listen } from "../../support/dynamodb";
import { createKeyTable } from "../../support/key-table";
import { requested } from "../approvals/mail-requests";
import { createApprovalsTable } from "../approvals/store/approvals-table";

// Each worker with what it needs switched off: what it could not do is noted, so that operators need not read its log.

const QUEUE = "arn:aws:sqs:eu-west-1:111111111111:crm";
const lambda = { getRemainingTimeInMillis: () => 900_000 } as never;
const secretKey = "k".repeat(64);
const graphSettings = JSON.stringify({
  tenantId: "11111111-1111-1111-1111-111111111111",
  clientId: "22222222-2222-2222-2222-222222222222",
  clientSecret: "secret",
  tenantDomain: "contoso.onmicrosoft.com",
  redirectUrl: "https://app.contoso.com/",
});
const decided = { "detail-type": "sign-up.decided.v1", detail: { id: "1", time: "2026-11-27T21:59:00.000Z", reference: "K7QD-9MXD" } };
const message = { messageId: "1", eventSourceARN: QUEUE, body: JSON.stringify({ id: "1", ...decided }) };

const mail = { messageId: "2", eventSourceARN: QUEUE, body: JSON.stringify({ "detail-type": APPROVAL_REQUESTED, detail: requested }) };

let receiver: Server;
let url: string;
let status = 500;
beforeAll(async () => {
  receiver = createServer((_, response) => response.writeHead(status).end());
  url = await listen(receiver);
});
afterAll(() => receiver.close());

const webhookAt = (url: string) => JSON.stringify([{ name: "crm", url, queue: QUEUE, secret: "key" }]);

async function begin(secrets: Readonly<Record<string, string>> = {}) {
  const { world, observed } = memoryWorld({
    settings: {
      ...{ LEDGER_TABLE: "ledger", APPROVALS_TABLE: "approvals", DECISIONS_TABLE: "decisions", ACCESS_LIST_TABLE: "list" },
      ...{ AUDIT_TABLE: "audit", ACCOUNTS_TABLE: "accounts", PERSON_KEY_SECRET: "person-key" },
      ...{ APPROVALS_SECRET: "settings", APPROVAL_MAIL_SECRET: "mail", EXPIRY: "{}", AUDIT_ARCHIVE: "bucket", EVENT_BUS: "bus" },
      ...{ ROTATION_DAYS: "30", ROTATION_SECRET: "settings", ROTATED_GATES: "[]", GROUP_ID: "group", ARRIVAL_SPONSORS: "false" },
      AUDITED_STREAMS: JSON.stringify({ streams: ["arn:aws:dynamodb:eu-west-1:1:table/list/stream/1"], reader: "own" }),
      WEBHOOKS: webhookAt(url),
    },
    secrets: { "person-key": secretKey, key: `whsec_${Buffer.alloc(32, 1).toString("base64")}`, ...secrets },
    directory: () => {
      throw new TypeError("there is no Graph");
    },
  });
  for (const table of ["ledger", "accounts", "audit"] as const) await createKeyTable(world.tables, table, table);
  await createKeyTable(world.tables, "list", "accessList");
  await createApprovalsTable(world.tables, "approvals");
  await createDecisionsTable(world.tables, "decisions");
  const broken = new Set<string>();
  (world.tables as MemoryTables).before((_, input) => {
    const { TableName = "" } = input as { readonly TableName?: string };
    if (broken.has(TableName)) throw Object.assign(new Error("no answer"), { name: "TimeoutError" });
  });
  return { world, observed, broken, noted: async (work: Work) => (await readWorkFailures(world.tables, "ledger")).get(work) };
}
type Place = Awaited<ReturnType<typeof begin>>;

const mends = (place: Place) => place.broken.clear();

it.each<{
  readonly work: Work;
  readonly part?: string;
  readonly off: string;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly breaks?: (place: Place) => unknown;
  readonly why: string | RegExp;
  readonly mend?: (place: Place) => unknown;
  make(world: World): (event: never, context: never) => Promise<unknown>;
  readonly event?: object;
}>([
  {
    work: "sweeper",
    off: "the table of requests",
    breaks: ({ broken }) => broken.add("approvals"),
    why: "TimeoutError",
    mend: mends,
    make: sweeperHandler,
  },
  { work: "expiry", off: "settings", why: /ApprovalsSecret|no value|ResourceNotFound/, make: accessHandler, secrets: { settings: "{}" } },
  { work: "expiry", off: "Graph", why: "TypeError", make: accessHandler, secrets: { settings: graphSettings } },
  {
    work: "partners",
    off: "the table of partners",
    breaks: ({ broken }) => broken.add("decisions"),
    why: "TimeoutError",
    mend: mends,
    make: partnerLooksHandler,
  },
  {
    work: "audit-archive",
    off: "the audit trail's table",
    breaks: ({ broken }) => broken.add("audit"),
    why: "TimeoutError",
    mend: mends,
    make: auditArchiveHandler,
  },
  { work: "audit-streams", off: "the stream", why: "stream-off", make: auditTrailHandler, event: { source: "aws.scheduler" } },
  { work: "rotation", off: "settings", why: /RotationSecret/, make: rotationHandler, secrets: { settings: "{}" } },
  {
    work: "mails",
    part: "settings",
    off: "the mail's settings",
    why: /ApprovalMailSecret/,
    make: approvalMailHandler(),
    event: { Records: [mail] },
    secrets: { mail: "{}" },
  },
  {
    work: "webhooks",
    part: "crm",
    off: "the receiver",
    why: "status 500",
    make: webhookHandler,
    event: { Records: [message] },
    mend: () => {
      status = 204;
    },
  },
  {
    work: "webhooks",
    part: "crm",
    off: "an address that may be called",
    why: "no answer",
    make: (world) => webhookHandler({ ...world, settings: { ...world.settings, WEBHOOKS: webhookAt("http://127.0.0.1:9") } }),
    event: { Records: [message] },
  },
  { work: "arrivals", part: "K7QD-9MXD", off: "the event's person", why: "Error", make: arrivalsHandler, event: { Records: [message] } },
])(
  "$work without $off notes why, and removes the note once it goes through",
  async ({ work, part = "", secrets, breaks, why, mend, make, event = {} }) => {
    const place = await begin(secrets);
    breaks?.(place);
    const handle = make(place.world);
    const run = async () => await handle(event as never, lambda).catch(() => undefined);
    await run();
    expect(await place.noted(work)).toEqual([
      expect.objectContaining({ part, why: typeof why === "string" ? why : expect.stringMatching(why) }),
    ]);
    expect(JSON.stringify(await place.noted(work))).not.toMatch(/\w@\w/);
    if (mend === undefined) return;
    mend(place);
    await run();
    expect(await place.noted(work)).toBeUndefined();
  },
);

it("a stream's reader notes changes that wait", async () => {
  const { world, noted } = await begin();
  const refusing = {
    ...world,
    bus: { ...world.bus, putEvents: async () => Promise.reject(Object.assign(new Error("gone"), { name: "TimeoutError" })) },
  };
  const { reference, id } = decision;
  const change = { Keys: toItem({ reference, id }), NewImage: toItem(decision), SequenceNumber: "1" };
  const event = { Records: [{ eventName: "INSERT", dynamodb: change }] } as never;
  await decisionPublisherHandler(refusing)(event);
  expect(await noted("decision-publisher")).toEqual([expect.objectContaining({ why: expect.any(String), waiting: 1 })]);
  await decisionPublisherHandler(world)(event);
  expect(await noted("decision-publisher")).toBeUndefined();
});

describe("sign-ups that a gate refused because it failed", () => {
  const failed = {
    ...decision,
    reasons: ["gatehouse.unavailable"],
    failure: "read" as const,
    thrown: { error: "AccessDeniedException", at: [] },
  };
  const count = async (place: Place, ...records: readonly object[]) => {
    const Records = records.map((record, index) => ({
      eventName: "INSERT",
      dynamodb: { NewImage: toItem({ ...decision, ...record }), SequenceNumber: String(index + 1) },
    }));
    await decisionCounterHandler({ ...place.world, settings: { ...place.world.settings, DECISION_DAYS: "90" } })({ Records } as never);
  };

  it("are noted by the counter for each step of a gate, until a sign-up there goes through", async () => {
    const place = await begin();
    const at = "2026-06-15T12:01:00.000Z";
    await count(place, decision, { ...failed, at }, { ...failed, gate: "partners", step: "before-sending-token", verdict: "continue" });
    expect(await place.noted("sign-ups")).toEqual([
      { part: "before-create-user", since: at, at, why: "read AccessDeniedException" },
      expect.objectContaining({ part: "partners/before-sending-token" }),
    ]);
    await count(place, { ...decision, at: "2026-06-15T12:02:00.000Z" });
    expect(await place.noted("sign-ups")).toEqual([expect.objectContaining({ part: "partners/before-sending-token" })]);
  });

  it("are not noted if a system outside failed, as health shows its outage", async () => {
    const place = await begin();
    const upstreamFailure = { service: "crm", kind: "timeout" };
    await count(place, { ...failed, failure: "rule", trace: [{ rule: "crm", said: "failed", upstreamFailure }] });
    expect(await place.noted("sign-ups")).toBeUndefined();
  });

  it("a limit whose count could not be read is noted, until it can", async () => {
    const place = await begin();
    const unread = { rule: "limit", said: "block", evidence: { limit: "day", window: "5 per day", count: "unread" } };
    await count(place, { trace: [unread] });
    expect(await place.noted("limits")).toEqual([expect.objectContaining({ part: "before-create-user" })]);
    await count(place, { trace: [] });
    expect(await place.noted("limits")).toHaveLength(1);
    await count(place, { trace: [{ rule: "limit", said: "continue" }] });
    expect(await place.noted("limits")).toBeUndefined();
  });
});

it.each([
  { what: "throws", failing: true, why: "tried failed" },
  { what: "has no record to add its answer to", failing: false, why: "tried: no record" },
])("a shadowed rule that $what is noted, and the note goes once it answers", async ({ failing, why }) => {
  const { world, noted } = await begin();
  let isBroken = failing;
  const rule = makeRule({
    name: "tried",
    decide: () => {
      if (isBroken) throw new TypeError("kim@contoso.com");
      return { kind: "continue" };
    },
  });
  const policy = anyPolicy([makeRule({ name: "first" }), shadow(rule)]);
  const startTimer = (ms: number, callback: () => void) => world.clock.startTimer(ms / 50, callback);
  const handle = shadowHandler(policy)({ ...world, clock: { ...world.clock, startTimer } });
  const { id, at, reference } = decision;
  const signUp = person({ step: "before-create-user" });
  const call = {
    record: { id, at, reference },
    postponed: { received: signUp, signUp, rules: [{ rule: "tried", place: 1, attributes: {}, findings: {}, said: [] }] },
  };
  if (failing) await world.tables.call("PutItem", { TableName: "decisions", Item: toItem({ ...decision, trace: [{}, {}] }) });
  await handle(call as never);
  expect(await noted("shadows")).toEqual([expect.objectContaining({ part: "before-create-user", why })]);
  isBroken = false;
  await world.tables.call("PutItem", { TableName: "decisions", Item: toItem({ ...decision, trace: [{}, {}] }) });
  await handle(call as never);
  expect(await noted("shadows")).toBeUndefined();
});
