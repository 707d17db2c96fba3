import { createServer, type Server } from "node:http";
import type { AwsClient } from "../../../adapters/aws/client";
import { GraphError } from "../../../adapters/graph/graph";
import { editedRows } from "../../../adapters/tables/edited-rows";
import { toItem } from "../../../adapters/tables/item";
import { noteSkipped } from "../../../adapters/tables/skipped-rows";
import { tables } from "../../../adapters/tables/tables";
import { readWorkFailures } from "../../../adapters/tables/work-notes";
import type { World } from "../../../adapters/world";
import { FORM_TOKEN } from "../../../console/app/sent-form";
import { seals } from "../../../console/session/session";
import { keyedHash } from "../../../engine/sign-up/person";
import { makeRule } from "../../../engine/sign-up/rule";
import type { StreamReader, Work } from "../../../engine/work";
import { readNamedPerson } from "../../../features/access-list/entry";
import { hygieneHandler } from "../../../features/access-list/worker";
import { arrive } from "../../../features/accounts/change";
import { accountStore } from "../../../features/accounts/store/accounts";
import { APPROVAL_REQUESTED } from "../../../features/approvals/build-event";
import { DELEGATIONS_ID } from "../../../features/approvals/store/delegations";
import { approve } from "../../../features/approvals/transitions";
import { approvalMailHandler } from "../../../features/approvals/worker/approval-mail";
import { provisioningHandler } from "../../../features/approvals/worker/provisioning";
import { approvalPublisherHandler } from "../../../features/approvals/worker/publisher";
import { sweeperHandler } from "../../../features/approvals/worker/sweeper";
import { arrivalsHandler } from "../../../features/arrivals/worker";
import { auditArchiveHandler, auditTrailHandler } from "../../../features/audit/worker";
import { decisionCounterHandler } from "../../../features/counts/worker";
import { decisionPublisherHandler } from "../../../features/decisions/worker";
import { workCheck } from "../../../features/doctor/verbs/table-checks";
import { accessHandler } from "../../../features/expiry/worker/access";
import { addedPartner } from "../../../features/partners/change";
import { partnerStore } from "../../../features/partners/store/partners";
import { partnerLooksHandler } from "../../../features/partners/worker/looks";
import { beginErasure, erasureJob, erasureSubject } from "../../../features/person/store/erasure-job";
import { erasureHandler } from "../../../features/person/worker";
import { rotationHandler } from "../../../features/rotation/worker/connector-rotation";
import { shadow } from "../../../features/shadow/rule";
import { shadowHandler } from "../../../features/shadow/worker";
import { unfinishedWords } from "../../../features/unfinished/words";
import { webhookHandler } from "../../../features/webhooks/worker";
import { consoleHandler } from "../../../handlers/console";
import { ORIGIN, SECRET, startConsole, startTables, type TestConsole } from "../../console/support";
import { person } from "../../engine/sign-up/people";
import { decision } from "../../events/records";
import { chanceOf } from "../../lives/chance";
import { townDirectory } from "../../lives/directory";
import { memoryWorld } from "../../memory/world";
import { anyPolicy } from "../../support/any-policy";
import { listen } from "../../support/dynamodb";
import { startClock } from "../../support/fake-timers";
import { expiry, newcomer } from "../accounts/accounts";
import { requested } from "../approvals/mail-requests";
import { alice, pending, rowOf } from "../approvals/requests";

// Each thing that Gatehouse owes, with what it needs switched off: what could not be done shows in the console's inbox, on the page of
// what it is about and in doctor, so that operators need not read a log. Once it is done, it shows nowhere.

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

const mailSettings = JSON.stringify({
  approvers: "kim@contoso.com",
  mailFrom: "sign-up@contoso.com",
  redirectUrl: "https://app.contoso.com/",
});
const signedUp = {
  id: "1",
  time: "2026-11-25T11:59:00.000Z",
  reference: "K7QD-9MXD",
  personId: "person-1",
  email: "kim@contoso.com",
  emailProven: true,
};
const arrival = {
  ...message,
  body: JSON.stringify({ "detail-type": "sign-up.decided.v1", detail: { ...signedUp, issuers: ["google.com"] } }),
};

let dnsAnswers = false;
let receiver: Server;
let url: string;
let status = 500;
beforeAll(async () => {
  receiver = createServer((request, response) =>
    request.url?.startsWith("/txt/") ? response.end("[]") : response.writeHead(status).end(),
  );
  url = await listen(receiver);
});
afterAll(() => receiver.close());

