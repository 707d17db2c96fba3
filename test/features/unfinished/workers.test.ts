import { createServer, type Server } from "node:http";
import { toItem } from "../../../adapters/tables/item";
import { readWorkFailures } from "../../../adapters/tables/work-notes";
import type { World } from "../../../adapters/world";
import type { Work } from "../../../engine/work";
import { APPROVAL_REQUESTED } from "../../../features/approvals/build-event";
import { approvalMailHandler } from "../../../features/approvals/worker/approval-mail";
import { sweeperHandler } from "../../../features/approvals/worker/sweeper";
import { arrivalsHandler } from "../../../features/arrivals/worker";
import { auditArchiveHandler, auditTrailHandler } from "../../../features/audit/worker";
import { decisionPublisherHandler } from "../../../features/decisions/worker";
import { accessHandler } from "../../../features/expiry/worker/access";
import { partnerLooksHandler } from "../../../features/partners/worker/looks";
import { rotationHandler } from "../../../features/rotation/worker/connector-rotation";
import { webhookHandler } from "../../../features/webhooks/worker";
import { decision } from "../../events/records";
import type { MemoryTables } from "../../memory/tables";
import { memoryWorld } from "../../memory/world";
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

async function begin(secrets: Readonly<Record<string, string>> = {}) {
  const { world, observed } = memoryWorld({
    settings: {
      ...{ LEDGER_TABLE: "ledger", APPROVALS_TABLE: "approvals", DECISIONS_TABLE: "decisions", ACCESS_LIST_TABLE: "list" },
      ...{ AUDIT_TABLE: "audit", ACCOUNTS_TABLE: "accounts", PERSON_KEY_SECRET: "person-key" },
      ...{ APPROVALS_SECRET: "settings", APPROVAL_MAIL_SECRET: "mail", EXPIRY: "{}", AUDIT_ARCHIVE: "bucket", EVENT_BUS: "bus" },
      ...{ ROTATION_DAYS: "30", ROTATION_SECRET: "settings", ROTATED_GATES: "[]", GROUP_ID: "group", ARRIVAL_SPONSORS: "false" },
      AUDITED_STREAMS: JSON.stringify({ streams: ["arn:aws:dynamodb:eu-west-1:1:table/list/stream/1"], reader: "own" }),
      WEBHOOKS: JSON.stringify([{ name: "crm", url, queue: QUEUE, secret: "key" }]),
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
