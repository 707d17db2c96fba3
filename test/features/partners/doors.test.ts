import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endpointVariable } from "../../../adapters/aws/environment";
import type { AnyAct, Concern } from "../../../adapters/operator/act";
import { makeWorld } from "../../../adapters/operator/world";
import { computeRowVersion, toItem, toRow } from "../../../adapters/tables/item";
import { writeAlone } from "../../../adapters/tables/table";
import { omit } from "../../../engine/collections";
import type { Row } from "../../../engine/sign-up/rule";
import type { PartnerRow } from "../../../features/access-list/partner";
import { accessListStore } from "../../../features/access-list/store/access-list";
import { addPartner, checkDomain, removePartner } from "../../../features/partners/acts";
import { type PartnerStore, partnerStore } from "../../../features/partners/store/partners";
import { serveNames } from "../../../local/stand-ins/systems";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-dns-"));
let pages: TestConsole;
let instance: TestInstance;
let dns: Awaited<ReturnType<typeof serveNames>>;
beforeAll(async () => {
  writeFileSync(join(folder, "dns.json"), JSON.stringify({ txt: { "_gatehouse.contoso.com": ["gatehouse-partner=0123456789abcdef"] } }));
  dns = await serveNames(join(folder, "dns.json"));
  pages = await startConsole();
  Object.assign(pages.world.place.settings, { [endpointVariable("dns")]: dns.url });
  instance = await startInstance([], "policy", { audit: true, endpoints: { dns: dns.url } });
});
afterAll(async () => {
  await Promise.all([pages.close(), instance.close(), dns.close()]);
  rmSync(folder, { recursive: true });
});

const at = "2026-11-20T10:00:00.000Z";
const later = new Date(Date.now() + 86_400_000).toISOString();
const partner = (more: Row): Row => ({
  ...{
    reference: "partner",
    id: "contoso.com",
    token: "0123456789abcdef",
    state: "pending",
    since: at,
    addedAt: at,
    by: "lee",
    revision: 1,
  },
  ...more,
});
const rows: Readonly<Record<string, Row | undefined>> = {
  none: undefined,
  pending: partner({ until: later }),
  proven: partner({ state: "proven" }),
  stale: partner({ state: "stale", until: later }),
  lapsed: partner({ state: "lapsed" }),
  unreadable: { reference: "partner", id: "contoso.com", state: "proven" },
};
const words = ["contoso.com", " @Contoso.com", "gmail.com", "gov.scot", "*.contoso.com", "kim@contoso.com", "eu.contoso.com"];
const acts: Readonly<Record<string, AnyAct>> = { add: addPartner, check: checkDomain, remove: removePartner };

const cases = Object.keys(acts).flatMap((verb) => Object.keys(rows).flatMap((row) => words.map((word) => ({ verb, row, word }))));

interface Door {
  readonly store: PartnerStore;
  /** @returns what the door says */
  act(verb: string, word: string): Promise<string>;
}

const doors: Readonly<Record<string, () => Door>> = {
  page: () => ({
    store: partnerStore(pages.database.client, pages.world.place.nameOf("decisions")),
    async act(verb, word) {
      const { stored } = await pages.world.partners.found("contoso.com");
      const fields = { domain: word, version: stored === undefined ? "" : computeRowVersion(stored) };
      const answer = await pages.sent(`/partners/${verb}`, "Administrator", fields);
      return (await answer.text()).replaceAll("&#39;", "'");
    },
  }),
  command: () => ({
    store: partnerStore(instance.dynamodb.client, instance.decisionsTable),
    act: async (verb, word) => (await gatehouse("partners", verb, word, ...(verb === "remove" ? ["--yes"] : []), ...instance.local)).stderr,
  }),
};

async function setRow(store: PartnerStore, row: Row | undefined): Promise<void> {
  for (const domain of ["contoso.com", "gov.scot", "gmail.com", "eu.contoso.com"]) {
    const { stored } = await store.found(domain);
    if (stored !== undefined) await writeAlone(store.removing(stored));
  }
  if (row !== undefined) await writeAlone(store.replacing(undefined, row as PartnerRow));
}

/** The row that an act leaves, without its author, its random token and the moments of the run. */
async function readRow(store: PartnerStore, word: string): Promise<Row> {
  const { stored } = await store.found(word.trim().replace(/^@/, "").toLowerCase());
  return omit(toRow(stored ?? {}), "by", "token", "since", "until", "addedAt", "lookedAt");
}