const webhookAt = (url: string) => JSON.stringify([{ name: "crm", url, queue: QUEUE, secret: "key" }]);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const later = (ms: number) => new Date(Date.now() + ms).toISOString();
const NAMES = {
  ...{ ledger: "ledger-test", approvals: "approvals-test", decisions: "decisions-test", accessList: "access-list-test" },
  ...{ audit: "audit-test", accounts: "accounts-test", listChanges: "list-changes-test", profiles: "profiles-test" },
};
const timeout = () => Object.assign(new Error("no answer"), { name: "TimeoutError" });
const noAccounts = townDirectory(
  () => Date.now(),
  chanceOf(1),
  () => undefined,
).client(() => undefined);
const refusing = async () => Promise.reject(new GraphError({ status: 503, code: "serviceNotAvailable" }));
const noGraph = () => ({ ...noAccounts, get: refusing, post: refusing, patch: refusing, delete: refusing });

async function begin(secrets: Readonly<Record<string, string>> = {}) {
  const database = await startTables();
  const console = await startConsole({}, database);
  opened.push(console);
  const state = { secretsFail: false, graph: noGraph as () => unknown, mailFails: undefined as Error | undefined, busFails: false };
  const now = () => Date.now();
  const { world: whole, observed } = memoryWorld({
    settings: {
      ...Object.fromEntries(Object.entries(NAMES).map(([table, name]) => [tables[table as keyof typeof NAMES].variable, name])),
      ...{
        APPROVALS_SECRET: "settings",
        APPROVAL_MAIL_SECRET: "mail",
        EXPIRY: JSON.stringify({ default: expiry }),
        AUDIT_ARCHIVE: "bucket",
        EVENT_BUS: "bus",
      },
      ...{ ROTATION_DAYS: "30", ROTATION_SECRET: "settings", ROTATED_GATES: "[]", GROUP_ID: "group", ARRIVAL_SPONSORS: "false" },
      ...{ PERSON_KEY_SECRET: "person-key", DECISION_DAYS: "90", GATEHOUSE_ENDPOINT_DNS: "http://127.0.0.1:9" },
      AUDITED_STREAMS: JSON.stringify({ streams: ["arn:aws:dynamodb:eu-west-1:1:table/access-list-test/stream/1"], reader: "own" }),
      ...{ POWERTOOLS_SERVICE_NAME: "Gatehouse", AWS_REGION: "eu-west-1" },
      ...{ WEBHOOKS: webhookAt(url), APPROVER_LANGUAGE: "en", ASKED_LISTS: JSON.stringify({ default: [{ classes: [] }] }) },
    },
    secrets: { "person-key": secretKey, key: `whsec_${Buffer.alloc(32, 1).toString("base64")}`, ...secrets },
    clock: { now, startTimer: (ms, callback) => clearing(setTimeout(callback, ms / 50)) },
    directory: () => state.graph() as never,
  });
  const broken = new Set<string>();
  const call: AwsClient["call"] = async (operation, input, signal) => {
    const { TableName = "", Key } = input as { readonly TableName?: string; readonly Key?: { readonly id?: { readonly S?: string } } };
    if (broken.has(TableName) || broken.has(`${TableName} ${operation}`) || broken.has(`${TableName} ${Key?.id?.S}`)) throw timeout();
    return await database.client.call(operation, input, signal);
  };
  const world: World = {
    ...whole,
    tables: { ...database.client, call },
    secrets: {
      ...whole.secrets,
      call: async (...secret) => (state.secretsFail ? Promise.reject(timeout()) : await whole.secrets.call(...secret)),
    },
    mail: async (...mail) => {
      if (state.mailFails !== undefined) throw state.mailFails;
      return await whole.mail(...mail);
    },
    bus: { ...whole.bus, putEvents: async (events) => (state.busFails ? Promise.reject(timeout()) : await whole.bus.putEvents(events)) },
  };
  return {
    ...{ world, observed, broken, state, console, client: database.client },
    pass(minutes: number) {
      vi.setSystemTime(now() + minutes * MINUTE);
    },
    now: () => new Date(now()),
    noted: async (work: Work) => (await readWorkFailures(database.client, NAMES.ledger, new Date(now()))).get(work),
    page: async (path: string) => textIn(await (await console.get(path, "Administrator")).text()),
    /** What doctor says, by its findings' ids. */
    async doctor() {
      const output = (name: string) => Object.entries(NAMES).find(([table]) => tables[table as keyof typeof NAMES].output === name)?.[1];
      const stack = { account: { tables: database.client }, output };
      const { faults } = await workCheck.run({ options: {}, account: async () => ({}), stack: async () => stack } as never);
      return (faults ?? []).map(({ id, what }) => `${id} ${what}`);
    },
  };
}
type Place = Awaited<ReturnType<typeof begin>>;
const opened: TestConsole[] = [];
beforeAll(() => startClock());
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

