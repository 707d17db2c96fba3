import { marshall } from "@aws-sdk/util-dynamodb";
import type { Hono } from "hono";
import type { MockedFunction } from "vitest";
import { workerEnvironment } from "../../adapters/aws/environment";
import { mailEnvironment } from "../../adapters/mail/mail-place";
import { editedRows } from "../../adapters/tables/edited-rows";
import { rows } from "../../adapters/tables/rows";
import { tables } from "../../adapters/tables/tables";
import { consoleApp } from "../../console/app/app";
import type { AppPorts, ConsolePorts, PageFailure } from "../../console/app/ports";
import { FORM_TOKEN } from "../../console/app/sent-form";
import { consolePorts, features } from "../../console/features";
import type { Role } from "../../console/session/roles";
import { ABSOLUTE_SECONDS, epochSeconds, type Session, seals } from "../../console/session/session";
import type { SignIn } from "../../console/session/sign-in";
import type { DomainEvent } from "../../engine/events/event-kind";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { listsOfGates } from "../../features/access-list/asked-lists";
import type { PartnerRow } from "../../features/access-list/partner";
import { changeSetStore } from "../../features/access-list/store/change-sets";
import { type ApprovalRequest, requestId } from "../../features/approvals/request";
import { approvalStore } from "../../features/approvals/store/approvals";
import { type Submission, submit } from "../../features/approvals/transitions";
import { eraseDetails } from "../../features/audit/store/trail";
import { addedPartner, lookedFor } from "../../features/partners/change";
import { partnerStore } from "../../features/partners/store/partners";
import type { ErasureCall } from "../../features/person/store/erasure-job";
import type { ErasingStores } from "../../features/person/store/stores";
import { runErasure } from "../../features/person/worker";
import { forgetElsewhere } from "../../features/row-kinds";

import afterSignIn from "../../policy/after-sign-in";
import beforeCreateUser from "../../policy/before-create-user";
import { hashOf } from "../engine/sign-up/people";
import { createApprovalsTable } from "../features/approvals/store/approvals-table";
import { placeWith } from "../features/person/erasing";
import { createDecisionsTable } from "../support/decisions-table";
import { startDynamoDb, type TestDynamoDb } from "../support/dynamodb";
import { createKeyTable } from "../support/key-table";
import { listMuteTexts } from "../support/live-regions";

export const ORIGIN = "https://console.example";
export const PROVIDER = "https://login.example";
export const SECRET = "a session key of the tests' own, long enough";
const AUDIT = "audit-test";
const ERASURES = "erasures";
const DECISIONS = "decisions-test";
const APPROVALS = "approvals-test";
/** Those that no other helper makes. */
const PLAIN = {
  audit: AUDIT,
  listChanges: "list-changes-test",
  profiles: "profiles-test",
  referenceData: "reference-data-test",
  ledger: "ledger-test",
  accounts: "accounts-test",
} as const;

