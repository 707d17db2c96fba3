import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { decide } from "../../../engine/sign-up/engine";
import { listIssuers } from "../../../engine/sign-up/issuers";
import { buildPersonId, type HashOf, keyedHash } from "../../../engine/sign-up/person";
import { personKey } from "../../../engine/sign-up/person-key";
import { beforeCreateUser, type Policy } from "../../../engine/sign-up/policy";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { listReasons, toOutcomeKind } from "../../../engine/sign-up/recording";
import type { RecordKey, Row } from "../../../engine/sign-up/rule";
import type { Identity } from "../../../engine/sign-up/sign-up";
import { listsOfGates } from "../../../features/access-list/asked-lists";
import { rowKey } from "../../../features/access-list/entry";
import { accessList } from "../../../features/access-list/rule";
import type { AccountRow } from "../../../features/accounts/account";
import { accountStore } from "../../../features/accounts/store/accounts";
import { invitePerson } from "../../../features/approvals/invite-person";
import { type ApprovalRequest, findNewestGate, requestKey } from "../../../features/approvals/request";
import { requestApproval } from "../../../features/approvals/request-approval";
import { approve, submit } from "../../../features/approvals/transitions";
import { decideDry } from "../../../features/explain/dry-run";
import { judgeWays, type NotCounted, notCountedText, type Somebody, tryNow } from "../../../features/explain/next-try";
import type { Incident, IncidentPerson } from "../../../features/incidents/incident";
import { incidentStore } from "../../../features/incidents/store/incidents";
import { accept } from "../../../features/invitations/invitation";
import { invited } from "../../../features/invitations/rule";
import { onlyApplications } from "../../../features/only-applications/rule";
import { onlyProviders } from "../../../features/only-providers/rule";
import { gatehouse, jsonLines, PERSON_KEY, startInstance, type TestInstance } from "../../cli/support";
import { record, startConsole, type TestConsole } from "../../console/support";
import { memory } from "../../engine/rules/memory-world";
import { hashOf, person } from "../../engine/sign-up/people";
import { policyFolder } from "../../support/policy-folder";
import { runs } from "../../support/runs";
import { arrived } from "../accounts/accounts";
import { alice, asking, DAY, MINUTE, rowOf } from "../approvals/requests";

const NOW = new Date();
const before = (ms: number) => new Date(NOW.getTime() - ms);

const facts = ["listed", "denied", "invited", "invited elsewhere", "invited and used", "decided", "approved", "waiting", "none"] as const;
interface Someone {
  readonly fact: (typeof facts)[number];
  readonly issuer: string;
}

const identitiesOf = (issuer: string, email: string): readonly Identity[] =>
  issuer === "entra" ? [] : [{ signInType: "federated", issuer, issuerAssignedId: issuer === "mail" ? email : "7" }];

/** What the tables hold of somebody. */
function stateOf({ fact, issuer }: Someone, email: string, hash: HashOf) {
  const identities = identitiesOf(issuer, email);
  const signUp = person({ email, identities, attributes: {} });
  const sending = { by: alice, code: "QH7K-93FN-XAMT", days: 14 };
  const invite = (gate?: string) =>
    rowOf(invitePerson(undefined, { email, ...(gate !== undefined && { gate }) }, sending, hash, before(DAY)));
  const request = () => rowOf(submit(undefined, asking({ signUp, hashOf: hash, onApproval: "continue" }), before(DAY)));
  const decided = (given: Partial<DecisionRecord>): DecisionRecord =>
    record({ email, issuers: [issuer], at: before(MINUTE).toISOString(), ...given } as never);
  const entry = fact === "listed" ? "allow" : fact === "denied" ? "deny" : undefined;
  const requests: readonly ApprovalRequest[] = {
    invited: () => [invite()],
    "invited elsewhere": () => [invite("suppliers")],
    "invited and used": () => [rowOf(accept(invite(), "call", hash(personKey(signUp)), before(MINUTE)))],
    approved: () => [rowOf(approve(request(), { by: alice }, before(MINUTE)))],
    waiting: () => [request()],
    listed: () => [],
    denied: () => [],
    decided: () => [],
    none: () => [],
  }[fact]();
  const recent: readonly DecisionRecord[] =
    fact === "decided" || fact === "invited and used"
      ? [decided({ verdict: "continue", rule: undefined, reasons: [], trace: [] } as never)]
      : [];
  return { signUp, entry, requests, recent };
}