function clearing(timer: NodeJS.Timeout): () => void {
  return () => clearTimeout(timer);
}

const textIn = (html: string) =>
  html
    .replaceAll("&#39;", "'")
    .replace(/<title>[^<]*<\/title>/g, " ")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");

/** Expects the inbox, doctor, and the page of what it is about, to say what could not be done. */
async function expectShown(place: Place, work: Work, part: string, path?: string): Promise<void> {
  const title = unfinishedWords.en.works[work](part);
  const why = (await place.noted(work))?.find((each) => each.part === part)?.why ?? "no note";
  expect(await place.page("/")).toContain(`Not all is well`);
  expect(await place.page("/")).toContain(`${title} since`);
  expect(await place.page("/")).toContain(unfinishedWords.en.senderFaults[why] ?? why.replace(/\.$/, ""));
  expect((await place.doctor()).join()).toContain(`work.${work} ${title} since`);
  if (path !== undefined) expect(await place.page(path)).toContain(`${title} since`);
}

/** A process writes the same outcome again after five minutes, and what many things share counts as mended after a quarter of an hour. */
async function expectGone(place: Place, work: Work, part: string, path?: string): Promise<void> {
  place.pass(16);
  const title = unfinishedWords.en.works[work](part);
  expect(await place.noted(work)).toBeUndefined();
  for (const each of ["/", ...(path === undefined ? [] : [path])]) expect(await place.page(each)).not.toContain(title);
  expect(await place.page("/")).toMatch(/Healthy|No failure known/);
  expect((await place.doctor()).join()).not.toContain(`work.${work}`);
}

const mends = (place: Place) => {
  place.broken.clear();
  Object.assign(place.state, { mailFails: undefined, busFails: false, secretsFail: false, graph: () => noAccounts });
};
/** A change of a row, as a table's stream tells it. */
const changed = (table: keyof typeof NAMES, row: object, eventName = "INSERT") => {
  const item = toItem(row as never);
  const Keys = Object.fromEntries(tables[table].key.map((name) => [name, item[name]]));
  const eventSourceARN = `arn:aws:dynamodb:eu-west-1:1:table/${NAMES[table]}/stream/1`;
  const dynamodb = { Keys, NewImage: item, SequenceNumber: "1", ApproximateCreationDateTime: Date.now() / 1_000 };
  return { Records: [{ eventID: "1", eventName, eventSourceARN, dynamodb }] };
};

