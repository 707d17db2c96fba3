import type { Log } from "../../../adapters/log";
import { toItem } from "../../../adapters/tables/item";
import { workNotes } from "../../../adapters/tables/work-notes";
import { userHere } from "../../../cli/deployment";
import { referenceFor } from "../../../engine/sign-up/call";
import { buildPersonId, keyedHash } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Clock } from "../../../engine/sign-up/time";
import type { AccountRow } from "../../../features/accounts/account";
import { arrive, begin, disable, end, endAccessNow, extendAccess, type Newcomer } from "../../../features/accounts/change";
import { accountStore } from "../../../features/accounts/store/accounts";
import { auditStore } from "../../../features/audit/store/trail";
import type { AccessRun } from "../../../features/expiry/run";
import { accessRunStore } from "../../../features/expiry/store/access-runs";
import { accessEndedStore } from "../../../features/expiry/store/ended";
import { journeyKey } from "../../../features/external-tenant/account";

import type { GraphAccount } from "../../../local/stand-ins/graph/directory";
import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { admitted } from "../../cli/records";
import { gatehouse, gatehouseAt, jsonLines, PERSON_KEY, type Ran, startInstance, type TestInstance } from "../../cli/support";
import { newcomer } from "../accounts/accounts";

let graph: GraphStandIn;
let instance: TestInstance;
beforeAll(async () => {
  graph = await serveGraph();
});
afterAll(() => graph.close());
beforeEach(async () => {
  const endpoints = { graph: graph.url, login: graph.url };
  instance = await startInstance([], "samples/policies/expiry", { accounts: true, audit: true, endpoints });
});
afterEach(() => instance.close());

/** Waiting takes no time here. */
const time = { now: () => new Date(), sleep: async () => undefined };
const expiry = (...args: string[]) => gatehouseAt(time, "expiry", ...args, ...instance.local);
/** What the trail says, the newest first. */
const trail = async () =>
  (await auditStore(instance.dynamodb.client, "audit-test").page({})).entries.map(({ action, outcome, subject }) => [
    action,
    outcome,
    subject,
  ]);
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
const KIM = "00000000-0000-4000-8000-00000000000a";
const hashOf = keyedHash(PERSON_KEY);
const hashes = async () => ({ hashOf });
const accounts = () => accountStore(instance.dynamodb.client, "accounts");

/** Kim's account, let in ten days ago. */
async function kim(cells: Partial<Newcomer> = {}) {
  const personId = buildPersonId("kim@contoso.com", hashOf);
  const row = {
    ...newcomer,
    id: KIM,
    personId,
    email: "kim@contoso.com",
    letInAt: inDays(-10).toISOString(),
    until: inDays(5).toISOString(),
  };
  await accounts().change(KIM, (stored) => arrive(stored, { ...row, ...cells }, inDays(-10)));
}
async function disabled() {
  await accounts().change(KIM, (row) => begin(row, "disabling", { by: { kind: "gatehouse", name: "worker" } }, new Date()));
  await accounts().change(KIM, (row) => disable(row, inDays(30).toISOString(), new Date()));
}
const daysLeft = async () => Math.round((Date.parse((await accounts().get(KIM))?.until ?? "") - Date.now()) / 86_400_000);

it("lists accounts and shows one account's history", async () => {
  await kim();
  expect(await expiry("list")).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^E-MAIL +ACCESS +SPONSOR +REFERENCE +ID +MAIL\nkim@contoso\.com {2}until /),
  });
  const row = await accounts().get(KIM);
  if (row !== undefined) await accounts().keepRenewalLink(row, { hash: "of-a-link", until: inDays(30).toISOString() });
  for (const lines of [await expiry("list", "--json"), await expiry("show", KIM, "--json")]) {
    expect(jsonLines(lines)).toMatchObject([{ id: KIM, state: "in" }]);
    expect(lines.stdout).not.toContain("of-a-link");
  }
  expect(await expiry("list", "disabled")).toMatchObject({ stdout: "", stderr: expect.stringContaining("No account is disabled.") });
  for (const typed of ["Kim@contoso.com", KIM]) expect((await expiry("show", typed)).stdout).toContain("arrived, worker");
  expect(await expiry("show", "lee@contoso.com")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("No account of lee") });
  expect(await expiry("show", "lee")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("neither an address nor") });
});