type State = ReturnType<typeof stateOf>;

function tablesOf({ entry, requests, signUp }: State) {
  const rows: (readonly [RecordKey, Row])[] = requests.map((each) => [requestKey(each.id), each as unknown as Row]);
  if (entry !== undefined) rows.push([rowKey(signUp.email), { effect: entry }]);
  return memory(rows);
}

const trusts = [["mail", "google.com"], ["mail"], ["google.com", "facebook.com"], "any"] as const;
const otherwises = ["approval", "block"] as const;

function policyOf(otherwise: (typeof otherwises)[number], trust: (typeof trusts)[number], only?: readonly string[]): Policy {
  const rules = [accessList({ otherwise: "continue" }), invited({ otherwise, unless: "allowed" })];
  const asks = otherwise === "approval" ? [requestApproval({ when: "approval", then: "continue" })] : [];
  const flow = only === undefined ? [] : [onlyProviders(only)];
  return beforeCreateUser([...flow, ...rules, ...asks] as never, { trust } as never);
}

const tried = (state: State, policy: Policy, hash = hashOf) =>
  tryNow({
    email: state.signUp.email,
    records: state,
    policies: [policy],
    hashes: { hashOf: hash },
    now: NOW,
    decide: (each, signUp) => decideDry(each, signUp, { ...tablesOf(state).world, hashOf: hash, now: NOW }),
  });

const people = fc.record({
  fact: fc.constantFrom(...facts),
  issuer: fc.constantFrom("mail", "google.com", "facebook.com", "entra"),
});

it("what a new try would give is what the gate's engine then answers, for every provider that is judged", async () => {
  await fc.assert(
    fc.asyncProperty(
      people,
      fc.constantFrom(...otherwises),
      fc.constantFrom(...trusts),
      fc.option(fc.constantFrom(["mail"], ["entra"]), { nil: undefined }),
      async (somebody, otherwise, trust, only) => {
        const state = stateOf(somebody, "kim@contoso.com", hashOf);
        const policy = policyOf(otherwise, trust, only);
        const tries = await tried(state, policy);
        expect(tries.length).toBeGreaterThan(0);
        for (const { visitor, verdict, notCounted } of tries) {
          const { answer } = await decide(policy, { ...visitor, step: "before-create-user" }, { ...tablesOf(state).world, now: NOW });
          const reasons = listReasons(answer);
          expect(verdict).toMatchObject({ kind: toOutcomeKind({ verdict: answer.kind, reasons }), reasons });
          if (somebody.fact === "invited elsewhere")
            expect(notCounted).toMatchObject([{ what: "invitation", why: "gate", gate: "suppliers" }]);
          if (verdict.kind === "continue") expect(notCounted.filter(({ why }) => why === "untrusted")).toEqual([]);
        }
        const isKnown = state.recent.length > 0 || state.requests.some(({ invitation }) => invitation === undefined);
        if (isKnown) expect(tries.map(({ issuers }) => issuers)).toEqual([[somebody.issuer]]);
        else if (only === undefined && trust !== "any") expect(tries.map(({ issuers }) => issuers[0])).toEqual(trust);
        else if (only !== undefined) expect(tries.map(({ issuers }) => issuers[0])).toEqual(only);
      },
    ),
    { numRuns: runs(150, 1_500) },
  );
});

it.each<{ given: string; person?: Partial<Somebody>; records?: State; issuers: readonly (readonly string[] | undefined)[] }>([
  { given: "nothing: each provider that the gate trusts", issuers: [["mail"], ["google.com"]] },
  { given: "an account: the providers that vouched", person: { emailVouchers: ["google.com"] }, issuers: [["google.com"]] },
  { given: "an account with a typed address: no provider", person: { emailVouchers: [] }, issuers: [undefined] },
  {
    given: "an account and a decision: the decision's provider",
    person: { emailVouchers: ["google.com"] },
    records: stateOf({ fact: "decided", issuer: "facebook.com" }, "kim@contoso.com", hashOf),
    issuers: [["facebook.com"]],
  },
  { given: "a gate that is gone: no provider", person: { gate: "gone" }, issuers: [undefined] },
])("the list judges somebody of whom is known $given", ({ person: some, records, issuers }) => {
  const lists = listsOfGates(["default"], () => [policyOf("block", ["mail", "google.com"])]);
  const ways = judgeWays({ email: "kim@contoso.com", ...some }, { lists, records, hashes: { hashOf } });
  expect(ways.map(({ identities }) => identities && listIssuers({ identities }))).toEqual(issuers);
});