it.each<{
  readonly work: Work;
  readonly part?: string;
  readonly off: string;
  /** The page of what it is about. */
  readonly path?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly breaks?: (place: Place) => unknown;
  readonly why: string | RegExp;
  /** @default nothing: settings do not change while a world lasts */
  readonly mend?: (place: Place) => unknown;
  make(world: World): (event: never, context: never) => Promise<unknown>;
  readonly event?: object;
}>([
  {
    work: "sweeper",
    off: "the table of requests",
    breaks: ({ broken }) => broken.add(NAMES.approvals),
    why: "TimeoutError",
    mend: mends,
    make: sweeperHandler,
    secrets: { settings: graphSettings },
  },
  {
    work: "accounts",
    off: "usable settings",
    why: /ApprovalsSecret/,
    make: provisioningHandler,
    event: changed("approvals", pending()),
    secrets: { settings: "{}" },
  },
  {
    work: "provisioning",
    off: "AWS Secrets Manager",
    breaks: ({ state }) => Object.assign(state, { secretsFail: true }),
    why: "TimeoutError",
    mend: mends,
    make: provisioningHandler,
    event: changed("approvals", pending()),
    secrets: { settings: graphSettings },
  },
  {
    work: "expiry",
    off: "settings",
    path: "/people/ending-run",
    why: /ApprovalsSecret|no value|ResourceNotFound/,
    make: accessHandler,
    secrets: { settings: "{}" },
  },
  {
    work: "expiry",
    off: "Graph",
    path: "/people/ending-run",
    // Without an account that is due, the worker needs no Graph.
    breaks: async ({ client }) => {
      const id = "00000000-0000-4000-8000-00000000000b";
      await accountStore(client, NAMES.accounts).change(id, (row) => arrive(row, { ...newcomer, id, until: later(-60_000) }, new Date()));
    },
    why: "503 serviceNotAvailable",
    make: accessHandler,
    secrets: { settings: graphSettings },
  },
  {
    work: "expiry",
    part: "sponsors",
    off: "the permission to set sponsors",
    path: "/people/ending-run",
    breaks: async ({ client, state }) => {
      const forbidden = async () => Promise.reject(new GraphError({ status: 403, code: "Authorization_RequestDenied" }));
      state.graph = () => ({ ...noAccounts, get: forbidden });
      const id = "00000000-0000-4000-8000-00000000000c";
      const row = { ...newcomer, id, sponsor: "mina@contoso.com", until: later(90 * DAY) };
      await accountStore(client, NAMES.accounts).change(id, (stored) => arrive(stored, row, new Date()));
    },
    why: "403 Authorization_RequestDenied",
    make: accessHandler,
    secrets: { settings: graphSettings },
  },
  {
    work: "expiry",
    part: "unreadable",
    off: "an account that can be read",
    path: "/people/ending-run",
    breaks: async ({ client, state }) => {
      state.graph = () => noAccounts;
      const id = "00000000-0000-4000-8000-00000000000a";
      await accountStore(client, NAMES.accounts).change(id, (row) =>
        arrive(row, { ...newcomer, id, until: "2026-12-01T00:00:00.000Z" }, new Date()),
      );
      const { Items = [] } = await client.call<{ Items?: readonly object[] }>("Scan", { TableName: NAMES.accounts });
      await client.call("PutItem", { TableName: NAMES.accounts, Item: { ...Items[0], email: { N: "1" } } });
    },
    why: "unreadable",
    make: accessHandler,
    secrets: { settings: graphSettings },
  },
  {
    work: "partners",
    off: "the table of partners",
    path: "/partners",
    breaks: ({ broken }) => broken.add(NAMES.decisions),
    why: "TimeoutError",
    mend: mends,
    make: partnerLooksHandler,
  },
  {
    work: "partners",
    part: "dns",
    off: "the DNS",
    path: "/partners",
    breaks: ({ client }) =>
      partnerStore(client, NAMES.decisions).replace(
        undefined,
        addedPartner({ domain: "partner.example", token: "t0ken", by: "kim" }, new Date()),
      ),
    why: "no answer",
    mend: () => {
      dnsAnswers = true;
    },
    make: (world) => (event: never, context: never) =>
      partnerLooksHandler({ ...world, settings: { ...world.settings, GATEHOUSE_ENDPOINT_DNS: dnsAnswers ? url : "http://127.0.0.1:9" } })(
        event,
        context,
      ),
  },
  {
    work: "audit-archive",
    off: "the audit trail's table",
    breaks: ({ broken }) => broken.add(NAMES.audit),
    why: "TimeoutError",
    mend: mends,
    make: auditArchiveHandler,
  },
  {
    work: "audit-streams",
    off: "the stream",
    why: "stream-off",
    make: auditTrailHandler,
    event: { source: "aws.scheduler" },
  },
  {
    work: "audit-trail",
    off: "the audit trail's table",
    breaks: ({ broken }) => broken.add(NAMES.audit),
    why: "TimeoutError",
    mend: mends,
    make: auditTrailHandler,
    event: changed("accessList", { entry: "contoso.com", effect: "allow" }),
  },
  {
    work: "access-list-hygiene",
    off: "the access list's table",
    breaks: ({ broken }) => broken.add(NAMES.accessList),
    why: "TimeoutError",
    mend: mends,
    make: hygieneHandler,
    event: changed("accessList", { entry: "Contoso.com", effect: "allow" }),
  },
  {
    work: "decision-counter",
    off: "writes of counts",
    breaks: ({ broken }) => broken.add(`${NAMES.ledger} UpdateItem`),
    why: "TimeoutError",
    mend: mends,
    make: decisionCounterHandler,
    event: changed("decisions", decision),
  },
  {
    work: "decision-publisher",
    off: "the event bus",
    breaks: ({ state }) => Object.assign(state, { busFails: true }),
    why: "TimeoutError",
    mend: mends,
    make: decisionPublisherHandler,
    event: changed("decisions", decision),
  },
  {
    work: "approval-publisher",
    off: "the event bus",
    breaks: ({ state }) => Object.assign(state, { busFails: true }),
    why: "TimeoutError",
    mend: mends,
    make: approvalPublisherHandler,
    event: changed("approvals", pending()),
  },
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
    work: "mails",
    off: "SES, which answers too late",
    breaks: ({ state }) => Object.assign(state, { mailFails: timeout() }),
    why: "TimeoutError",
    mend: mends,
    make: approvalMailHandler(),
    event: { Records: [mail] },
    secrets: { mail: mailSettings },
  },
  {
    work: "mails",
    part: "refused",
    off: "SES, which refuses for good: the note stays until somebody marks it as done",
    breaks: ({ state }) => Object.assign(state, { mailFails: Object.assign(new Error("kim@contoso.com"), { name: "MessageRejected" }) }),
    why: "MessageRejected",
    make: approvalMailHandler(),
    event: { Records: [mail] },
    secrets: { mail: mailSettings },
  },
  {
    work: "mails",
    off: "the rows that say who is away",
    breaks: ({ broken }) => broken.add(`${NAMES.ledger} ${DELEGATIONS_ID}`),
    why: "TimeoutError",
    mend: mends,
    make: approvalMailHandler(),
    event: {
      Records: [
        { ...mail, body: JSON.stringify({ "detail-type": APPROVAL_REQUESTED, detail: { ...requested, askedOf: "lee@contoso.com" } }) },
      ],
    },
    secrets: { mail: mailSettings },
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
  {
    work: "arrivals",
    off: "Graph",
    why: "GraphError 503 serviceNotAvailable",
    make: arrivalsHandler,
    event: { Records: [arrival] },
    secrets: { settings: graphSettings },
  },
])("$work without $off shows until it goes through", async ({ work, part = "", path, secrets, breaks, why, mend, make, event = {} }) => {
  const place = await begin(secrets);
  await breaks?.(place);
  const handle = make(place.world);
  const run = async () => await handle(event as never, lambda).catch(() => undefined);
  await run();
  expect(await place.noted(work)).toEqual([
    expect.objectContaining({ part, why: typeof why === "string" ? why : expect.stringMatching(why) }),
  ]);
  expect(JSON.stringify(await place.noted(work))).not.toMatch(/\w@\w/);
  if (path === undefined || !place.broken.has(NAMES.decisions)) await expectShown(place, work, part, path);
  if (mend === undefined) return;
  mend(place);
  place.pass(6);
  await run();
  await expectGone(place, work, part, path);
});

