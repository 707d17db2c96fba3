import fc from "fast-check";
import { reviewAct } from "../../../adapters/operator/act";
import { makeMember } from "../../../adapters/operator/world";
import { editedRows } from "../../../adapters/tables/edited-rows";
import { tables } from "../../../adapters/tables/tables";
import { type HashOf, keyedHash } from "../../../engine/sign-up/person";
import { readNamedPerson } from "../../../features/access-list/entry";
import { requestId } from "../../../features/approvals/request";
import type { ApprovalStore } from "../../../features/approvals/store/approvals";
import { approve, claim, deny, submit } from "../../../features/approvals/transitions";
import { beginErasure, erase, exportPerson } from "../../../features/person/acts";
import { beginErasure as beginJob, erasureSubject, type StoredJob, updateJob } from "../../../features/person/store/erasure-job";
import { erasureRows } from "../../../features/person/world";
import { gatehouse, PERSON_KEY, startInstance, type TestInstance } from "../../cli/support";
import { record, startConsole, type TestConsole } from "../../console/support";
import { hashOf, person as somebody } from "../../engine/sign-up/people";
import { runs } from "../../support/runs";
import { alice, asking } from "../approvals/requests";

let pages: TestConsole;
let instance: TestInstance;
beforeAll(async () => {
  pages = await startConsole();
  instance = await startInstance([], "policy", { audit: true });
});
afterAll(() => Promise.all([pages.close(), instance.close()]));

const facts = fc.record({
  request: fc.constantFrom("none", "pending", "approved", "provisioning", "denied"),
  job: fc.constantFrom("none", "none", "none", "running", "over", "done"),
  isTagged: fc.boolean(),
  isKept: fc.boolean(),
  list: fc.boolean(),
  approvals: fc.boolean(),
});
type Facts = typeof facts extends fc.Arbitrary<infer T> ? T : never;

interface Stores {
  readonly hash: HashOf;
  readonly approvals: Pick<ApprovalStore, "change" | "get">;
  readonly ledger: Parameters<typeof beginJob>[0];
  readonly keep: TestInstance["decisions"]["keep"];
  put(row: Readonly<Record<string, string>>, table?: string): Promise<unknown>;
  left(email: string): Promise<readonly unknown[]>;
}

function openStores(): Readonly<Record<"console" | "command", Stores>> {
  const { client } = instance.dynamodb;
  const rows = (name: "accessList" | "profiles", table: string) => editedRows(client, table, tables[name].key);
  const keyed = keyedHash(PERSON_KEY);
  const leave = async (email: string, decisions: Pick<TestInstance["decisions"], "pageOf">, found: readonly unknown[]) => {
    const { records } = await decisions.pageOf("mailbox", email);
    return [records.length, ...found.map((each) => each !== undefined)];
  };
  return {
    console: {
      ...{ hash: hashOf, approvals: pages.world.approvals, ledger: makeMember(erasureRows, pages.world.place) },
      keep: pages.world.decisions.keep,
      put: (row, table) => pages.put(row, table as "profiles"),
      left: async (email) =>
        await leave(email, pages.world.decisions, [
          await pages.world.profiles.get({ person: email }),
          await pages.world.accessList.get(email),
        ]),
    },
    command: {
      ...{ hash: keyed, approvals: instance.approvals, ledger: editedRows(client, "ledger", tables.ledger.key) },
      keep: instance.decisions.keep,
      put: (row, table) => instance.putRow(row, table && instance.profilesTable),
      left: async (email) =>
        await leave(email, instance.decisions, [
          await rows("profiles", instance.profilesTable).get({ person: email }),
          await rows("accessList", instance.dynamodb.tableName).get({ entry: email }),
        ]),
    },
  };
}