it.each(cases)("the page and the command $verb $word alike, if the row is $row", async ({ verb, row, word }) => {
  const act = acts[verb] as AnyAct;
  const said: Record<string, readonly string[]> = {};
  const left: Record<string, Row> = {};
  for (const [name, open] of Object.entries(doors)) {
    const { store, act: tryIt } = open();
    await setRow(store, rows[row]);
    const world = makeWorld(act.uses, pages.world.place);
    await setRow(partnerStore(pages.database.client, pages.world.place.nameOf("decisions")), rows[row]);
    const actor = { by: "kim", via: "console" } as const;
    const [state] = await act.read([word], world, { actor, now: new Date() });
    const concerns = act.concerns(state, {}, actor);
    const text = await tryIt(verb, word);
    said[name] = concerns
      .filter(({ weight }) => weight === "refused" || weight === "asked")
      .flatMap((each) => (text.includes(firstWords(each)) ? [each.code] : []));
    left[name] = await readRow(store, word);
    said[`${name} could have said`] = concerns.map(({ code }) => code);
  }
  expect(left.page).toEqual(left.command);
  expect(said.page).toEqual(said.command);
});

/** A concern's text up to its first moment or name, which doors write as their reader has set. */
const firstWords = (concern: Concern) => concern.text(() => "\0").split("\0")[0] ?? "";

it("the page and the command tell of entries that outlived their partner's row, and end them", async () => {
  const ann = { entry: "ann@contoso.com", effect: "allow", byPartner: "contoso.com" };
  const said: Record<string, readonly [told: boolean, ended: boolean]> = {};
  for (const open of Object.values(doors)) await setRow(open().store, undefined);
  const lists = [pages.world.accessList, accessListStore(instance.dynamodb.client, instance.dynamodb.tableName)];
  for (const list of lists) await list.put(toItem(ann), undefined);
  const panel = async () => (await (await pages.get("/partners?open=contoso.com", "Administrator")).text()).replaceAll("&#39;", "'");
  const leaves = "The domain is no partner any more. 1 of its contacts' entries let people in; they end.";
  const asked = await panel();
  expect((await pages.post("/partners/remove", "Administrator", { domain: "contoso.com", version: "" })).status).toBe(303);
  said.page = [asked.includes(leaves), (await pages.world.accessList.get("ann@contoso.com"))?.expiresAt !== undefined];
  const { stderr } = await gatehouse("partners", "remove", "contoso.com", ...instance.local);
  await gatehouse("partners", "remove", "contoso.com", "--yes", ...instance.local);
  const show = jsonLines(await gatehouse("list", "show", "ann@contoso.com", "--json", ...instance.local)) as { expiresAt?: string }[];
  said.command = [stderr.includes(leaves), show[0]?.expiresAt !== undefined];
  expect(said).toEqual({ page: [true, true], command: [true, true] });
  expect(await panel()).not.toContain(leaves);
  expect((await pages.post("/partners/remove", "Administrator", { domain: "contoso.com", version: "" })).status).toBe(400);
});

describe("the page and the command list the same partners", () => {
  const domains = ["b.example", "a.example", "c.example"].flatMap((name, index) =>
    (["lapsed", "proven", "pending", "stale"] as const).map((state) => [`${index}${state}.${name}`, state] as const),
  );
  const list: Readonly<Record<string, (set: Readonly<Record<string, string>>) => Promise<readonly string[]>>> = {
    async page(set) {
      const html = await (await pages.get(`/partners?${new URLSearchParams(set)}`, "Reader")).text();
      return [...html.matchAll(/<tr data-key="([^"]*)"/g)].map(([, key = ""]) => key);
    },
    async command(set) {
      const options = Object.entries(set).flatMap(([name, text]) => [`--${name}`, text]);
      const ran = await gatehouse("partners", "list", "--json", ...options, ...instance.local);
      return (jsonLines(ran) as { domain: string }[]).map(({ domain }) => domain);
    },
  };
  beforeAll(async () => {
    for (const open of Object.values(doors)) {
      const { store } = open();
      await setRow(store, undefined);
      for (const [id, state] of domains) await writeAlone(store.replacing(undefined, partner({ id, state }) as PartnerRow));
    }
  });

  it.each([{}, ...["lapsed", "proven", "pending", "stale"].map((state) => ({ state }))])("by %o, in the same order", async (set) => {
    const [page, command] = [await list.page?.(set), await list.command?.(set)];
    expect(page).toEqual(command);
    expect(page).toHaveLength("state" in set ? 3 : 12);
  });
});
