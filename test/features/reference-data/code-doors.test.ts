import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import type { Concern } from "../../../adapters/operator/act";
import { makeWorld } from "../../../adapters/operator/world";
import { computeRowVersion, toItem, toRow } from "../../../adapters/tables/item";
import { omit } from "../../../engine/collections";
import { keyedHash, type PersonHashes } from "../../../engine/sign-up/person";
import type { Policy } from "../../../engine/sign-up/policy";
import { addValues, removeValue } from "../../../features/reference-data/acts";
import { columnsIn, ledgerIds } from "../../../features/reference-data/row";
import { type ReferenceDataStore, referenceDataStore } from "../../../features/reference-data/store";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { gatehouse, PERSON_KEY, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";
import { hashOf } from "../../engine/sign-up/people";
import { policyFolder } from "../../support/policy-folder";
import { runs } from "../../support/runs";

const LIST = "extension_Code";
const rules = {
  reads: `permittedValue("${LIST}")`,
  exact: `permittedValue("${LIST}", { case: "exact" })`,
  fills: `permittedValue("${LIST}", { fill: { companyName: "company" } })`,
  "reads none": `accessList()`,
} as const;
type PolicyName = keyof typeof rules;

let pages: TestConsole;
let instance: TestInstance;
const policies = new Map<PolicyName, { readonly folder: string; readonly policies: readonly Policy[] }>();
beforeAll(async () => {
  [pages, instance] = await Promise.all([startConsole(), startInstance([], "policy", { audit: true })]);
  for (const [name, rule] of Object.entries(rules) as [PolicyName, string][]) {
    const folder = policyFolder({
      "before-create-user.ts": `import { accessList, beforeCreateUser, permittedValue } from "entra-gatehouse";\nexport default beforeCreateUser([${rule}], { trust: ["mail"] });\n`,
    });
    policies.set(name, { folder, policies: loadPolicyFolder(folder).map(({ policy }) => policy) });
  }
});
afterAll(async () => {
  vi.restoreAllMocks();
  await Promise.all([pages.close(), instance.close()]);
});

const facts = fc.record({
  verb: fc.constantFrom("add", "remove"),
  policy: fc.constantFrom<PolicyName>("reads", "exact", "fills", "reads none"),
  /** How the console's value is spelled. The command makes its own. */
  isMixed: fc.boolean(),
  end: fc.constantFrom("none", "past", "ahead"),
  isThere: fc.constantFrom(true, true, false),
  uses: fc.constantFrom(0, 1, 2),
  twin: fc.constantFrom("none", "current", "over"),
});
type Facts = typeof facts extends fc.Arbitrary<infer T> ? T : never;

interface Place {
  readonly store: ReferenceDataStore;
  readonly hashes: PersonHashes;
  putUses(id: string, people: ReadonlySet<string>): Promise<unknown>;
}

const places = (): Readonly<Record<"console" | "command", Place>> => ({
  console: {
    store: pages.world.referenceData,
    hashes: { hashOf },
    putUses: (id, people) => pages.put({ id, people }, "ledger"),
  },
  command: {
    store: referenceDataStore(instance.dynamodb.client, "reference-data"),
    hashes: { hashOf: keyedHash(PERSON_KEY) },
    putUses: (id, people) => instance.dynamodb.client.call("PutItem", { TableName: "ledger", Item: marshall({ id, people }) }),
  },
});

let number = 0;

/** @returns the value that the act is about */
async function setUp({ verb, policy, isMixed, isThere, uses, twin }: Facts): Promise<string> {
  number += 1;
  const value = `${isMixed ? "Fair" : "FAIR"}${number}`;
  for (const { store, hashes, putUses } of Object.values(places())) {
    for await (const page of store.valuesOf(LIST)) for (const item of page) await store.remove(item);
    if (verb === "remove" && isThere) await store.add(toItem({ list: LIST, value, company: "Contoso" }));
    const expiresAt = twin === "over" ? "2020-01-31" : undefined;
    if (twin !== "none") await store.add(toItem({ list: LIST, value: value.toLowerCase(), company: "Contoso", expiresAt }));
    if (uses > 0) await putUses(ledgerIds(LIST, value, hashes)[0] ?? "", new Set(["kim", "lee"].slice(0, uses)));
  }
  const { folder, policies: known = [] } = policies.get(policy) ?? {};
  const file = join(instance.data, "instance.json");
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), policy: folder }));
  vi.spyOn(pages.world, "policiesAt").mockReturnValue(known);
  return value;
}