async function setUp({ request, job, isKept }: Facts, email: string, { hash, approvals, ledger, keep, put }: Stores): Promise<string> {
  const signUp = somebody({ email });
  const id = requestId(signUp, hashOf);
  const change = async (step: Parameters<typeof approvals.change>[1]) =>
    expect(await approvals.change(id, step)).toMatchObject({ ok: true });
  if (isKept) {
    await keep(record({ id: `kept-${email}`, email }), 90);
    await put({ person: email, city: "Busan" }, "profiles");
    await put({ entry: email, effect: "deny" });
  }
  if (request !== "none") await change((stored) => submit(stored, asking({ signUp }), new Date()));
  if (request === "denied") await change((stored) => deny(stored, { by: alice }, new Date()));
  if (request === "approved" || request === "provisioning") await change((stored) => approve(stored, { by: alice }, new Date()));
  if (request === "provisioning") await change((stored) => claim(stored, { holder: "w", leaseMs: 3_600_000 }, new Date()));
  if (job !== "none") {
    const named = readNamedPerson(email) as NonNullable<ReturnType<typeof readNamedPerson>>;
    const began = new Date(Date.now() - (job === "running" ? 0 : 3_600_000));
    const draft = { by: "oid-lee", name: "Lee", person: erasureSubject(named, hash) };
    const stored = (await beginJob(ledger, undefined, draft, began)) as StoredJob;
    if (job === "done") await updateJob(ledger, stored, { state: "done" }, began);
  }
  return id;
}

/** What both doors say of each concern. */
const said = {
  busy: /Lee is erasing this person now/,
  "request-open": /is still waiting\. Decide on it first/,
  "account-being-made": /is being created: wait a minute/,
  "other-address": /may be the same person or somebody else/,
  "for-good": /name="confirm"|There is no terminal to ask at/,
} as const;
const codesIn = (text: string) => (Object.keys(said) as readonly (keyof typeof said)[]).filter((code) => said[code].test(text));

const doors = {
  async console({ list, approvals }: Facts, email: string) {
    const options = { ...(list && { list: "yes" }), ...(approvals && { approvals: "yes" }) };
    const page = await (await pages.get(`/people/erase?${new URLSearchParams({ email })}`, "Administrator")).text();
    const answer = await pages.post("/people/erase", "Administrator", { email, confirm: email, ...options });
    // Without a box ticked, the page warns of a request that the box would delete.
    const before = codesIn(page).filter((code) => !(code === "request-open" && approvals));
    return [...new Set([...before, ...codesIn(answer.status === 303 ? "" : await answer.text())])];
  },
  async command({ list, approvals }: Facts, email: string) {
    const erase = ["person", "erase", email, ...(list ? ["--list"] : []), ...(approvals ? ["--approvals"] : []), ...instance.local];
    const asked = (await gatehouse(...erase)).stderr;
    const done = codesIn(asked).includes("for-good") ? (await gatehouse(...erase, "--yes")).stderr : "";
    return codesIn(asked + done);
  },
};

let number = 0;

it("page and command show what the act of an erasure knows, refuse alike, and leave the same", async () => {
  const shownCodes = new Set<string>();
  const property = fc.asyncProperty(facts, async (state) => {
    number += 1;
    const email = `kim${state.isTagged ? "+x" : ""}@place${number}.example`;
    const named = readNamedPerson(email) as NonNullable<ReturnType<typeof readNamedPerson>>;
    const stores = openStores();
    const ids = { console: await setUp(state, email, stores.console), command: await setUp(state, email, stores.command) };
    const left: unknown[] = [];
    // The command's act is reviewed where the page has not acted yet: its rows are the same.
    for (const via of ["command", "console"] as const) {
      const id = ids[via];
      const before = await stores[via].left(email);
      const doing = { actor: { by: "me", via }, now: new Date() } as const;
      const request = await stores[via].approvals.get(id);
      const target = { named, requests: request === undefined ? [] : [request] };
      const input = { ...state, start: async () => undefined };
      const [review] =
        via === "console"
          ? await reviewAct(beginErasure, [target], input, pages.world.place, doing)
          : await reviewAct(erase, [{ named }], state, pages.world.place, doing);
      const concerns = review?.concerns ?? [];
      const refusals = concerns.filter(({ weight }) => weight === "refused").map(({ code }) => code);
      const shown = await doors[via](state, email);
      for (const code of shown) shownCodes.add(`${via} ${code}`);
      // The command names the first refusal, and nothing else then.
      const refusedShown = shown.filter((code) => refusals.includes(code));
      if (refusals.length > 0)
        expect([via, ...refusedShown].sort()).toEqual([via, ...(via === "console" ? refusals : [refusals[0]])].sort());
      else expect([via, ...shown].sort()).toEqual([via, ...concerns.map(({ code }) => code)].sort());
      if (refusals.length > 0) expect([await stores[via].left(email), await stores[via].approvals.get(id)]).toEqual([before, request]);
      else expect(await stores[via].approvals.get(id)).toBeUndefined();
      left.push(await stores[via].left(email));
    }
    expect(left[0]).toEqual(left[1]);
  });
  await fc.assert(property, { numRuns: runs(25, 100), endOnFailure: true });
  for (const code of ["busy", "request-open", "account-being-made", "other-address", "for-good"])
    for (const via of ["console", "command"]) expect([...shownCodes]).toContain(`${via} ${code}`);
}, 600_000);