it("extends, ends and renews access, and records who did each and why", async () => {
  await kim();
  expect(await expiry("extend", KIM, "--days", "90", "--note", "project goes on")).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^kim@contoso\.com: until \d{4}-\d\d-\d\d [\d:]{8} UTC\S*\n$/),
  });
  expect(await daysLeft()).toBe(95);
  expect((await accounts().get(KIM))?.history.at(-1)).toMatchObject({
    what: "extended",
    note: "project goes on",
    by: { name: userHere() },
  });
  expect(await expiry("end", KIM)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("nothing was changed: add --yes") });
  expect(await expiry("end", KIM, "--yes")).toMatchObject({ exitCode: 0 });
  expect(await daysLeft()).toBeCloseTo(0);
  await disabled();
  expect((await expiry("list", "disabled")).stdout).toContain("disabled");
  expect(await expiry("end", KIM, "--yes")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("is disabled already") });
  expect((await expiry("renew", "kim@contoso.com", "--days", "180")).stdout).toContain("enabled within the hour");
  expect(await daysLeft()).toBe(180);
  expect(await expiry("extend", KIM, "--no-end")).toMatchObject({ stdout: "kim@contoso.com: enabled within the hour, no end\n" });
  expect(await expiry("extend", KIM)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--days 90, or --no-end") });
  expect(await trail()).toEqual([
    ["access.extended", "done", newcomer.reference],
    ["access.extended", "done", newcomer.reference],
    ["access.ended-early", "done", newcomer.reference],
    ["access.extended", "done", newcomer.reference],
  ]);
});

it("lets a person sign up again if their account is gone", async () => {
  const ended = accessEndedStore(instance.dynamodb.client, "ledger", hashes);
  await kim();
  const row = await accounts().get(KIM);
  await ended.note(row as never, "ended", new Date());
  await accounts().remove(KIM);
  expect(await expiry("renew", "kim@contoso.com", "--days", "180")).toMatchObject({
    exitCode: 0,
    stdout: "kim@contoso.com may sign up again.\n",
  });
  expect(await expiry("renew", "kim@contoso.com", "--days", "180")).toMatchObject({ exitCode: 1 });
  expect(await trail()).toEqual([
    ["access.extended", "conflict", ""],
    ["access.extended", "done", ""],
  ]);
});

it("refuses to extend or end a deleted account, but renews it, even if it is named by its object id", async () => {
  await kim();
  await accounts().change(KIM, (row) => end(row, "deleted", new Date()));
  await accessEndedStore(instance.dynamodb.client, "ledger", hashes).note((await accounts().get(KIM)) as never, "ended", new Date());
  for (const args of [
    ["extend", KIM, "--days", "9"],
    ["end", KIM, "--yes"],
  ])
    expect(await expiry(...args)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("has no account any more") });
  expect(await expiry("renew", KIM, "--days", "180")).toMatchObject({ exitCode: 0, stdout: `${KIM} may sign up again.\n` });
});

it("shows the accounts that are due, and lets a waiting run continue", async () => {
  await kim({ until: inDays(-1).toISOString() });
  expect(await expiry("due")).toMatchObject({
    stdout: expect.stringContaining("would be disabled"),
    stderr: expect.stringContaining("1 account of 1"),
  });
  expect(await expiry("runs")).toMatchObject({ stderr: expect.stringContaining("not run yet") });
  expect(await expiry("confirm")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("No run waits") });
  const run = await waits();
  expect(await expiry("runs")).toMatchObject({
    stdout: expect.stringContaining("waits for a person (many accounts); to disable 40, to delete 2, of 400"),
  });
  await lets(4, () => inDays(-1));
  const others = { stdout: "", exitCode: 1, stderr: expect.stringContaining("to disable 5, to delete 0, of 400") };
  expect(await expiry("confirm", "--people", "42")).toMatchObject(others);
  expect(await expiry("confirm", "--people", "5")).toMatchObject({ exitCode: 0 });
  expect(jsonLines(await expiry("runs", "--json"))).toMatchObject([
    { state: "running", toDisable: 5, toDelete: 0, confirmedBy: userHere() },
  ]);
  expect(await trail()).toEqual([["access.run-confirmed", "done", run.at]]);
});

it("lists the runs of a time alone, and says how many are kept if there is none", async () => {
  const run = await waits();
  const before = new Date(Date.parse(run.at) - 60_000).toISOString();
  expect(jsonLines(await expiry("runs", "--since", before, "--json"))).toHaveLength(1);
  expect(await expiry("runs", "--until", before)).toMatchObject({ stdout: "", stderr: expect.stringContaining("No run is of this time") });
});