const SHOP = "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33";
const OTHER = "5f0d1c2a-6b1e-4a53-9a53-0a5d7d1f3c11";
const byShop = { source: "b2c", application: SHOP } as const;

/** Somebody whom the list allows, with one decision. */
const allowed = (email: string, decided?: Partial<DecisionRecord>): State => ({
  ...stateOf({ fact: "listed", issuer: "mail" }, email, hashOf),
  recent:
    decided === undefined
      ? []
      : [record({ email, issuers: ["mail"], at: before(MINUTE).toISOString(), step: "before-create-user", ...decided })],
});

it.each<{ given: string; state: State; only?: readonly string[]; kind: string }>([
  { given: "a decision on a call of one of them", state: allowed("kim@contoso.com", byShop), kind: "continue" },
  { given: "a decision on a call of another", state: allowed("kim@contoso.com", { ...byShop, application: OTHER }), kind: "block" },
  { given: "a decision on a call that names none", state: allowed("kim@contoso.com", { source: "b2b" }), kind: "block" },
  { given: "nothing: one that the gate takes", state: allowed("kim@contoso.com"), kind: "continue" },
  {
    given: "a request alone: one that the gate takes",
    state: { ...allowed("kim@contoso.com"), requests: stateOf({ fact: "waiting", issuer: "mail" }, "kim@contoso.com", hashOf).requests },
    kind: "continue",
  },
])("a gate that takes only some applications judges somebody of whom is known $given", async ({ state, kind }) => {
  const policy = beforeCreateUser([onlyApplications([OTHER.replace(/^5/, "6"), SHOP]), accessList()], { trust: ["mail"] });
  expect((await tried(state, policy)).map(({ verdict }) => verdict.kind)).toEqual([kind]);
});

it.each<{ given: string; effect: string; entry: string; kind: string }>([
  { given: "allows them", effect: "allow", entry: "issuer:google.com/1184", kind: "continue" },
  { given: "denies them", effect: "deny", entry: "issuer:google.com/1184", kind: "block" },
  { given: "allows somebody else", effect: "allow", entry: "issuer:google.com/1185", kind: "block" },
  { given: "denies somebody else, and lets others pass", effect: "deny", entry: "issuer:google.com/1185", kind: "continue" },
  { given: "denies them, and lets others pass", effect: "deny", entry: "issuer:google.com/1184", kind: "block" },
])("somebody whose account's entry decided is judged by the account: the list $given", async ({ given, effect, entry, kind }) => {
  const rules = given.endsWith("pass") ? [accessList({ otherwise: "continue" }), onlyProviders(["google.com"])] : [accessList()];
  const evidence = { entry: "issuer:google.com/1184", level: "account" } as const;
  const by = { rule: "access-list", said: "continue", findings: { listed: "allow" }, evidence } as const;
  const newest = record({ email: "kim@contoso.com", issuers: ["google.com"], verdict: "continue", rule: undefined, trace: [by] } as never);
  const tries = await tryNow({
    ...{
      email: "kim@contoso.com",
      policies: [beforeCreateUser(rules as never, { trust: ["mail"] })],
      hashes: { hashOf },
      now: NOW,
    },
    records: { recent: [newest], requests: [] },
    decide: (each, signUp) => decideDry(each, signUp, { ...memory([[rowKey(entry), { effect }]]).world, hashOf, now: NOW }),
  });
  expect(tries.map(({ verdict }) => verdict.kind)).toEqual([kind]);
});