const exportFacts = fc.record({
  isTagged: fc.boolean(),
  isKept: fc.boolean(),
  /** The providers of the person's decisions, each with an account of its own. */
  issuers: fc.uniqueArray(fc.constantFrom("google.com", "facebook.com", "fabrikam.onmicrosoft.com"), { maxLength: 3 }),
});
type ExportFacts = typeof exportFacts extends fc.Arbitrary<infer T> ? T : never;

/** What both doors say of each concern of an export. */
const toldOfExport: Readonly<Record<string, RegExp>> = {
  "other-address": /may be the same person or somebody else/,
  "unproven-accounts": /showed the address without proving it/,
};

const exportDoors = {
  async console(email: string) {
    const get = async (path: string) => await pages.get(path, "Administrator");
    const page = await get(`/people/export.jsonl?${new URLSearchParams({ email })}`);
    const text = await page.text();
    if (page.headers.get("content-disposition") !== null) return { told: "", lines: text };
    const [, part] = /class="button" href="([^"]+)"/.exec(text) ?? [];
    return { told: text, lines: part === undefined ? "" : await (await get(part.replaceAll("&amp;", "&"))).text() };
  },
  async command(email: string) {
    const { stdout, stderr } = await gatehouse("person", "export", email, ...instance.local);
    return { told: stderr, lines: stdout };
  },
};

const keptAt = new Date().toISOString();

async function keepForExport({ isKept, issuers }: ExportFacts, email: string, { keep, put }: Stores): Promise<void> {
  for (const issuer of issuers)
    await keep(
      record({ id: `${issuer}-${email}`, at: keptAt, email, accountId: `${number}-${issuer}`.slice(0, 22), issuers: [issuer] }),
      90,
    );
  if (!isKept) return;
  await put({ person: email, city: "Busan" }, "profiles");
  await put({ entry: email, effect: "deny" });
}

it("page and command tell what the act of an export knows is left out, and export the same", async () => {
  const shownCodes = new Set<string>();
  const property = fc.asyncProperty(exportFacts, async (state) => {
    number += 1;
    const email = `lee${state.isTagged ? "+x" : ""}@place${number}.example`;
    const named = readNamedPerson(email) as NonNullable<ReturnType<typeof readNamedPerson>>;
    const stores = openStores();
    const lines: unknown[] = [];
    for (const via of ["command", "console"] as const) await keepForExport(state, email, stores[via]);
    for (const via of ["command", "console"] as const) {
      const doing = { actor: { by: "me", via }, now: new Date() } as const;
      const [review] = await reviewAct(exportPerson, [named], {}, pages.world.place, doing);
      const codes = review?.concerns.map(({ code }) => code) ?? [];
      const { told, lines: exported } = await exportDoors[via](email);
      expect([via, ...Object.keys(toldOfExport).filter((code) => toldOfExport[code]?.test(told))].sort()).toEqual([via, ...codes].sort());
      for (const code of codes) shownCodes.add(`${via} ${code}`);
      lines.push(exported.trimEnd().split("\n").sort());
    }
    expect(lines[0]).toEqual(lines[1]);
  });
  await fc.assert(property, { numRuns: runs(20, 100), endOnFailure: true });
  for (const code of Object.keys(toldOfExport))
    for (const via of ["console", "command"]) expect([...shownCodes]).toContain(`${via} ${code}`);
}, 600_000);