it("a run that waits for a person stands in doctor and in the inbox until it goes on", async () => {
  const place = await begin();
  const run = { at: later(-60_000), toDisable: 4, toDelete: 0, inForce: 7, reminded: 0, disabled: 0, deleted: 0, skipped: 0 };
  const put = (state: string) =>
    place.console.put({ id: "access-runs", turn: 1, runs: JSON.stringify([{ ...run, state, why: "many" }]) }, "ledger");
  await put("waiting");
  expect(await place.doctor()).toEqual([expect.stringMatching(/^work\.run-waits .*waits for a person since .*: 4 accounts/)]);
  expect(await place.page("/")).toContain("A run that ends access waits for a person");
  await put("running");
  expect([await place.doctor(), await place.page("/")]).toEqual([[], expect.not.stringContaining("waits for a person")]);
});

it("an account that Graph does not make shows in the inbox, on the request and in doctor until it is made", async () => {
  const place = await begin({ settings: graphSettings });
  const request = rowOf(approve({ ...pending(), answerBy: later(30 * DAY) }, { by: alice }, place.now()));
  await place.client.call("PutItem", { TableName: NAMES.approvals, Item: toItem(request) });
  await provisioningHandler(place.world)(changed("approvals", request) as never);
  const waits = /Graph doesn't answer since .{3,30}: 1 account waits/;
  expect(await place.page("/")).toMatch(waits);
  expect(await place.page("/")).toMatch(/Next try/);
  expect((await place.doctor()).join()).toMatch(/work\.accounts Graph doesn't answer .*1 account waits.*Next try/);
  expect(await place.page(`/approvals/requests/${request.id}`)).toMatch(/Account waits since/);
  expect(await place.page(`/people?email=${encodeURIComponent(request.email ?? "")}`)).toMatch(waits);
  mends(place);
  place.pass(120);
  await sweeperHandler(place.world)({} as never, lambda);
  expect(await place.page("/")).not.toMatch(/1 account waits/);
  expect(await place.doctor()).toEqual([]);
});

it("an erasure that fails shows, and the note goes once the person is erased", async () => {
  const place = await begin();
  place.broken.add(NAMES.decisions);
  const ledger = editedRows(place.client, NAMES.ledger, tables.ledger.key);
  const subject = erasureSubject(readNamedPerson("kim@contoso.com") as never, keyedHash(secretKey));
  const begun = async () => {
    const asked = { person: subject, by: "admin", name: "Admin", list: true, approvals: true };
    const job = await beginErasure(ledger, await erasureJob(ledger, subject), asked, place.now());
    return { typed: "kim@contoso.com", run: job?.job.run ?? "" };
  };
  await erasureHandler(place.world)(await begun()).catch(() => undefined);
  const [{ part } = { part: "" }] = (await place.noted("erasure")) ?? [];
  await expectShown(place, "erasure", part);
  mends(place);
  await erasureHandler(place.world)(await begun());
  expect(await place.noted("erasure")).toBeUndefined();
});

it.each(["approvals", "accounts", "profiles", "audit"] as const)(
  "a function without the table %s erases nobody, instead of erasing in part",
  async (table) => {
    const place = await begin();
    const { [tables[table].variable]: _, ...settings } = place.world.settings;
    expect(() => erasureHandler({ ...place.world, settings })).toThrow(tables[table].variable);
  },
);

it("an event of the console that the bus does not take shows until somebody marks it as done, as nothing sends it again", async () => {
  const place = await begin({ session: SECRET, client: JSON.stringify({ clientSecret: "s" }) });
  const { cookie, world: ports } = place.console;
  await ports.colleagues.signedIn({ id: "oid-2", name: "Lee", role: "Approver", email: "lee@contoso.com" }, new Date());
  const settings = {
    CONSOLE_ISSUER: "https://login.example",
    CONSOLE_CLIENT_ID: "c",
    CONSOLE_CLIENT_SECRET: "client",
    CONSOLE_SESSION_KEY: "session",
  };
  const extra = {
    PERSON_ERASURE_FUNCTION: "erasures",
    INCIDENT_WORKER_FUNCTION: "incidents",
    LIST_CHANGES_TABLE: NAMES.listChanges,
    REFERENCE_DATA_TABLE: "reference-data-test",
  };
  const handle = consoleHandler({ steps: [], gates: {} })({ ...place.world, settings: { ...place.world.settings, ...settings, ...extra } });
  place.state.busFails = true;
  const Cookie = await cookie("Administrator");
  const at = Math.floor(place.now().getTime() / 1_000);
  const token = seals(SECRET).formToken({
    id: "session-Administrator",
    subject: "",
    name: "",
    role: "Administrator",
    issuedAt: at,
    seenAt: at,
    roleAt: at,
  } as never);
  const body = new URLSearchParams({ [FORM_TOKEN]: token, subject: "request/abc", to: "oid-2" }).toString();
  const answer = (await handle(
    {
      ...{
        version: "2.0",
        routeKey: "$default",
        rawPath: "/tasks/assign",
        rawQueryString: "",
        body,
        isBase64Encoded: false,
        cookies: [Cookie],
      },
      headers: {
        host: new URL(ORIGIN).host,
        origin: ORIGIN,
        "sec-fetch-site": "same-origin",
        "content-type": "application/x-www-form-urlencoded",
      },
      requestContext: { http: { method: "POST", path: "/tasks/assign", sourceIp: "127.0.0.1" }, domainName: new URL(ORIGIN).host },
    } as never,
    lambda,
  )) as { readonly statusCode: number; readonly body: string };
  expect([answer.statusCode, textIn(answer.body ?? "").slice(0, 300)]).toEqual([303, ""]);
  await expectShown(place, "console-events", "");
  await place.console.sent("/tasks", "Approver", { subject: "unfinished/console-events", change: "finish", turn: "0" });
  expect(await place.page("/")).not.toContain(unfinishedWords.en.works["console-events"](""));
});

it("changed rows that a stream's reader skips show in the inbox for a week, and a check of doctor names them", async () => {
  const place = await begin();
  const row = { at: place.now().toISOString(), table: "decisions", sequenceNumber: "1", why: "TypeError" };
  const reader: StreamReader = "decision-counter";
  await noteSkipped(place.client, NAMES.ledger, reader, [row, { ...row, sequenceNumber: "2" }], place.now());
  expect(await place.page("/")).toMatch(/Not all is well: 2 changed rows were skipped since/);
  expect(await place.page("/")).toMatch(
    /The function decision-counter can't handle it\. .*TypeError.* A row that somebody corrects is read again/,
  );
  expect(await place.doctor()).toEqual([]);
  await place.console.sent("/tasks", "Approver", { subject: `unfinished/skipped/${reader}`, change: "finish", turn: "0" });
  expect(await place.page("/")).not.toContain("changed rows were skipped");
});

it("a shadowed rule that nobody asked is noted, as its function could not be started; a decision that the function answered is not", async () => {
  const place = await begin();
  const asked = { ...decision, at: place.now().toISOString(), trace: [{ rule: "tried", said: "unfinished", shadow: true }] };
  const handle = decisionCounterHandler(place.world);
  const put = (trace: readonly object[]) =>
    place.client.call("PutItem", { TableName: NAMES.decisions, Item: toItem({ ...asked, trace } as never) });
  await put([{ rule: "tried", said: "continue", shadow: true }]);
  await handle(changed("decisions", asked) as never);
  place.pass(2);
  await handle(changed("decisions", { ...decision, id: "other" }) as never);
  expect(await place.noted("shadows")).toBeUndefined();
  await put(asked.trace);
  await handle(changed("decisions", asked) as never);
  expect(await place.noted("shadows")).toEqual([expect.objectContaining({ part: "before-create-user", why: "tried: no answer" })]);
  await expectShown(place, "shadows", "before-create-user");
});

it("if what workers noted cannot be read, the inbox does not say that all is well", async () => {
  const place = await begin();
  Object.assign(place.console.world, { unfinished: async () => Promise.reject(new Error("throttled")) });
  expect(await place.page("/")).toMatch(/Not all is well: It isn't known whether all work was done/);
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
      { part: "before-create-user", since: at, at, why: "read AccessDeniedException", share: { failed: 1, of: 2 } },
      expect.objectContaining({ part: "partners/before-sending-token" }),
    ]);
    await count(place, { ...decision, at: "2026-06-15T12:02:00.000Z" });
    expect(await place.noted("sign-ups")).toEqual([expect.objectContaining({ part: "partners/before-sending-token" })]);
  });

  it("stay noted while some fail and others pass, and say how many, until none has failed for a quarter of an hour", async () => {
    const place = await begin();
    const minute = (minutes: number) => new Date(place.now().getTime() + minutes * MINUTE).toISOString();
    const shown = async () => /Sign-ups fail and are refused[^.]{0,60} It failed at .{0,300}/.exec(await place.page("/"))?.[0] ?? "nothing";
    await count(place, { ...failed, at: minute(-3) }, { ...failed, at: minute(-2) }, { ...decision, at: minute(-1) });
    expect(await shown()).toMatch(
      /At the last look 2 of 3 failed\. Some have gone through since: this notice goes at .* if nothing fails until then\./,
    );
    const since = (await place.noted("sign-ups"))?.[0]?.since;
    place.pass(10);
    await count(place, { ...failed, at: minute(0) }, decision);
    expect((await place.noted("sign-ups"))?.[0]).toMatchObject({ since, share: { failed: 1, of: 2 } });
    place.pass(10);
    await count(place, { ...decision, at: minute(0) });
    expect(await shown()).not.toBe("nothing");
    place.pass(6);
    expect(await shown()).toBe("nothing");
    const again = minute(0);
    await count(place, { ...failed, at: again });
    expect((await place.noted("sign-ups"))?.[0]?.since).toBe(again);
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
  const { world, noted, pass } = await begin();
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
  if (failing) await world.tables.call("PutItem", { TableName: NAMES.decisions, Item: toItem({ ...decision, trace: [{}, {}] }) });
  await handle(call as never);
  expect(await noted("shadows")).toEqual([expect.objectContaining({ part: "before-create-user", why })]);
  isBroken = false;
  await world.tables.call("PutItem", { TableName: NAMES.decisions, Item: toItem({ ...decision, trace: [{}, {}] }) });
  await handle(call as never);
  pass(16);
  expect(await noted("shadows")).toBeUndefined();
});