describe("what a new try would give, at every door", () => {
  let instance: TestInstance;
  let pages: TestConsole;
  beforeAll(async () => {
    instance = await startInstance([], "policy", { gates: ["suppliers"] });
    pages = await startConsole();
  });
  afterAll(async () => {
    await instance.close();
    await pages.close();
  });

  const written = {
    approval:
      'accessList({ otherwise: "continue" }), invited({ otherwise: "approval", unless: "allowed" }), requestApproval({ when: "approval", then: "continue" })',
    block: 'accessList({ otherwise: "continue" }), invited({ otherwise: "block", unless: "allowed" })',
  };

  it.each<Someone & { otherwise: (typeof otherwises)[number]; issuers: readonly string[]; kind: string; says?: NotCounted["why"] }>([
    { fact: "invited", issuer: "mail", otherwise: "approval", issuers: ["mail", "google.com"], kind: "continue" },
    { fact: "invited elsewhere", issuer: "mail", otherwise: "approval", issuers: ["mail", "google.com"], kind: "waiting", says: "gate" },
    { fact: "invited elsewhere", issuer: "mail", otherwise: "block", issuers: ["mail", "google.com"], kind: "block", says: "gate" },
    { fact: "invited and used", issuer: "mail", otherwise: "block", issuers: ["mail"], kind: "continue" },
    { fact: "invited and used", issuer: "entra", otherwise: "block", issuers: ["entra"], kind: "block", says: "untrusted" },
    { fact: "decided", issuer: "mail", otherwise: "approval", issuers: ["mail"], kind: "waiting" },
    { fact: "waiting", issuer: "google.com", otherwise: "approval", issuers: ["google.com"], kind: "waiting" },
    { fact: "listed", issuer: "mail", otherwise: "block", issuers: ["mail", "google.com"], kind: "continue" },
    { fact: "denied", issuer: "mail", otherwise: "block", issuers: ["mail", "google.com"], kind: "block" },
    { fact: "none", issuer: "mail", otherwise: "block", issuers: ["mail", "google.com"], kind: "block" },
  ])("is the same for somebody $fact ($issuer, else $otherwise): $kind", async ({ fact, issuer, otherwise, issuers, kind, says }) => {
    const email = `${fact.replaceAll(" ", "-")}-${issuer.replace(".", "-")}-${otherwise}@door.example`;
    const [here, there] = [keyedHash(PERSON_KEY), hashOf].map((hash) => stateOf({ fact, issuer }, email, hash)) as [State, State];
    for (const [state, stores] of [
      [here, instance],
      [there, pages.world],
    ] as const) {
      for (const request of state.requests) await stores.approvals.change(request.id, () => ({ ok: true, request, condition: "absent" }));
      for (const each of state.recent) await stores.decisions.keep({ ...each, id: email }, 90);
    }
    if (here.entry !== undefined) {
      await instance.putRow({ entry: email, effect: here.entry });
      await pages.put({ entry: email, effect: here.entry });
    }
    const trust = trusts[0];
    const policy = policyOf(otherwise, trust);
    const step = `import { accessList, beforeCreateUser, invited, requestApproval } from "entra-gatehouse";\nexport default beforeCreateUser([${written[otherwise]}], { trust: ["mail", "google.com"] });\n`;
    const folder = policyFolder({ "before-create-user.ts": step });

    const tries = await tried(here, policy, keyedHash(PERSON_KEY));
    expect(tries.map((each) => [each.issuers[0], each.verdict.kind])).toEqual(issuers.map((each) => [each, kind]));
    expect(tries.flatMap(({ notCounted }) => notCounted.map(({ why }) => why))).toEqual(says === undefined ? [] : issuers.map(() => says));

    const why = await gatehouse("why", email, "--policy", folder, "--json", ...instance.local);
    const lines = jsonLines(why).filter((line) => !Object.hasOwn(line as object, "newestDecision"));
    expect(lines).toEqual([
      expect.objectContaining({
        issuers,
        reasons: tries[0]?.verdict.reasons,
        ...(says !== undefined && { notCounted: tries[0]?.notCounted }),
      }),
    ]);
    const check = await gatehouse("list", "check", email, "--policy", folder, "--json", ...instance.local);
    expect(jsonLines(check)).toEqual([expect.objectContaining({ issuers, allowed: fact !== "denied" })]);

    vi.spyOn(pages.world, "policiesAt").mockReturnValue([policy]);
    const html = await (await pages.get(`/people?${new URLSearchParams({ email })}`, "Reader")).text();
    const section = /If they tried now(.*?)<\/section>/s.exec(html)?.[1] ?? "";
    expect([...section.matchAll(/class="outcome (\w+)"/g)].map(([, shown]) => shown)).toEqual([kind]);
    for (const each of there.requests.filter(() => says !== undefined)) {
      const [notCounted] = (await tried(there, policy))[0]?.notCounted ?? [];
      expect(section).toContain(`Does not count: ${notCountedText(notCounted as NotCounted, "en")}`);
      expect(section).toContain(each.reference);
    }
  });
});