export interface TestConsole {
  readonly app: Hono;
  readonly world: ConsolePorts;
  readonly database: TestDynamoDb;
  readonly failures: PageFailure[];
  /** What went to other systems. */
  readonly published: DomainEvent[];
  /** Forms that wrote, and answered with a page, which repeats them where it is reloaded. There is none at the end of a suite. */
  readonly unredirected: string[];
  /** Of the next sign-ins; "s" beyond them. */
  readonly states: string[];
  /** What the next return from the provider fails with. */
  refuse(thrown: unknown): void;
  /** The next return from the provider brings no refresh token. */
  withholdRenewal(): void;
  /** How many sign-ins were told to have brought none. */
  withoutRenewal(): number;
  /** What the provider says of somebody later. */
  readonly renewed: MockedFunction<SignIn["renew"]>;
  /** Moves the console's clock. */
  setTime(now: Date): void;
  /** A cookie of somebody with that role. */
  cookie(role: Role | undefined, more?: Partial<Session>): Promise<string>;
  get(path: string, role?: Role, headers?: Record<string, string>): Promise<Response>;
  /** A form of our own pages, with the token of the session that sends it. */
  post(
    path: string,
    role: Role | undefined,
    fields: Record<string, string | Blob | readonly string[]>,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** The same, and the page that its results are on. */
  sent(...form: Parameters<TestConsole["post"]>): Promise<Response>;
  put(row: Readonly<Record<string, unknown>>, table?: keyof typeof PLAIN): Promise<void>;
  close(): Promise<void>;
}

/** A provider that answers at once. */
function fakeSignIn() {
  const states: string[] = [];
  let refusal: { readonly thrown: unknown } | undefined;
  let renewal: string | undefined = "renewal-1";
  const renewed: MockedFunction<SignIn["renew"]> = vi.fn();
  const signIn: SignIn = {
    origin: PROVIDER,
    begin: async (redirectUri, returnTo, prompt, hint) => ({
      url: new URL(
        `${PROVIDER}/authorize?${new URLSearchParams({ redirect_uri: redirectUri, ...(prompt && { prompt }), ...(hint && { login_hint: hint }) })}`,
      ),
      state: { state: states.shift() ?? "s", nonce: "n", verifier: "v", returnTo },
    }),
    finish: async (callback, { state, nonce, verifier }) => {
      const { thrown } = refusal ?? {};
      refusal = undefined;
      if (thrown !== undefined) throw thrown;
      if (callback.searchParams.get("state") !== state || nonce !== "n" || verifier !== "v") throw new Error("another request");
      const signedIn = { subject: "oid-1", name: "Kim", userNames: ["kim", "Kim@contoso.com"], role: "Reader", renewal } as const;
      renewal = "renewal-1";
      return signedIn;
    },
    renew: async (renewal) => await renewed(renewal),
    end: async () => new URL(`${PROVIDER}/logout`),
  };
  const refuse = (thrown: unknown) => {
    refusal = { thrown };
  };
  const withholdRenewal = () => {
    renewal = undefined;
  };
  return { signIn, states, refuse, withholdRenewal, renewed };
}

/** Counts what is written, or may be. */
function counted(tables: TestDynamoDb["client"]) {
  let count = 0;
  const client: typeof tables = {
    ...tables,
    call: (operation, ...rest) => {
      if (!/^(BatchGet|Get|Query|Scan|TransactGet)/.test(operation)) count++;
      return tables.call(operation, ...rest);
    },
  };
  return { client, writes: () => count };
}

/** @param database one that has a console's tables. @default one of its own */
export async function startConsole(around: Partial<AppPorts> = {}, database?: TestDynamoDb): Promise<TestConsole> {
  return await consoleOver(database ?? (await startTables()), around);
}

/** @param database without the console's tables, which it then has. @default one of its own */
export async function startTables(database?: TestDynamoDb): Promise<TestDynamoDb> {
  const started = database ?? (await startDynamoDb());
  const { client } = started;
  await createDecisionsTable(client, DECISIONS);
  await createApprovalsTable(client, APPROVALS);
  for (const [table, name] of Object.entries(PLAIN)) await createKeyTable(client, name, table as keyof typeof PLAIN);
  return started;
}

async function consoleOver(database: TestDynamoDb, around: Partial<AppPorts>): Promise<TestConsole> {
  const { tableName } = database;
  const { client, writes } = counted(database.client);
  let time: Date | undefined;
  const now = () => time ?? new Date();
  const failures: PageFailure[] = [];
  const published: DomainEvent[] = [];
  const unredirected: string[] = [];
  let withoutRenewal = 0;
  const sealing = seals(SECRET);
  const provider = fakeSignIn();
  const hashes = async () => ({ hashOf });
  const names: Readonly<Record<string, string>> = { ...PLAIN, approvals: APPROVALS, decisions: DECISIONS };
  const nameOf = (table: string) => names[table] ?? tableName;
  const policiesAt = () => [afterSignIn, beforeCreateUser];
  const settings = {
    [workerEnvironment.personErasureFunction]: ERASURES,
    [workerEnvironment.incidentWorkerFunction]: "incidents",
    [mailEnvironment.sendsMail]: "true",
  };
  const world = consolePorts({
    tables: client,
    alarms: async () => [],
    templateMetadata: async () => ({}),
    clock: { now: () => now().getTime() },
    settings,
    nameOf,
    publish: async (event) => void published.push(event),
    functions: (name) => ({ start: async (call) => (name === ERASURES ? await erase(call as ErasureCall) : undefined) }),
    shared: {
      ledger: editedRows(client, PLAIN.ledger, tables.ledger.key),
      rows: rows(client, nameOf),
      hashes,
      gates: [DEFAULT_GATE],
      place: {
        ...{ tables: client, nameOf, hashes, settings, now },
        askedLists: () => JSON.stringify(listsOfGates([DEFAULT_GATE], world.policiesAt)),
        policiesAt: (gate) => world.policiesAt(gate),
        get gates() {
          return world.gates;
        },
      },
      policiesAt,
    },
  });
  /** At once, where a function of its own would begin. Who starts it learns of no failure. */
  async function erase(call: ErasureCall): Promise<void> {
    const { decisions, profiles, ledger, audit, proposals, accessList: list } = world;
    const approvals = approvalStore(client, APPROVALS);
    const stores: ErasingStores = {
      ...{ decisions, profiles, approvals, ledger, list, changeSets: changeSetStore(client, PLAIN.listChanges, now), proposals },
      forgetElsewhere: forgetElsewhere(client, (table) => ({ listChanges: PLAIN.listChanges, approvals: APPROVALS })[table as string]),
      trail: { ...audit, eraseDetails: (row, at) => eraseDetails(client, AUDIT, row, at) },
    };
    await runErasure(call, { place: placeWith(stores, world.place), failed: () => undefined, erased: () => undefined }).catch(
      () => undefined,
    );
  }
  const app = consoleApp(features, {
    world,
    signIn: provider.signIn,
    seals: async () => sealing,
    scheme: "https",
    now,
    report: (failure) => failures.push(failure),
    reportNoRenewal: () => {
      withoutRenewal++;
    },
    ...around,
  });
  const name = around.scheme === "http" ? "gatehouse" : "__Host-gatehouse";
  const sessionOf = (role: Role | undefined, more: Partial<Session> = {}): Session => {
    const at = epochSeconds(now());
    return { id: `session-${role}`, subject: `oid-${role}`, name: `Test ${role}`, role, issuedAt: at, seenAt: at, roleAt: at, ...more };
  };
  const cookie = async (role: Role | undefined, more?: Partial<Session>) => {
    const session = sessionOf(role, more);
    // Of the same sign-in the row stands already, as somebody left it.
    const Item = marshall({ id: `console-session/${session.id}`, expires: session.issuedAt + ABSOLUTE_SECONDS });
    const row = { TableName: PLAIN.ledger, Item, ConditionExpression: "attribute_not_exists(id)" };
    await client.call("PutItem", row).catch(() => undefined);
    return `${name}=${await sealing.sealSession(session)}`;
  };
  const muteTexts = new Set<string>();
  const request = async (path: string, init: RequestInit) => {
    const answer = await app.request(`${ORIGIN}${path}`, init);
    if (/^text\/html/.test(answer.headers.get("content-type") ?? "")) {
      for (const text of listMuteTexts(await answer.clone().text())) muteTexts.add(text);
    }
    return answer;
  };
  const get: TestConsole["get"] = async (path, role, headers = {}) =>
    await request(path, { headers: { ...(role && { Cookie: await cookie(role) }), ...headers } });
  const post: TestConsole["post"] = async (path, role, fields, headers = {}) => {
    const body = new FormData();
    body.set(FORM_TOKEN, sealing.formToken(sessionOf(role)));
    for (const [field, values] of Object.entries(fields)) {
      body.delete(field);
      for (const value of [values].flat()) body.append(field, value);
    }
    const Cookie = await cookie(role);
    const before = writes();
    const sent = { Origin: ORIGIN, "Sec-Fetch-Site": "same-origin", Cookie, ...headers };
    const answer = await request(path, { method: "POST", body, headers: sent });
    if (writes() > before && answer.status === 200) unredirected.push(path);
    return answer;
  };
  return {
    app,
    world,
    database,
    failures,
    published,
    unredirected,
    states: provider.states,
    refuse: provider.refuse,
    withholdRenewal: provider.withholdRenewal,
    withoutRenewal: () => withoutRenewal,
    renewed: provider.renewed,
    setTime(to) {
      time = to;
    },
    cookie,
    get,
    post,
    async sent(path, role, fields, headers) {
      const answer = await post(path, role, fields, headers);
      const to = answer.headers.get("location");
      return to === null ? answer : await get(to, role, headers);
    },
    put: async (row, table) => {
      await client.call("PutItem", {
        TableName: table === undefined ? tableName : PLAIN[table],
        Item: marshall(row, { removeUndefinedValues: true }),
      });
    },
    async close() {
      await database.close();
      expect(unredirected).toEqual([]);
      // A screen reader reads each note of every page.
      expect([...muteTexts]).toEqual([]);
    },
  };
}

export function record(more: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    id: `id-${more.reference ?? "K7QD-9MXD"}`,
    reference: "K7QD-9MXD",
    at: new Date().toISOString(),
    step: "before-create-user",
    source: "b2b",
    email: "kim@contoso.com",
    issuers: ["google.com"],
    verdict: "block",
    rule: "access-list",
    reasons: ["access-list.denied"],
    trace: [{ rule: "access-list", said: "block", reasons: ["access-list.denied"], evidence: { entry: "contoso.com", level: "domain" } }],
    changed: [],
    durationMs: 12,
    policyVersion: "abc",
    revision: 0,
    ...more,
  };
}