/** What each door says of each concern. */
const said: Readonly<Record<Facts["verb"], Readonly<Record<"console" | "command", Readonly<Record<string, RegExp>>>>>> = {
  add: {
    console: {
      unread: /No rule reads this list\./,
      lacks: /Company name: write a value\./,
      past: /It has expired already/,
      mixedCase: /in mixed case: only people/,
      alike: /differs from \S+ only by case/,
    },
    command: {
      unread: /No rule of the policy reads/,
      lacks: /They let nobody in until their rows have company/,
      past: /is past: the codes would count for nothing/,
      mixedCase: /in mixed case/,
      alike: /only by case/,
    },
  },
  remove: {
    console: {
      missing: /was changed meanwhile/,
      used: /1 person has used it, and stays in|2 people have used it, and stay in/,
      alike: /stays: unless the rule is case-sensitive/,
    },
    command: {
      missing: /has no Fair|has no FAIR/,
      used: /1 person had used it, and stays in|2 people had used it, and stay in/,
      alike: /still has fair\d+: unless the rule says that case counts/,
    },
  },
};

const toText = (html: string) => html.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
const partsOf = (html: string, pattern: RegExp) => [...html.matchAll(pattern)].map(([part]) => toText(part)).join(" ");
/** The warnings, the hint above the list, and the problems of a form that was refused. */
const toldOnPage = (html: string) =>
  partsOf(html, /<div class="note warn".*?<\/div>|<p class="hint">.*?<\/p>|<div[^>]*role="alert".*?<\/div>|<p[^>]*>No rule[^<]*/gs);

interface Tried {
  readonly text: string;
  readonly isRefused: boolean;
}

const ends: Readonly<Record<Facts["end"], string>> = { none: "", past: "2020-01-31", ahead: "2099-01-31" };

const doors: Readonly<Record<"console" | "command", (given: Facts, value: string) => Promise<Tried>>> = {
  async console({ verb, end }, value) {
    if (verb === "add") {
      const fields = { list: LIST, value, note: "spring fair", expiresAt: ends[end], "attribute-company": "" };
      const answer = await pages.sent("/reference-data/add", "Administrator", fields);
      const html = await answer.text();
      return { text: answer.status === 200 ? toldOnPage(html) : toText(html), isRefused: answer.status !== 200 };
    }
    const item = await pages.world.referenceData.get({ list: LIST, value });
    const panel = await (await pages.get(`/reference-data/list?list=${LIST}&open=${value}`, "Administrator")).text();
    const shown = partsOf(panel, /<form[^>]*action="\/reference-data\/remove".*?<\/form>/gs);
    const version = item === undefined ? "" : computeRowVersion(item);
    const answer = await pages.post("/reference-data/remove", "Administrator", { list: LIST, value, version });
    const isRefused = answer.status !== 303;
    return { text: isRefused ? toText(await answer.text()) : shown, isRefused };
  },
  async command({ verb, end }, value) {
    const args =
      verb === "add"
        ? ["create", LIST, "--count", "1", "--note", "spring fair", "--json", ...(end === "none" ? [] : ["--expires", ends[end]])]
        : ["revoke", LIST, value];
    const { exitCode, stdout, stderr } = await gatehouse("invite", "codes", ...args, ...instance.local);
    return { text: `${stdout} ${stderr}`, isRefused: exitCode !== 0 };
  },
};