describe("what a new try would give at a gate that takes only some applications", () => {
  it("is that of the newest decision's application, at the command and on the pages", async () => {
    const [instance, pages] = [await startInstance([]), await startConsole()];
    const email = "shop@door.example";
    const [decided] = allowed(email, byShop).recent as [DecisionRecord];
    for (const stores of [instance, pages.world]) await stores.decisions.keep({ ...decided, id: email }, 90);
    await instance.putRow({ entry: email, effect: "allow" });
    await pages.put({ entry: email, effect: "allow" });
    const step = `import { accessList, beforeCreateUser, onlyApplications } from "entra-gatehouse";\nexport default beforeCreateUser([onlyApplications(["${SHOP}"]), accessList()], { trust: ["mail"] });\n`;
    const why = await gatehouse("why", email, "--policy", policyFolder({ "before-create-user.ts": step }), "--json", ...instance.local);
    expect(jsonLines(why)[0]).toMatchObject({ verdict: "continue", issuers: ["mail"] });
    vi.spyOn(pages.world, "policiesAt").mockReturnValue([beforeCreateUser([onlyApplications([SHOP]), accessList()], { trust: ["mail"] })]);
    const html = await (await pages.get(`/people?${new URLSearchParams({ email })}`, "Reader")).text();
    const section = /If they tried now(.*?)<\/section>/s.exec(html)?.[1] ?? "";
    expect([...section.matchAll(/class="outcome (\w+)"/g)].map(([, shown]) => shown)).toEqual(["continue"]);
    await Promise.all([instance.close(), pages.close()]);
  });
});