/** Somebody asks to be let in; the request as it stands then. */
export async function asked({ world }: TestConsole, email: string, more: Partial<Submission & SignUp> = {}): Promise<ApprovalRequest> {
  const {
    gate,
    attributes = { displayName: "Kim Lee" },
    identities = [{ issuer: "google.com", issuerAssignedId: email }],
    ...asking
  } = more;
  const signUp: SignUp = {
    step: "before-create-user",
    email,
    identities,
    attributes,
    locales: ["en"],
    source: "b2b",
    ...(gate !== undefined && { gate }),
  };
  const policy = { emailProven: true, onApproval: "provision", answerWithinDays: 14, askAgainAfterDays: "never", passDays: 7 } as const;
  const id = requestId(signUp, hashOf);
  await world.approvals.change(id, (stored) => submit(stored, { ...policy, hashOf, ...asking, signUp }, new Date()));
  const request = await world.approvals.get(id);
  if (request === undefined) throw new Error("Nobody asked.");
  return request;
}

/** A partner's domain whose record was found. */
export async function proven({ database }: Pick<TestConsole, "database">, domain: string): Promise<PartnerRow> {
  const now = new Date();
  const row = lookedFor(addedPartner({ domain, token: "t0ken", by: "kim" }, now), "found", now);
  await partnerStore(database.client, DECISIONS).replace(undefined, row);
  return row;
}