it.each([
  { run: { guestPolicies: "unknown" as const }, says: "Entra's own policies for guests: not known" },
  {
    run: { guestPolicies: [{ name: "Partners", source: "systemDefault" as const, asksSponsors: true }] },
    says: `are on, too: "Partners" (Microsoft's default) (Entra asks sponsors as well`,
  },
  { run: { stepsBack: true as const, guestPolicy: "userCreated" as const }, says: "ended nothing, as an earlier version did" },
])("says of Entra's own policies for guests at a run: $says", async ({ run, says }) => {
  await waits(run);
  const { stdout } = await expiry("runs");
  expect(stdout).toContain(says);
});

it("names a run that Graph or a setting stopped at its beginning, and does not say that none has run", async () => {
  const notes = workNotes(
    {
      settings: { LEDGER_TABLE: "ledger" },
      tables: instance.dynamodb.client,
      clock: { now: () => Date.now() } as Clock,
      log: { warn: () => undefined } as unknown as Log,
    },
    "expiry",
  );
  await notes.failed("503 serviceNotAvailable");
  const { exitCode, stderr } = await expiry("runs");
  expect([exitCode, stderr]).toEqual([
    0,
    expect.stringMatching(/Access doesn't end when it should since .* 503 serviceNotAvailable\. Next try/),
  ]);
  expect(stderr).not.toContain("not run yet");
  await notes.succeeded();
  expect((await expiry("runs")).stderr).toContain("not run yet");
});

it("the number to confirm for a waiting run counts people already disabled, but nobody renewed or ended meanwhile", async () => {
  await lets(6, () => inDays(-1));
  await waits({ disabled: 3, why: "gone" });
  const by = { kind: "cli", name: "dana" } as const;
  await accounts().change(idOf(1), (row) => extendAccess(row, inDays(90).toISOString(), { by }, new Date(), "renewed"));
  await accounts().change(idOf(2), (row) => extendAccess(row, inDays(90).toISOString(), { by }, new Date(), "renewed"));
  await accounts().change(idOf(2), (row) => endAccessNow(row, { by }, inDays(1)));
  expect(await expiry("confirm", "--people", "9")).toMatchObject({ exitCode: 1 });
  expect(await expiry("confirm", "--people", "7")).toMatchObject({ exitCode: 0 });
});

const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Lets as many people in, each until then. */
async function lets(count: number, until: (number: number) => Date): Promise<void> {
  for (let number = 1; number <= count; number++) {
    const email = `p${number}@contoso.com`;
    const row = { ...newcomer, id: idOf(number), email, personId: buildPersonId(email, hashOf), until: until(number).toISOString() };
    await accounts().change(row.id, (stored) => arrive(stored, { ...row, letInAt: inDays(-10).toISOString() }, inDays(-10)));
  }
}

/** A run that waits, as the worker counted it. */
async function waits(more: Partial<AccessRun> = {}): Promise<AccessRun> {
  const runs = accessRunStore(instance.dynamodb.client, "ledger");
  const counts = { toDisable: 40, toDelete: 2, inForce: 400, reminded: 0, disabled: 0, deleted: 0, skipped: 0 };
  const run: AccessRun = { at: inDays(0).toISOString(), state: "waiting", why: "many", ...counts, ...more };
  await runs.write(await runs.read(), run);
  return run;
}

it("the worker continues and ignores runs dated in the future once a person confirms that the clock was wrong", async () => {
  const runs = accessRunStore(instance.dynamodb.client, "ledger");
  const counts = { toDisable: 4, toDelete: 0, inForce: 400, reminded: 0, disabled: 0, deleted: 0, skipped: 0 };
  for (const [days, state] of [
    [-1, "done"],
    [60, "done"],
    [400, "waiting"],
  ] as const)
    await runs.write(await runs.read(), { at: inDays(days).toISOString(), state, ...counts });
  expect(await expiry("runs")).toMatchObject({ stderr: expect.stringContaining("expiry confirm") });
  expect(await expiry("confirm", "--people", "4")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Nothing was changed") });
  expect(await expiry("confirm", "--people", "2")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Forgotten") });
  expect((await runs.read()).runs.map(({ at }) => at < inDays(0).toISOString())).toEqual([true]);
  expect(await expiry("confirm")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("No run waits") });
});

const OTHER_NAME = `arn:aws:sts::1:assumed-role/ops/${userHere()}`;
const IN_CONSOLE = { kind: "console", name: "Kim Lee", userNames: [userHere()] } as const;

it.each([
  { what: "is refused of a run of their own ends alone", enders: [userHere(), userHere()], exitCode: 1 },
  { what: "is refused where their other name did the rest", enders: [userHere(), OTHER_NAME], exitCode: 1 },
  { what: "is refused of what they ended in the console", enders: [userHere(), IN_CONSOLE], exitCode: 1 },
  { what: "is taken where somebody else ended some", enders: [userHere(), "lee"], exitCode: 0 },
  { what: "is taken where some ended by themselves", enders: [userHere(), undefined], exitCode: 0 },
  { what: "is refused where the others were renewed meanwhile", enders: [userHere(), "lee"], renewed: [2], exitCode: 1 },
  { what: "is refused where those that ended by themselves were renewed", enders: [userHere(), undefined], renewed: [2], exitCode: 1 },
  { what: "is taken where their own were renewed", enders: [userHere(), "lee"], renewed: [1], endedBy: [userHere()], exitCode: 0 },
])("a person's confirmation $what", async ({ enders, renewed = [], endedBy, exitCode }) => {
  await lets(enders.length, (number) => (enders[number - 1] === undefined ? inDays(-1) : inDays(5)));
  for (const [index, ender] of enders.entries()) {
    const by = typeof ender === "string" ? ({ kind: "cli", name: ender } as const) : ender;
    if (by !== undefined) await accounts().change(idOf(index + 1), (row) => endAccessNow(row, { by }, inDays(-1)));
  }
  await waits(endedBy && { endedBy });
  for (const number of renewed) {
    await accounts().change(idOf(number), (row) => extendAccess(row, inDays(90).toISOString(), { by: people }, new Date(), "renewed"));
  }
  const ran = await expiry("confirm", "--people", String(enders.length - renewed.length));
  expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toMatchObject({ exitCode });
  if (exitCode === 1) expect(ran.stderr).toContain("somebody else has to confirm the run");
});

const people = { kind: "cli", name: "dana" } as const;

it("a person's export contains the row of their account, and their erasure removes it", async () => {
  await kim();
  const person = (...args: string[]) => gatehouse("person", ...args, ...instance.local);
  const row = await accounts().get(KIM);
  if (row !== undefined) await accounts().keepRenewalLink(row, { hash: "of-a-link", until: inDays(30).toISOString() });
  const exported = await person("export", "kim@contoso.com");
  expect(jsonLines(exported)).toMatchObject([{ account: { id: KIM, email: "kim@contoso.com" } }]);
  expect(exported.stdout).not.toContain("of-a-link");
  expect(await person("erase", "kim@contoso.com", "--yes")).toMatchObject({ exitCode: 0 });
  expect(await accounts().get(KIM)).toBeUndefined();
});

describe("adopt", () => {
  const MINUTE = 60_000;
  const hoursAgo = (hours: number, minutes = 0) => new Date(Date.now() - hours * 60 * MINUTE + minutes * MINUTE).toISOString();
  const idOf = (number: number) => `00000000-0000-4000-8000-0000000000${10 + number}`;

  /** Somebody that the gate let in. */
  async function letIn(name: string, hours: number, given: Partial<DecisionRecord> = {}) {
    const email = `${name}@adopted.example`;
    const reference = referenceFor(hashOf(`${name}${hours}`));
    await instance.decisions.keep(
      admitted(`${name}${hours}`, hours, { email, personId: buildPersonId(email, hashOf), reference, ...given }),
      90,
    );
    return reference;
  }
  function made(number: number, name: string, createdDateTime: string, more: object = {}) {
    const address = `${name}@adopted.example`;
    const account = { id: idOf(number), createdDateTime, userPrincipalName: address, mail: address, userType: "Guest" };
    (graph.accounts() as GraphAccount[]).push({ ...account, identities: [], externalUserState: null, accountEnabled: true, ...more });
  }

  beforeEach(() => {
    (graph.accounts() as GraphAccount[]).length = 0;
  });

  it("adopts only accounts that decisions made, after a dry run that writes nothing", async () => {
    const reference = await letIn("ann", 50);
    await letIn("ann", 99);
    made(1, "ann", hoursAgo(50, 1));
    await letIn("old", 40);
    made(2, "old", hoursAgo(41));
    await letIn("late", 40);
    made(3, "late", hoursAgo(40, 62));
    await letIn("colleague", 40);
    made(4, "colleague", hoursAgo(40, 1), { userType: "Member" });
    await letIn("admin", 40);
    made(5, "admin", hoursAgo(40, 1), { roles: [{ "@odata.type": "#microsoft.graph.directoryRole", id: "role" }] });
    await letIn("twins", 40);
    made(6, "twins", hoursAgo(40, 1));
    made(7, "twins", hoursAgo(40, 2));
    await letIn("nobody", 40);
    await letIn("off", 40);
    made(8, "off", hoursAgo(40, 1), { accountEnabled: false });
    await letIn("google", 40, { issuers: ["google.com"] });
    made(9, "google", hoursAgo(40, 1));
    await letIn("other-gate", 40, { gate: "partners" });
    made(10, "other-gate", hoursAgo(40, 1));
    const outcomes = {
      ann: "found",
      old: "other-time",
      late: "other-time",
      colleague: "colleague",
      admin: "role",
      twins: "ambiguous",
      nobody: "not-found",
      off: "disabled",
      google: "other-provider",
      "other-gate": "no-end",
    };
    const told = (ran: Ran) =>
      Object.fromEntries(
        (jsonLines(ran) as { email: string; outcome: string; why?: string }[]).map(({ email, outcome, why }) => [
          email.split("@")[0],
          why ?? outcome,
        ]),
      );

    const dry = await expiry("adopt", "--since", "30d", "--json");
    expect(told(dry)).toEqual(outcomes);
    expect(dry).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Nothing was written. To take them in, add --yes.") });
    expect(await accounts().get(idOf(1))).toBeUndefined();

    expect(await expiry("adopt", "--since", "30d", "--yes")).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("10 people let in: 1 taken in, 0 there already, 1 not found, 1 ambiguous, 7 left out."),
    });
    expect(await accounts().get(idOf(1))).toMatchObject({
      reference,
      state: "in",
      userType: "Guest",
      history: [{ what: "adopted", by: { kind: "cli", name: userHere() } }],
    });
    for (let number = 2; number <= 10; number++) expect([number, await accounts().get(idOf(number))]).toEqual([number, undefined]);
    expect(await trail()).toEqual([["access.adopted", "done", reference]]);
    // Whoever is there already, Graph is not asked about again.
    (graph.accounts() as GraphAccount[]).length = 0;
    expect(told(await expiry("adopt", "--since", "30d", "--yes", "--json"))).toMatchObject({ ann: "already" });
  });

  it("finds an account adopted before a key rotation, whose row has another hash of the person", async () => {
    await letIn("ann", 40);
    made(1, "ann", hoursAgo(40, 1));
    await expiry("adopt", "--since", "30d", "--yes");
    await accounts().change(idOf(1), (row) => ({
      ...{ ok: true, condition: { turn: row?.turn ?? 0 } },
      row: { ...(row as AccountRow), personId: "earlier", reference: "AAAA-AAAA" },
    }));
    expect(jsonLines(await expiry("adopt", "--since", "30d", "--yes", "--json"))).toMatchObject([{ outcome: "already", id: idOf(1) }]);
  });

  it("sets no end before the first reminder is due, even for people let in long ago", async () => {
    const id = idOf(1);
    await letIn("ann", 400 * 24);
    made(1, "ann", hoursAgo(400 * 24, 1));
    await expiry("adopt", "--since", "500d", "--yes");
    expect(Math.round((Date.parse((await accounts().get(id))?.until ?? "") - Date.now()) / 86_400_000)).toBe(30);
  });

  it("skips an account that it finds by the journey if the account has another address than the decision", async () => {
    const correlationId = "11111111-2222-4333-8444-555555555555";
    await letIn("ann", 40, { correlationId });
    made(1, "ann", hoursAgo(40, 1), { mail: "ann@new.example", userPrincipalName: "ann@new.example" });
    const key = journeyKey(correlationId, hashOf).key.id;
    const row = { id: key, accounts: [idOf(1)], people: ["ann"] };
    await instance.dynamodb.client.call("PutItem", { TableName: "ledger", Item: toItem(row) });
    expect(jsonLines(await expiry("adopt", "--since", "30d", "--json"))).toMatchObject([
      { outcome: "skipped", why: "other-address", id: idOf(1) },
    ]);
  });

  it.each([
    [[], "Say since when people were let in"],
    [["--since", "soon"], "--since soon is not a past time"],
    [["--since", "2h", "--gate", "other"], "There is no gate other"],
  ])("refuses %j", async (args, words) => {
    expect(await expiry("adopt", ...args)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(words) });
  });
});