describe("what a new try would give, at every place that answers it", () => {
  let instance: TestInstance;
  let pages: TestConsole;
  beforeAll(async () => {
    instance = await startInstance([], "policy", { gates: ["suppliers"], accounts: true, audit: true });
    pages = await startConsole();
  });
  afterAll(async () => {
    await instance.close();
    await pages.close();
  });

  const standings = ["none", "in", "over", "disabled", "deleted"] as const;
  const rules = {
    approval:
      'accessList({ otherwise: "continue" }), invited({ otherwise: "approval", unless: "allowed" }), requestApproval({ when: "approval", then: "continue" })',
    block: 'accessList({ otherwise: "continue" }), invited({ otherwise: "block", unless: "allowed" })',
  };

  /** An account of the person that was let in 40 days ago. */
  function accountOf(standing: (typeof standings)[number], id: string, personId: string): AccountRow | undefined {
    const until = before(standing === "in" ? -20 * DAY : DAY).toISOString();
    const cells = { id, personId, email: id, letInAt: before(40 * DAY).toISOString(), arrivedAt: before(40 * DAY).toISOString(), until };
    const row = { ...arrived(cells), until, endsAt: until };
    if (standing === "none") return undefined;
    return { ...row, state: standing === "disabled" ? "disabled" : standing === "deleted" ? "ended" : "in" };
  }

  const keptOut = ["over", "disabled"];
  /** Reference codes have no digits that look like letters. */
  const referenceOf = (number: number) =>
    `K7QD-${[...String(number).padStart(4, "0")].map((digit) => "3467CDEFGH"[Number(digit)]).join("")}`;
  let count = 0;

  it("is the same for generated people, accounts, entries and policies", async () => {
    await fc.assert(
      fc.asyncProperty(
        people,
        fc.constantFrom(...standings),
        fc.constantFrom(...otherwises),
        fc.constantFrom(...trusts),
        fc.boolean(),
        fc.constantFrom(undefined, undefined, "google.com", "mail"),
        fc.boolean(),
        async ({ fact, issuer }, standing, otherwise, trust, isDeniedUntil, deniedIssuer, needsApproval) => {
          const email = `kim${++count}@place${count}.example`;
          const [here, there] = [keyedHash(PERSON_KEY), hashOf].map((hash) => stateOf({ fact, issuer }, email, hash)) as [State, State];
          const entry = {
            entry: email,
            effect: here.entry === "allow" ? "allow" : needsApproval ? "approval" : "deny",
            ...(isDeniedUntil && here.entry !== "allow" && { allowedUntil: before(-DAY).toISOString() }),
          };
          const isListed = here.entry !== undefined || isDeniedUntil;
          for (const [state, stores, hash] of [
            [here, instance, keyedHash(PERSON_KEY)],
            [there, pages.world, hashOf],
          ] as const) {
            for (const request of state.requests)
              await stores.approvals.change(request.id, () => ({ ok: true, request, condition: "absent" }));
            for (const each of state.recent) await stores.decisions.keep({ ...each, id: email, reference: referenceOf(count) }, 90);
            const row = accountOf(standing, email, buildPersonId(email, hash));
            const accounts = stores === instance ? accountStore(instance.dynamodb.client, "accounts") : pages.world.accounts();
            if (row !== undefined) await accounts.change(row.id, () => ({ ok: true, row, condition: "absent" }));
          }
          if (isListed) {
            await instance.putRow(entry);
            await pages.put(entry);
          }
          const ofIssuer = { entry: `issuer:${deniedIssuer}`, effect: "deny" };
          for (const other of ["google.com", "mail"]) {
            const Key = { entry: { S: `issuer:${other}` } };
            await instance.dynamodb.client.call("DeleteItem", { TableName: instance.dynamodb.tableName, Key });
            await pages.database.client.call("DeleteItem", { TableName: pages.database.tableName, Key });
          }
          if (deniedIssuer !== undefined) {
            await instance.putRow(ofIssuer);
            await pages.put(ofIssuer);
          }
          const policy = policyOf(otherwise, trust);
          const file = join(instance.data, "instance.json");
          const askedLists = JSON.stringify(listsOfGates(["default", "suppliers"], () => [policy]));
          writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), askedLists }));
          const step = `import { accessList, beforeCreateUser, invited, requestApproval } from "entra-gatehouse";\nexport default beforeCreateUser([${rules[otherwise]}], { trust: ${JSON.stringify(trust)} });\n`;
          const at = ["--policy", policyFolder({ "before-create-user.ts": step }), "--json", ...instance.local];
          const rows = here.requests.map((each) => [requestKey(each.id), each as unknown as Row] as const);
          const listed = [...(isListed ? [entry] : []), ...(deniedIssuer === undefined ? [] : [ofIssuer])];
          const tables = memory([...rows, ...listed.map((row) => [rowKey(row.entry), row] as const)]);
          const tries = await tryNow({
            email,
            records: here,
            policies: [policy],
            hashes: { hashOf: keyedHash(PERSON_KEY) },
            now: NOW,
            decide: (each, signUp) => decideDry(each, signUp, { ...tables.world, hashOf: keyedHash(PERSON_KEY), now: NOW }),
          });
          const kinds = [...new Set(tries.map(({ verdict }) => verdict.kind))].sort();

          const why = await gatehouse("why", email, ...at);
          const lines = jsonLines(why).filter((line) => !Object.hasOwn(line as object, "newestDecision")) as readonly {
            readonly issuers: readonly string[];
            readonly reasons: readonly string[];
            readonly verdict: "continue";
            readonly account?: string;
          }[];
          expect(lines.flatMap(({ issuers }) => issuers).toSorted()).toEqual(tries.flatMap(({ issuers }) => issuers).toSorted());
          expect([...new Set(lines.map(toOutcomeKind))].sort()).toEqual(kinds);
          expect(lines[0]?.account).toBe(standing === "none" ? undefined : standing);
          expect(why.exitCode).toBe(keptOut.includes(standing) || !kinds.includes("continue") ? 2 : 0);

          const check = jsonLines(await gatehouse("list", "check", email, ...at)) as typeof lines;
          expect(check.flatMap(({ issuers }) => issuers).toSorted()).toEqual(lines.flatMap(({ issuers }) => issuers).toSorted());

          vi.spyOn(pages.world, "policiesAt").mockReturnValue([policy]);
          const shown = async (path: string) => {
            const html = await (await pages.get(path, "Reader")).text();
            const section = /If they tried now(.*?)<\/section>/s.exec(html)?.[1] ?? "";
            return [...new Set([...section.matchAll(/class="outcome (\w+)"/g)].map(([, kind]) => kind))].sort();
          };
          const person = `/people?${new URLSearchParams({ email })}`;
          const byAccount = keptOut.includes(standing) ? ["block"] : standing === "in" ? undefined : kinds;
          if (byAccount !== undefined) expect(await shown(person)).toEqual(byAccount);
          expect(await shown(`/people?${new URLSearchParams({ view: "in", open: email })}`)).toEqual(await shown(person));

          if (here.recent.length > 0) {
            const reference = referenceOf(count);
            expect(await shown(`/decisions/${reference}`)).toEqual(await shown(person));
            const [ofCode] = jsonLines(await gatehouse("why", reference, ...at)) as readonly {
              readonly now: readonly (typeof lines)[number][];
            }[];
            expect(ofCode?.now.map(toOutcomeKind).slice(-1)).toEqual(kinds);
          }
          const palette = await (
            await pages.get(`/search?${new URLSearchParams({ part: "1", q: email.split("@")[0] as string })}`, "Reader")
          ).text();
          const lists = tries.map(({ steps }) =>
            steps.some(({ decision }) => decision.trace.some(({ rule, said }) => rule === "access-list" && said === "block")),
          );
          const isKnown = here.recent.length > 0 || here.requests.some(({ invitation }) => invitation === undefined);
          if (palette.includes(email) && isKnown) expect(palette.includes("Denied")).toBe(lists.every(Boolean));

          const isTold = lists.some(Boolean);
          const told = ({ stderr }: { readonly stderr: string }) => stderr.includes(`${email}: the access list denies them`);
          // At the other gate, nothing is known of the person.
          if ((standing === "none" || standing === "deleted") && (!isKnown || isTold))
            expect(told(await gatehouse("expiry", "renew", email, "--days", "30", "--yes", ...instance.local))).toBe(isTold);
          expect(told(await gatehouse("invite", email, "--yes", ...instance.local))).toBe(isTold);
          for (const verb of [["resend"], ["extend", "--days", "30"]])
            expect(told(await gatehouse("invite", ...verb, email, "--yes", ...instance.local))).toBe(isTold);
          const answer = await (await pages.sent("/people/invite", "Approver", { addresses: email, days: "14" })).text();
          // Who is invited already gets no invitation, whatever else is known of them.
          if (!answer.includes("Has an open invitation")) expect(answer.includes("Denied by")).toBe(isTold);
        },
      ),
      { numRuns: runs(12, 200), seed: 23 },
    );
  }, 120_000);
});