async function listConcerns(door: "console" | "command", { verb, policy, end }: Facts, value: string): Promise<readonly Concern[]> {
  const input = { columns: columnsIn(policies.get(policy)?.policies ?? []) };
  const doing = { actor: { by: "kim", via: door }, now: new Date() } as const;
  const place = {
    ...pages.world.place,
    ...(door === "command" && {
      ...{ tables: instance.dynamodb.client, hashes: async () => ({ hashOf: keyedHash(PERSON_KEY) }) },
      nameOf: (table: string) => (table === "referenceData" ? "reference-data" : table),
    }),
  };
  if (verb === "remove") {
    const [state] = await removeValue.read([{ list: LIST, value, isTyped: door === "command" }], makeWorld(removeValue.uses, place), doing);
    return removeValue.concerns(state as NonNullable<typeof state>, input, doing.actor);
  }
  const own = door === "command" ? { value: "FAIR26QK7D9MXD4TTW", areRandom: true } : { value, areRandom: false };
  const row = toItem({ list: LIST, value: own.value, expiresAt: ends[end] === "" ? undefined : ends[end] });
  const target = { list: LIST, rows: [row], areRandom: own.areRandom };
  const [state] = await addValues.read([target], makeWorld(addValues.uses, place), doing);
  return addValues.concerns(state as NonNullable<typeof state>, input, doing.actor);
}

it("page and command say what speaks against adding and removing a code, refuse alike but for the table of weights, and leave the same row", async () => {
  const plain = { verb: "remove", policy: "reads", isMixed: false, end: "none", isThere: true, uses: 0, twin: "none" } as const;
  const examples: [Facts][] = [
    [{ ...plain, uses: 2, twin: "current" }],
    [{ ...plain, uses: 1, twin: "current", policy: "exact" }],
    [{ ...plain, isThere: false }],
    [{ ...plain, verb: "add", policy: "fills" }],
    [{ ...plain, verb: "add", policy: "reads none", end: "past" }],
    [{ ...plain, verb: "add", isMixed: true, twin: "current" }],
    [{ ...plain, verb: "add", policy: "exact", isMixed: true, twin: "current", end: "ahead" }],
  ];
  const seen = new Set<string>();
  const property = fc.asyncProperty(facts, async (given) => {
    const value = await setUp(given);
    const left: unknown[] = [];
    for (const door of ["console", "command"] as const) {
      const concerns = await listConcerns(door, given, value);
      const { text, isRefused } = await doors[door](given, value);
      const codes = concerns.map(({ code }) => code).sort();
      const told = Object.entries(said[given.verb][door]).flatMap(([code, pattern]) => (pattern.test(text) ? [code] : []));
      const refusals = concerns.filter(({ weight }) => weight === "refused").map(({ code }) => code);
      expect([door, given, isRefused]).toEqual([door, given, refusals.length > 0]);
      // A door that refuses need not say what else speaks against it.
      if (isRefused) expect([door, given, ...refusals.filter((code) => !told.includes(code))]).toEqual([door, given]);
      else expect([door, given, told.sort()]).toEqual([door, given, codes]);
      for (const code of codes) seen.add(`${door} ${given.verb} ${code}`);
      const rows: unknown[] = [];
      for await (const page of places()[door].store.valuesOf(LIST))
        rows.push(...page.map((item) => (given.verb === "add" ? omit(toRow(item), "value") : toRow(item))));
      if (!isRefused) left.push(rows);
    }
    if (left.length === 2) expect([given, left[1]]).toEqual([given, left[0]]);
  });
  await fc.assert(property, { numRuns: runs(24, 200), examples, endOnFailure: true });
  for (const code of ["unread", "lacks", "past"]) for (const door of Object.keys(doors)) expect([...seen]).toContain(`${door} add ${code}`);
  for (const code of ["missing", "used", "alike"])
    for (const door of Object.keys(doors)) expect([...seen]).toContain(`${door} remove ${code}`);
  for (const code of ["mixedCase", "alike"]) expect([...seen]).toContain(`console add ${code}`);
}, 600_000);