describe("what a new try would give somebody whom an entry allows, and whose account an incident", () => {
  let instance: TestInstance;
  let pages: TestConsole;
  beforeAll(async () => {
    instance = await startInstance([], "policy", { accounts: true });
    pages = await startConsole();
  });
  afterAll(async () => {
    await instance.close();
    await pages.close();
  });

  const at = before(DAY).toISOString();
  const incident: Omit<Incident, "id" | "at" | "expires"> = {
    by: "kim",
    state: "acted",
    selection: { from: at, to: at, domain: "out.example" },
    ...{ people: 1, decisions: 1, listed: 0, nameless: 0 },
    steps: [{ what: "acting", at, by: "kim" }],
  };

  it.each<{ state: IncidentPerson["state"]; reference: string; isOut: boolean }>([
    { state: "disabled", reference: "K7QD-3333", isOut: true },
    { state: "enabling", reference: "K7QD-4444", isOut: true },
    { state: "enabled", reference: "K7QD-6666", isOut: false },
    { state: "listed", reference: "K7QD-7777", isOut: false },
  ])("left $state says that it is disabled: $isOut, at the commands and on the pages", async ({ state, reference, isOut }) => {
    const email = `${state}@out.example`;
    const [decided] = allowed(email, { verdict: "block", reasons: ["access-list.unlisted"] }).recent as [DecisionRecord];
    for (const [stores, incidents, hash] of [
      [instance, incidentStore(instance.dynamodb.client, instance.listChangesTable), keyedHash(PERSON_KEY)],
      [pages.world, pages.world.incidents, hashOf],
    ] as const) {
      await stores.decisions.keep({ ...decided, id: email, reference }, 90);
      const opened = await incidents.open(incident, NOW);
      const own = { person: buildPersonId(email, hash), reference, id: email, at };
      await incidents.add(opened, own);
      await incidents.move(opened.id, { ...own, state: "selected" } as IncidentPerson, { state });
    }
    await instance.putRow({ entry: email, effect: "allow" });
    await pages.put({ entry: email, effect: "allow" });
    const step = `import { accessList, beforeCreateUser } from "entra-gatehouse";\nexport default beforeCreateUser([accessList()], { trust: ["mail"] });\n`;
    const place = ["--policy", policyFolder({ "before-create-user.ts": step }), ...instance.local];
    vi.spyOn(pages.world, "policiesAt").mockReturnValue([beforeCreateUser([accessList()], { trust: ["mail"] })]);

    const why = await gatehouse("why", email, ...place);
    expect([why.exitCode, why.stdout.includes("Their account is disabled")]).toEqual([isOut ? 2 : 0, isOut]);
    const ofCode = (await gatehouse("why", reference, ...place)).stdout;
    expect(["Their account is disabled", "Ask them to try again"].map((words) => ofCode.includes(words))).toEqual([isOut, !isOut]);
    expect(jsonLines(await gatehouse("why", email, "--json", ...place))[0]).toMatchObject(isOut ? { account: "disabled" } : {});
    for (const path of [`/people?${new URLSearchParams({ email })}`, `/decisions/${reference}`, `/decisions?open=${reference}`]) {
      const html = await (await pages.get(path, "Reader")).text();
      const section = /If they tried now(.*?)<\/section>/s.exec(html)?.[1] ?? path;
      expect([path, section.includes("The account is disabled")]).toEqual([path, isOut]);
    }
  });
});

describe("the gate for which a command answers", () => {
  let instance: TestInstance;
  beforeAll(async () => {
    instance = await startInstance([], "policy", { gates: ["suppliers"] });
  });
  afterAll(() => instance.close());

  const newest = (email: string, gate?: string) =>
    record({ id: email, email, issuers: ["mail"], at: before(MINUTE).toISOString(), ...(gate !== undefined && { gate }) } as never);

  it.each([
    {
      who: "a newest decision at suppliers",
      email: "sue@there.example",
      gate: "suppliers",
      says: "sue@there.example, signed in with mail, at the gate suppliers",
    },
    {
      who: "a newest decision at the default gate",
      email: "kim@there.example",
      gate: undefined,
      says: "kim@there.example, signed in with mail\n",
    },
    {
      who: "a newest decision at a gate that is gone",
      email: "old@there.example",
      gate: "gone",
      says: "old@there.example, signed in with",
    },
  ])("is that of $who", async ({ email, gate, says }) => {
    await instance.decisions.keep(newest(email, gate), 90);
    const step = `import { accessList, beforeCreateUser } from "entra-gatehouse";\nexport default beforeCreateUser([accessList()], { trust: ["mail"] });\n`;
    const at = ["--policy", policyFolder({ "before-create-user.ts": step }), ...instance.local];
    for (const verb of [["why"], ["list", "check"]]) expect((await gatehouse(...verb, email, ...at)).stdout).toContain(says);
  });

  it("is found with one reading of the person's rows", async () => {
    await instance.decisions.keep(newest("once@there.example", "suppliers"), 90);
    const step = `import { accessList, beforeCreateUser } from "entra-gatehouse";\nexport default beforeCreateUser([accessList()], { trust: ["mail"] });\n`;
    const at = ["--policy", policyFolder({ "before-create-user.ts": step }), ...instance.local];
    const queries = async (...options: readonly string[]) => {
      instance.dynamodb.operations();
      expect((await gatehouse("list", "check", "once@there.example", ...options, ...at)).stdout).toContain("suppliers");
      return instance.dynamodb.operations().filter((each) => each === "Query").length;
    };
    expect(await queries()).toBe(await queries("--gate", "suppliers"));
    expect(await queries("--gate", "suppliers", "--issuer", "mail")).toBe(0);
  });

  it("of an older request does not count beside a newer decision", () => {
    const older = { ...stateOf({ fact: "waiting", issuer: "mail" }, "kim@there.example", hashOf).requests[0], gate: "suppliers" };
    expect(findNewestGate([newest("kim@there.example")], [older as ApprovalRequest])).toBe("default");
    expect(findNewestGate([], [older as ApprovalRequest])).toBe("suppliers");
  });
});
