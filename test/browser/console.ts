import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { consoleRoutes } from "../../console/features";
import { type Access, hasAccess, operatorRoles, type Role, roles } from "../../console/session/roles";
import { referenceFor } from "../../engine/sign-up/call";
import { changeSetStore } from "../../features/access-list/store/change-sets";
import { recordEdit } from "../../features/access-list/store/run";
import { countStore } from "../../features/counts/store/counts";
import { decisionStore } from "../../features/decisions/store/decisions";
import { addedPartner, lookedFor } from "../../features/partners/change";
import { partnerStore } from "../../features/partners/store/partners";
import { admitted } from "../cli/records";
import { record } from "../console/support";
import { signInToConsole } from "../support/console-visitor";
import { type Gate, pageAt, START_MS } from "../support/gate";
import { patiently } from "../support/patience";
import { flaws, follow, type Look, press, type TestBrowser } from "./browser";
import { drawKorean } from "./korean-font";
import { product } from "./product";
import { type BrowserSession, signedIn } from "./sign-in";

const HOSTILE = `<script>document.title = "run"</script><img src=x onerror="document.title = 'run'">\u202e${"x".repeat(10_000)}`;

let gate: Gate;
let browser: TestBrowser;
let sessions: Readonly<Record<Role | "nobody", BrowserSession>>;
/** The id of a change of the access list. */
let changeSet: string;
/** The code of somebody's request to be let in, and its id. */
let request: { readonly reference: string; readonly id: string };

/** Signs somebody up that an approver has to let in. */
async function ask(email: string, displayName: string): Promise<typeof request> {
  const identities = [{ signInType: "federated", issuer: "google.com", issuerAssignedId: email }];
  await gate.call("before-create-user", { email, displayName, identities, ui_locales: "en-US" });
  const { Items = [] } = await gate.database.call<{ Items?: Record<"id" | "reference", { S: string }>[] }>("Scan", {
    TableName: gate.info.tables.approvals,
    FilterExpression: "email = :email",
    ExpressionAttributeValues: marshall({ ":email": email }),
  });
  const [found] = Items;
  if (found === undefined) throw new Error(`${email} asked, and there is no request.`);
  return { reference: found.reference.S, id: found.id.S };
}

const visiting = (role: Role | "nobody", visit: (page: Page) => Promise<void>, options: BrowserContextOptions = {}) =>
  browser.use({ locale: "en-US", storageState: sessions[role], ...options }, visit);
/** In a profile of their own, whose clock they stop. */
const visitingAlone = (role: Role, visit: (page: Page) => Promise<void>) =>
  browser.with({ locale: "en-US", storageState: sessions[role] }, visit);
/** For tests that only look. */
const looking = (role: Role | "nobody", visit: (page: Page) => Promise<void>, options: BrowserContextOptions = {}) =>
  browser.look({ locale: "en-US", storageState: sessions[role], ...options }, visit);
/** Run by the page: badges of rows that are cut, or that stand beyond the end of their table. */
const CUT_TAGS = `[...document.querySelectorAll("tbody .tag")].filter((tag) => {
  const [{ right }, { right: end }] = [tag, tag.closest(".scroll")].map((each) => each.getBoundingClientRect());
  return tag.scrollWidth > tag.clientWidth || right > end;
}).map((tag) => tag.textContent)`;
/** Run by the page: what the cells of the first row are said to be. */
const LABELS = `[...document.querySelectorAll(".lines tbody tr:first-child > td")]
  .filter((cell) => cell.checkVisibility() && getComputedStyle(cell, "::before").display !== "none")
  .flatMap((cell) => getComputedStyle(cell, "::before").content.match(/^"(.*)"$/)?.[1] ?? [])`;
const go = (page: Page, path: string) => page.goto(pageAt(gate.info.consoleUrl, path));
const heading = (page: Page) => page.textContent("h1");
const rowOf = async (entry: string) =>
  (await gate.database.call<{ Item?: object }>("GetItem", { TableName: gate.info.tables.accessList, Key: marshall({ entry }) })).Item;

/** Adds an entry by the page. @returns the id of the change, which the history shows first */
async function changedBy(role: Role, entry: string): Promise<string> {
  let id: string | null = null;
  await visiting(role, async (page) => {
    await go(page, "/access-list");
    await page.locator("#entry").fill(entry);
    await press(page, "Add");
    id = new URL(page.url()).searchParams.get("set");
  });
  return id ?? "none";
}

/** Two rows of an import that stopped before it wrote them. */
async function importCutOff(name: string): Promise<{ readonly id: string; readonly entries: readonly string[] }> {
  const entries = [`${name}-1.example`, `${name}-2.example`];
  const store = changeSetStore(gate.database, gate.info.tables.listChanges);
  const draft = { by: "import", name: "import", means: "console", added: 2, changed: 0, removed: 0, writes: 2 } as const;
  const rows = entries.map((entry) => ({ entry, after: marshall({ entry, effect: "deny" }) }));
  const set = await recordEdit({ changes: store }, draft, rows, new Date(), {});
  // Earlier versions stored no lease: only the import's author continues it.
  await store.update(set?.id ?? "", {}, { aliveUntil: undefined });
  return { id: set?.id ?? "", entries };
}

interface View {
  /** As the route table has it. */
  readonly route: string;
  readonly at?: () => string;
  readonly heading: string | RegExp;
  readonly access?: Access;
}

const DAY_MS = 86_400_000;
/** A look at a page takes longer than one at a row. */
const patientlyByPage = { ...patiently, interval: 1_000 };

/** Every page, and a heading by which it is known. */
const views: readonly View[] = [
  { route: "/", heading: "Needs your attention" },
  { route: "/approvals", heading: "Approvals" },
  { route: "/approvals", at: () => "/approvals?state=denied", heading: "Approvals" },
  { route: "/approvals", at: () => `/approvals?open=${request.id}`, heading: "Approvals" },
  {
    route: "/approvals/deny-domain",
    at: () => "/approvals/deny-domain?domain=burst.example",
    heading: /^Deny burst\.example/,
    access: "Administrator",
  },
  { route: "/approvals/requests/:id", at: () => `/approvals/requests/${request.id}`, heading: /./ },
  { route: "/decisions", heading: "Decisions" },
  { route: "/decisions/:reference", at: () => "/decisions/K7QD-9MXD", heading: "kim@contoso.com" },
  { route: "/access-list", heading: "Access list" },
  {
    route: "/access-list/new",
    at: () => "/access-list/new?entry=partner.example",
    heading: "Allow partner.example",
    access: "Administrator",
  },
  { route: "/access-list/proposals", heading: "Access list" },
  { route: "/access-list/import", heading: "Import a file", access: "Administrator" },
  { route: "/audit/sets/one", at: () => `/audit/sets/one?id=${changeSet}`, heading: /^Allowed set\.example/ },
  { route: "/people", at: () => "/people?email=kim@contoso.com", heading: "kim@contoso.com" },
  { route: "/people", at: () => "/people?open=kim@contoso.com", heading: "People" },
  { route: "/domains/:domain", at: () => "/domains/example.com", heading: /example\.com/ },
  { route: "/people/erase", at: () => "/people/erase?email=kim@contoso.com", heading: "Erase kim@contoso.com", access: "Administrator" },
  { route: "/search", at: () => "/search?q=nothing-here", heading: "Search: nothing-here" },
  { route: "/posture", heading: "Gates" },
  { route: "/profiles", heading: "Profiles" },
  { route: "/reference-data", heading: "Reference data" },
  { route: "/partners", heading: "Partners" },
  { route: "/reference-data/list", at: () => "/reference-data/list?list=extension_PartnerNumber", heading: /Partner number/ },
  { route: "/people", at: () => "/people?life=invited", heading: "People" },
  { route: "/people/ending-run", heading: "A run that ends access" },
  { route: "/people/invite", heading: "Invite people", access: "Approver" },
  { route: "/people/jobs/:id", at: () => "/people/jobs/none", heading: "An act on many people" },
  { route: "/people/results", heading: "These results are not kept any more", access: "Approver" },
  {
    route: "/incidents",
    // Before anybody signed up here.
    at: () => `/incidents?from=${new Date(Date.now() - 10 * DAY_MS).toISOString()}&to=${new Date(Date.now() - 9 * DAY_MS).toISOString()}`,
    heading: "nobody was let in",
  },
  {
    route: "/turned-away",
    at: () => `/turned-away?service=idology&from=${new Date(Date.now() - DAY_MS).toISOString()}&to=${new Date().toISOString()}`,
    heading: "Turned away while IDology failed",
  },
  { route: "/audit", heading: "Changes" },
  { route: "/audit", at: () => "/audit?view=sign-ins", heading: "Changes" },
  { route: "/ask", heading: "Ask for a guest", access: "Requester" },
  { route: "/asked", heading: "Waiting for your decision", access: "Decider" },
  { route: "/asked", at: () => "/asked?id=none", heading: "These results are not kept any more", access: "Decider" },
  { route: "/asked/guests", heading: "All guests you answer for", access: "Decider" },
  { route: "/asked/delegation", heading: "Let somebody else decide for you", access: "Decider" },
  // Of the decider alone: others find none.
  {
    route: "/asked/requests/:id",
    at: () => `/asked/requests/${request.id}`,
    heading: /./,
    access: "Decider",
  },
  { route: "/partner", heading: "Requests of wingtiptoys.com", access: "Partner" },
  { route: "/partner", at: () => "/partner?id=none", heading: "These results are not kept any more", access: "Partner" },
  { route: "/partner/list", heading: "Your list for wingtiptoys.com", access: "Partner" },
  {
    route: "/partner/requests/:id",
    at: () => `/partner/requests/${request.id}`,
    heading: /./,
    access: "Partner",
  },
  { route: "/nothing", heading: "There is no such page" },
];
/** Answers that are no pages of their own. */
const parts = ["/access-list/export.csv", "/approvals/live", "/counts", "/decisions/export.csv", "/people/export.jsonl"];

/** An administrator sees all of a page: theirs is looked at in each look. Others see parts of it; an approver has a queue of their own. */
function looksFor(route: string, role: Role): readonly Look[] | undefined {
  if (role === "Administrator") return undefined;
  return role === "Approver" && route.startsWith("/approvals") ? ["light"] : [];
}

/** The link in the mail to the approver about a request. */
async function mailedLink(reference: string): Promise<string> {
  const { outboxDir } = gate.info;
  for (;;) {
    const mails = readdirSync(outboxDir).filter((name) => name.endsWith(".txt"));
    const found = mails.map((name) => readFileSync(join(outboxDir, name), "utf8")).find((mail) => mail.includes(`Reference: ${reference}`));
    const [, text = ""] = found?.split(`Reference: ${reference}`) ?? [];
    const [link] = /http:\S+\/decide\?\S+/.exec(text) ?? [];
    if (link !== undefined) return link;
    await sleep(50);
  }
}

/** The policy asks approvers. */
export function consolePages(): void {
  beforeAll(async () => {
    ({ gate, browser } = product);
    const { info, database } = gate;
    const put = (table: keyof typeof info.tables, row: object) =>
      database.call("PutItem", { TableName: info.tables[table], Item: marshall(row) });
    await put("accessList", { entry: "edited.example", effect: "allow", note: "partners" });
    await put("accessList", { entry: "hostile.example", effect: "deny", note: HOSTILE });
    await put("accessList", { entry: "Broken Entry", effect: "perhaps" });
    await put("profiles", { person: "kim@contoso.com", city: HOSTILE, extension_Seats: 25 });
    await put("referenceData", { list: "extension_PartnerNumber", value: "4711", note: HOSTILE });
    const upstreamFailure = { service: "idology", kind: "timeout" as const };
    const trace = [{ rule: "verify-identity", said: "block" as const, upstreamFailure }, ...record().trace];
    await decisionStore(database, info.tables.decisions).keep(record({ trace, rule: HOSTILE }), 90);
    const partner = addedPartner({ domain: "wingtiptoys.com", token: "t0ken", by: "kim" }, new Date());
    await partnerStore(database, info.tables.decisions).replace(undefined, lookedFor(partner, "found", new Date()));
    // Longer than a phone is wide.
    request = await ask("waiting.with.an.address.longer.than.a.phone.is.wide@wingtiptoys.com", HOSTILE.slice(0, 200));
    await database.call("UpdateItem", {
      TableName: info.tables.approvals,
      Key: marshall({ id: request.id }),
      UpdateExpression: "SET askedOf = :address",
      ExpressionAttributeValues: marshall({ ":address": "mina@contoso.com" }),
    });
    const all = [...roles, "nobody" as const];
    // One after the other: at once they outlast the console's patience with its provider, on a busy machine.
    const signIns: Partial<Record<Role | "nobody", BrowserSession>> = {};
    for (const role of all) signIns[role] = await signedIn(browser, info.consoleUrl, role);
    sessions = signIns as typeof sessions;
    changeSet = await changedBy("Administrator", "set.example");
  }, START_MS);

  it("the first page shows times by the visitor's own clock", async () => {
    await visiting(
      "Reader",
      async (page) => {
        await go(page, "/");
        await page.getByText("Times are in Asia/Seoul.").waitFor();
      },
      {
        timezoneId: "Asia/Seoul",
        storageState: { ...sessions.Reader, cookies: sessions.Reader.cookies.filter(({ name }) => name !== "gatehouse-zone") },
      },
    );
  });

  it.each([1_024, 700, 650])("the parts of the page's header do not overlap at a width of %i pixels", async (width) => {
    await looking("Administrator", async (page) => {
      await page.setViewportSize({ width, height: 768 });
      await go(page, "/decisions");
      const places = await page.evaluate<readonly { left: number; right: number }[]>(
        `[...document.querySelectorAll("body > header > *")].map((at) => at.getBoundingClientRect().toJSON()).filter(({ width }) => width > 0)`,
      );
      expect(places.filter(({ left }, index) => index > 0 && left < (places[index - 1]?.right ?? 0))).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    });
  });

  describe("every page of the console", () => {
    it("is visited by these tests", () => {
      const pages = consoleRoutes.filter(({ method, path }) => method === "GET" && !parts.includes(path)).map(({ path }) => path);
      expect(pages.filter((path) => !views.some(({ route }) => route === path))).toEqual([]);
    });

    it("is open to the roles that these tests name", () => {
      const named = views.map(({ route, access = "Reader" }) => ({ path: route, access }));
      const inTable = consoleRoutes.filter(({ method, path }) => method === "GET" && named.some((each) => each.path === path));
      expect(named).toEqual(expect.arrayContaining(inTable.map(({ path, access }) => ({ path, access }))));
    });

    // The page that refuses a role is the same at each address: that each refuses is for console/app/routes.test.ts.
    const rows = views
      .flatMap((view) => roles.map((role) => ({ ...view, role })))
      .filter(({ route, role, access = "Reader" }) => hasAccess({ role }, access) || route === "/access-list/import");
    const isFound = (route: string) => route !== "/nothing" && route !== "/search";
    /** Readers' and approvers' parts of what an administrator's browser shows, of which the HTML has to do. */
    const isRead = ({ route, role, access = "Reader" }: (typeof rows)[number]) =>
      operatorRoles.some((each) => each === role) &&
      access !== "Decider" &&
      isFound(route) &&
      route !== "/people/results" &&
      route !== "/people/jobs/:id" &&
      hasAccess({ role }, access) &&
      looksFor(route, role)?.length === 0;

    it.each(rows.filter((row) => !isRead(row)))(
      "is shown or refused without faults: $route as $role",
      ({ route, at = () => route, heading: expected, access = "Reader", role }) =>
        looking(role, async (page) => {
          const refused: string[] = [];
          page.on(
            "console",
            (message) => message.type() === "error" && /Content Security/.test(message.text()) && refused.push(message.text()),
          );
          await go(page, at());
          const isFor = hasAccess({ role }, access);
          expect(await heading(page)).toMatch(isFor ? expected : "Your role does not allow this");
          expect(await flaws(page, looksFor(route, role))).toEqual([]);
          expect(refused).toEqual([]);
          expect(await page.title()).toContain("· Gatehouse");
          expect(await page.locator("img, script:not([src])").count()).toBe(0);
        }),
    );

    it.each(["Reader", "Approver"] as const)("is served to %s over HTTP without inline script or style", async (role) => {
      const { page } = await signInToConsole(gate.info.consoleUrl, role);
      for (const { route, at = () => route, heading: expected } of rows.filter((row) => row.role === role && isRead(row))) {
        const html = await page(at());
        const [, title = ""] = /<h1[^>]*>(.*?)<\/h1>/s.exec(html) ?? [];
        expect({ route, title: title.replace(/<[^>]*>/g, "") }).toEqual({ route, title: expect.stringMatching(expected) });
        expect(html).toMatch(/<title>[^<]+· Gatehouse<\/title>/);
        // What the policy of the page would refuse, and what would load from elsewhere.
        expect(html).not.toMatch(/<img|<script(?![^>]* src=)|<[^>]* (style|on[a-z]+)="/);
      }
    });

    it("shows a notice to an account without a role", () =>
      looking("nobody", async (page) => {
        for (const path of ["/", "/access-list", "/approvals"]) {
          await go(page, path);
          expect(await heading(page)).toBe("You have no role here");
        }
        expect(await flaws(page)).toEqual([]);
      }));

    it("is available in Korean", () =>
      visiting(
        "Administrator",
        async (page) => {
          const views = [
            { path: "/", name: "확인이 필요한 항목" },
            { path: "/approvals", name: "승인" },
            { path: "/access-list", name: "접근 목록" },
          ];
          const answers = await Promise.all(views.map(({ path }) => page.request.get(pageAt(gate.info.consoleUrl, path))));
          await drawKorean(page, (await Promise.all(answers.map((answer) => answer.text()))).join(""));
          for (const { path, name } of views) {
            await go(page, path);
            expect(await heading(page)).toBe(name);
            expect(await flaws(page, ["light on a phone"])).toEqual([]);
          }
        },
        { locale: "ko-KR" },
      ));
  });

  it("the link in a mail leads an approver without a session to the request and its decision form", async () => {
    const { reference } = await ask("by-mail@example.com", HOSTILE.slice(0, 200));
    const link = await mailedLink(reference);
    await browser.with({ locale: "de-DE", javaScriptEnabled: false }, async (page) => {
      const refused: string[] = [];
      page.on("console", (message) => message.type() === "error" && refused.push(message.text()));
      await page.goto(link);
      expect(await heading(page)).toBe("Über eine Registrierungsanfrage entscheiden");
      expect(await page.textContent("main")).toMatch(/by-mail@example\.com.*Sie antworten als it@contoso\.com/s);
      expect(await page.locator("img, script").count()).toBe(0);
      await page.locator("textarea").fill("partner");
      await press(page, "Genehmigen");
      expect(await heading(page)).toBe("Genehmigt: by-mail@example.com");
      await page.goto(link);
      expect(await heading(page)).toBe("Über diesen Link kann nicht mehr geantwortet werden");
      expect(refused.filter((text) => !text.includes("404"))).toEqual([]);
    });
    const other = await mailedLink((await ask("by-mail-too@example.com", "Kim")).reference);
    await browser.look({ locale: "en-US" }, async (page) => {
      for (const at of [other, `${other}x`]) {
        await page.goto(at);
        expect(await flaws(page)).toEqual([]);
      }
    });
  });

  describe.each([
    { how: "with scripts", javaScriptEnabled: true },
    { how: "without", javaScriptEnabled: false },
  ])("the main paths, $how", ({ javaScriptEnabled }) => {
    const as = (role: Role, visit: (page: Page) => Promise<void>) => visiting(role, visit, javaScriptEnabled ? {} : { javaScriptEnabled });

    it("add, find, change and remove an entry, and leave an audit trail", () =>
      as("Administrator", async (page) => {
        const entry = `added-${javaScriptEnabled}.example`;
        await go(page, "/access-list");
        await page.locator("#entry").fill(entry);
        await page.keyboard.press("Enter");
        await page.waitForURL(/done=added/);
        await page.locator(".chips [name=q]").fill(entry);
        await page.keyboard.press("Enter");
        await page.waitForURL((url) => url.searchParams.get("q") === entry);
        await page.getByRole("link", { name: entry, exact: true }).click();
        await page.getByText("Change…").click();
        await page.locator("#edit-note").fill("seen");
        await press(page, "Save changes");
        expect(await page.textContent("main")).toContain("seen");
        for (const name of ["Remove…", `Remove ${entry}`]) await page.getByRole("button", { name, exact: true }).click();
        await page.waitForURL(/done=removed/);
        expect(await rowOf(entry)).toBeUndefined();
        await go(page, "/audit");
        expect(await page.locator("tbody tr", { hasText: entry }).count()).toBe(3);
      }));

    it("invite two people, select both, and extend their invitations with one reason", () =>
      as("Administrator", async (page) => {
        const domain = `invited-${javaScriptEnabled}.example`;
        // This policy reads no invitations: no page leads to the form.
        await go(page, "/people");
        expect(await page.getByRole("link", { name: "Invite people" }).count()).toBe(0);
        await go(page, "/people/invite");
        await page.locator("#addresses").fill(`kim@${domain} lee@${domain}`);
        await press(page, "Send invitations");
        await follow(page, page.getByRole("link", { name: "Back to people" }));
        for (const name of ["kim", "lee"]) await page.getByLabel(`Select ${name}@${domain}`).check();
        await page.getByRole("button", { name: "Extend invitation…" }).click();
        await page.locator("#note").fill("The start was moved");
        await press(page, "Extend invitation: 2 people");
        expect(await heading(page)).toMatch(/^Invitation of (kim|lee)@\S+ and (kim|lee)@\S+ extended$/);
      }));

    it("show from a reference code why a person was refused, then let them in until Friday by two clicks, with a note", () =>
      as("Administrator", async (page) => {
        const email = `left-${javaScriptEnabled}@refused.example`;
        await gate.database.call("PutItem", {
          TableName: gate.info.tables.accessList,
          Item: marshall({ entry: "refused.example", effect: "deny" }),
        });
        const identities = [{ signInType: "federated", issuer: "mail", issuerAssignedId: email }];
        const { body } = await gate.call("before-create-user", { email, displayName: "Kim", identities, ui_locales: "en-US" });
        const code = /[A-Z\d]{4}-[A-Z\d]{4}/.exec(JSON.stringify(body))?.[0] ?? "";
        await go(page, "/");
        if (javaScriptEnabled) await page.keyboard.press("/");
        else await page.locator("[type=search]").focus();
        await page.keyboard.type(code.toLowerCase());
        await page.keyboard.press("Enter");
        await page.waitForURL(/decisions/);
        expect(await page.textContent("main")).toMatch(
          /refused\.example is denied: the domain of the address.*The list refuses this person/s,
        );
        await page.getByText("Let this person in…").click();
        await press(page, `Allow ${email}`);
        expect(await page.textContent("main")).toMatch(/You allowed .*The list lets this person in/s);
        expect(await rowOf(email)).toMatchObject({ effect: { S: "allow" }, note: { S: `After decision ${code}` } });
      }));

    it("revert a change of the list after showing what the revert does", () =>
      as("Administrator", async (page) => {
        const entry = `reverted-${javaScriptEnabled}.example`;
        const id = await changedBy("Administrator", entry);
        expect(await rowOf(entry)).toBeDefined();
        await go(page, `/audit/sets/one?id=${id}`);
        await page.getByRole("button", { name: "Undo…" }).click();
        await press(page, "Undo");
        await page.waitForURL(/done=reverted/);
        expect(await rowOf(entry)).toBeUndefined();
        await go(page, `/audit/sets/one?id=${id}`);
        expect(await page.textContent("main")).toContain("Undone by");
      }));

    it(`an import that takes longer than one answer goes on by ${javaScriptEnabled ? "itself" : "a button"}`, () =>
      as("Administrator", async (page) => {
        const { id, entries } = await importCutOff(`cut-off-${javaScriptEnabled}`);
        await go(page, `/audit/sets/one?id=${id}&done=imported`);
        if (!javaScriptEnabled) await press(page, "Continue");
        await page.getByText("The file was imported.").waitFor();
        for (const entry of entries) expect(await rowOf(entry)).toBeDefined();
      }));

    it("save the people let in during one hour as an incident, and block them, by keyboard alone", () =>
      as("Administrator", async (page) => {
        const hours = javaScriptEnabled ? 48 : 72;
        const email = `bot-${javaScriptEnabled}@relay.example`;
        const letIn = admitted(email, hours, { email, reference: referenceFor(email), personId: `person-of-${email}` });
        await decisionStore(gate.database, gate.info.tables.decisions).keep(letIn, 90);
        const moment = (hoursAgo: number) => new Date(Date.now() - hoursAgo * 3_600_000).toISOString();
        const main = async () => await page.textContent("main");
        const send = async (at: Locator, ...keys: string[]) => {
          await at.focus();
          for (const key of keys) await page.keyboard.press(key);
          await Promise.all([page.waitForEvent("domcontentloaded"), page.keyboard.press("Enter")]);
        };
        await go(page, `/incidents?${new URLSearchParams({ from: moment(hours + 1), to: moment(hours - 1) })}`);
        expect(await heading(page)).toContain(": 1 person let in");
        if (javaScriptEnabled) expect(await flaws(page)).toEqual([]);
        const word = page.getByLabel("Type “shut out” to confirm");
        await page.getByRole("checkbox", { name: `Shut out ${email}` }).check();
        if (javaScriptEnabled) expect(await page.getByRole("button", { name: /^Shut out/ }).textContent()).toBe("Shut out 1");
        await send(word, "2");
        expect(await main()).toContain("That does not match “shut out”.");
        expect(await rowOf(email)).toBeUndefined();
        await send(word, ..."shut out");
        expect(await heading(page)).toBe("Incident: 1 person");
        if (javaScriptEnabled) expect(await flaws(page)).toEqual([]);
        const looked = async () => {
          // With scripts, the page looks again by itself.
          if (!javaScriptEnabled) await page.reload();
          return await main();
        };
        await expect.poll(looked, patientlyByPage).toMatch(/Shut out 1 person(?!; accounts of)/);
        expect(await rowOf(email)).toMatchObject({ effect: { S: "deny" } });
      }));

    it("approve a request: the account is created, and the person gets a mail", () =>
      as("Approver", async (page) => {
        const email = `approve-${javaScriptEnabled}@example.com`;
        const { reference, id } = await ask(email, "Kim");
        await go(page, "/approvals");
        await page.locator(`th a[href*="open=${id}"]`).click();
        await page.waitForURL(new RegExp(`open=${id}`));
        const panel = page.getByRole("complementary", { name: "Request" });
        expect(await panel.textContent()).toContain(reference);
        await panel.locator("footer summary").first().click();
        await page.locator("#note").fill("Known from the fair");
        await Promise.all([page.waitForURL(/undo=/), panel.getByRole("button", { name: "Approve" }).click()]);
        await expect(page.getByRole("status").first().textContent()).resolves.toContain("You approved");
        const looked = async () => {
          await go(page, `/approvals/requests/${id}`);
          return await page.textContent("main");
        };
        await expect.poll(looked, patientlyByPage).toMatch(/Account created[\s\S]*Known from the fair/);
        const again = {
          email,
          identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: email }],
          ui_locales: "en-US",
        };
        const told = await gate.call("after-sign-in", again);
        expect(told.body).toMatchObject({ action: "ShowBlockPage", userMessage: expect.stringContaining("account is ready") });
      }));

    it("deny several requests at once", () =>
      as("Approver", async (page) => {
        const emails = [1, 2, 3].map((number) => `deny-${number}-${javaScriptEnabled}@example.com`);
        for (const email of emails) await ask(email, email);
        await go(page, "/approvals");
        for (const email of emails) await page.getByLabel(`Select ${email}`).check();
        await page.locator(".bar").getByRole("button", { name: "Deny" }).click();
        await page.locator("[data-question]").getByLabel("Note").fill("No contract");
        // However long the list of people is, the button is in sight.
        await page.setViewportSize({ width: 1_280, height: 300 });
        const button = await page.getByRole("button", { name: "Deny these 3" }).boundingBox();
        expect(button && button.y + button.height).toBeLessThanOrEqual(300);
        await page.setViewportSize({ width: 1_280, height: 720 });
        await press(page, "Deny these 3");
        await page.waitForURL(/undo=/);
        const denied = page.url();
        expect(await page.getByRole("status").allTextContents()).toContainEqual(expect.stringContaining("You denied deny-"));
        await go(page, "/approvals?view=decided");
        for (const email of emails) expect(await page.getByRole("table").getByRole("link", { name: email }).count()).toBe(1);
        await page.getByRole("table").getByRole("link", { name: emails[0] }).click();
        await page.waitForURL(/open=/);
        expect(await page.getByRole("complementary", { name: "Request" }).textContent()).toMatch(/Denied by .*No contract/s);
        // Taken back while nobody has decided since.
        await page.goto(denied);
        await press(page, "Undo 3");
        await page.getByText("Decision undone for").waitFor();
        for (const email of emails) await page.getByLabel(`Select ${email}`).waitFor();
      }));

    it("sign in and sign out", () =>
      browser.with({ locale: "en-US", javaScriptEnabled }, async (page) => {
        await go(page, "/access-list?q=contoso.com");
        await press(page, "Local Reader");
        expect(page.url()).toBe(new URL("/access-list?q=contoso.com", gate.info.consoleUrl).href);
        await page.locator("summary", { hasText: "LR" }).click();
        await press(page, "Sign out");
        await press(page, "Yes");
        expect(await heading(page)).toBe("You are signed out");
        await go(page, "/access-list");
        expect(page.url()).not.toContain(new URL(gate.info.consoleUrl).origin);
      }));
  });

  describe("the console in detail", () => {
    it.each(["en-US", "ko-KR"])("shows the filters that are set without making the page wider than a phone: %s", (locale) =>
      visiting(
        "Administrator",
        async (page) => {
          const domain = "a-rather-long-name-of-a-partner.example.com";
          const paths = ["/profiles?problem=1", `/decisions?domain=${domain}`, `/audit?operator=somebody.with.a.name@${domain}`];
          for (const path of paths) {
            await go(page, path);
            expect(await page.locator(".chip.set, .tabs [href*=problem][aria-current]").count()).toBeGreaterThan(0);
            expect([path, await page.evaluate("document.documentElement.scrollWidth")]).toEqual([path, 320]);
          }
        },
        { locale, viewport: { width: 320, height: 700 } },
      ),
    );

    it.each([1_440, 1_280, 1_024])("shows all warnings of the list, even beside an open panel: %i px wide", async (width) => {
      const entry = "a-rather-long-name-of-a-partner.example";
      const row = { entry, effect: "allow", issuer: "google.com", gates: "nowhere", expiresAt: "2024-12-31", note: "x".repeat(200) };
      await gate.database.call("PutItem", { TableName: gate.info.tables.accessList, Item: marshall(row) });
      await visiting(
        "Administrator",
        async (page) => {
          for (const path of ["/access-list?q=a-rather", ...(width > 1_100 ? [`/access-list?q=a-rather&open=${entry}`] : [])]) {
            await go(page, path);
            await page.locator("tbody .tag.warn", { hasText: "Unknown gate" }).waitFor();
            expect([path, await page.evaluate(CUT_TAGS)]).toEqual([path, []]);
          }
        },
        { viewport: { width, height: 800 } },
      );
    });

    it("labels each cell of a list row on a phone, and puts the row's name above its cells", () =>
      visiting(
        "Administrator",
        async (page) => {
          await go(page, "/access-list?q=edited.example");
          expect(await page.evaluate(LABELS)).toEqual([]);
          expect(await page.locator("tbody td.number").first().innerText()).toMatch(/^\d+ (person|people) in 30 days$/);
          const [name, next] = ["tbody th", "tbody td.number"].map((at) => page.locator(at).first().boundingBox());
          expect((await next)?.y).toBeGreaterThan((await name)?.y ?? 0);
          await page.getByRole("checkbox").last().check();
          const [chosen, button] = ["[data-chosen]", "button:not([hidden])"].map((at) => page.locator(`.bar ${at}`).first().boundingBox());
          // The fields and buttons of ticked entries take three rows, of which the first begins with their number.
          expect((await button)?.x).toBeGreaterThanOrEqual(((await chosen)?.x ?? Number.NaN) + ((await chosen)?.width ?? 0));
          expect((await page.locator(".bar").boundingBox())?.height).toBeLessThan(180);
          await go(page, "/decisions?verdict=block");
          expect(await page.evaluate(LABELS)).toEqual(["Why"]);
        },
        { viewport: { width: 390, height: 844 } },
      ));

    it("scrolls to a section opened from the foot of a panel on a phone", () =>
      visiting(
        "Administrator",
        async (page) => {
          const trace = Array.from({ length: 20 }, (_, index) => ({
            rule: `own-${index}`,
            said: "continue" as const,
            findings: { room: index },
          }));
          const refused = record({ reference: "K7QD-6666", email: "lee@stopped.example", rule: "own", reasons: ["own.reason"], trace });
          await decisionStore(gate.database, gate.info.tables.decisions).keep(refused, 90);
          await go(page, "/decisions?open=K7QD-6666");
          const isSeen = async (name: string) => {
            const button = await page.getByRole("button", { name, exact: true }).boundingBox();
            const bar = await page.locator("body > header > nav:not(.languages)").boundingBox();
            expect((button?.y ?? Number.NaN) + (button?.height ?? 0)).toBeLessThanOrEqual(bar?.y ?? 0);
          };
          await isSeen("Let this person in…");
          await go(page, `/approvals/requests/${request.id}`);
          await page.getByText("With a note…").click();
          await isSeen("Approve");
        },
        { viewport: { width: 390, height: 844 } },
      ));

    it("lets invitation codes be copied, and shows them again after a reload", () =>
      visiting(
        "Administrator",
        async (page) => {
          await go(page, "/people/invite");
          await page.locator("#addresses").fill("copied@invited.example");
          await press(page, "Send invitations");
          const code = await page.locator("td code").textContent();
          await page.reload();
          await page.getByRole("button", { name: "Copy addresses and codes" }).click();
          await page.getByRole("button", { name: "Copied" }).waitFor();
          expect(await page.evaluate("navigator.clipboard.readText()")).toBe(`copied@invited.example\t${code}`);
        },
        { permissions: ["clipboard-read", "clipboard-write"] },
      ));

    it("keeps every warning of the access list within its cell", () =>
      looking("Administrator", async (page) => {
        await go(page, "/access-list");
        const overflows = await page.evaluate<readonly boolean[]>(
          `[...document.querySelectorAll(":is(th, td) > .tag.warn")].map((tag) => tag.getBoundingClientRect().right > tag.parentElement.getBoundingClientRect().right)`,
        );
        expect([overflows.length > 0, overflows.includes(true)]).toEqual([true, false]);
      }));

    it("lets an entry be edited by keyboard alone", () =>
      visiting("Administrator", async (page) => {
        /** Tab by tab, each stop with an outline that shows where one is, to the one called so. */
        const tabTo = async (name: string) => {
          for (let presses = 0; presses < 60; presses++) {
            await page.keyboard.press("Tab");
            const stop = await page.evaluate<{ name: string; id: string; outline: string }>(
              "(({ activeElement: at }) => ({ name: at.ariaLabel ?? at.labels?.[0]?.textContent ?? at.textContent, id: at.id, outline: getComputedStyle(at).outlineStyle }))(document)",
            );
            expect(stop).not.toMatchObject({ outline: "none" });
            if (stop.name.trim().startsWith(name) || name === `#${stop.id}`) return;
          }
          throw new Error(`The Tab key does not lead to ${name}.`);
        };
        await go(page, "/");
        await tabTo("Skip to content");
        await tabTo("Access list");
        await page.keyboard.press("Enter");
        await page.waitForURL(/access-list/);
        // All rows are one stop: the arrow keys lead to the others.
        const row = () => page.evaluate<string | undefined>("document.activeElement.closest('tr[data-key]')?.dataset.key");
        while ((await row()) === undefined) await page.keyboard.press("Tab");
        while ((await row()) !== "edited.example") await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        await page.waitForURL(/open=edited/);
        await tabTo("Change…");
        await page.keyboard.press("Enter");
        await tabTo("#edit-note");
        await page.keyboard.press("Control+A");
        await page.keyboard.type("by keyboard");
        await tabTo("Save");
        await page.keyboard.press("Enter");
        await page.waitForURL(/done=changed/);
        expect(await rowOf("edited.example")).toMatchObject({ note: { S: "by keyboard" } });
      }));

    it("refuses an edit from an outdated page, and shows both versions", () =>
      visiting("Administrator", async (page) => {
        await go(page, "/access-list?open=contoso.com");
        const Item = marshall({ entry: "contoso.com", effect: "allow", note: "theirs" });
        await gate.database.call("PutItem", { TableName: gate.info.tables.accessList, Item });
        await page.getByText("Change…").click();
        await page.locator("#edit-note").fill("mine");
        await page.getByRole("button", { name: "Save changes" }).click();
        await page.getByRole("alert").waitFor();
        expect(await page.textContent("main")).toContain("theirs");
        expect(await page.locator("#edit-note").inputValue()).toBe("mine");
        expect(await flaws(page, ["light"])).toEqual([]);
        expect(await rowOf("contoso.com")).toMatchObject({ note: { S: "theirs" } });
      }));

    it("adds a new request to the queue without a reload, and updates the count in menu and title", () =>
      visitingAlone("Approver", async (page) => {
        await page.clock.install();
        await go(page, "/approvals");
        const count = page.getByRole("navigation", { name: "Main" }).locator("[data-count=approvals]:not([hidden])");
        await count.waitFor();
        await page.waitForFunction(`document.title === "(${await count.textContent()}) Approvals · Gatehouse"`);
        await ask("live@example.com", "Live");
        await page.clock.fastForward(11_000);
        await page.getByRole("table").getByRole("link", { name: "Live", exact: true }).waitFor();
      }));

    it("keeps the order of a table that reloads, and shows newly chosen columns", () =>
      visitingAlone("Reader", async (page) => {
        await page.clock.install();
        await go(page, "/decisions");
        const table = (columns: readonly string[]) =>
          `<table><thead><tr>${columns.map((each) => `<th>${each}</th>`).join("")}</tr></thead>` +
          `<tbody><tr data-key="a">${columns.map((each) => `<td>of ${each}</td>`).join("")}</tr></tbody></table>`;
        // Others than the page has.
        let columns = ["Time", "Outcome", "Person", "Because", "Code"];
        await page.route("**/decisions*", async (route) => {
          const body = `<div id="decisions"><p>above</p>${table(columns)}<p>below</p></div>`;
          if (route.request().headers()["x-gatehouse-live"] === undefined) await route.continue();
          else await route.fulfill({ contentType: "text/html", body });
        });
        const shown = async () => {
          await page.clock.fastForward(31_000);
          await page.getByText(`of ${columns.at(-1)}`).waitFor();
          return (await page.locator("#decisions").innerText()).split(/\s+/).join(" ");
        };
        for (const more of [[], ["Code", "Account"]]) {
          columns = [...columns, ...more];
          expect(await shown()).toMatch(new RegExp(`^above Time.* of ${columns.at(-1)} below$`));
        }
      }));

    it("shows the first row of inbox and queue, and a low decision bar, without scrolling on a phone", () =>
      visiting(
        "Approver",
        async (page) => {
          const [screen, row, bar] = [740, page.locator("tr[data-key]:not(.group)").first(), page.locator(".bar")];
          const boxOf = async (at: typeof bar) => (await at.boundingBox()) ?? { x: 0, y: Number.NaN, width: 0, height: Number.NaN };
          await go(page, "/approvals");
          expect(await bar.isVisible()).toBe(false);
          await row.getByRole("checkbox").check();
          expect((await boxOf(row)).y).toBeLessThan(screen - 200);
          const open = await boxOf(bar);
          expect([open.height <= screen / 5, open.y + open.height <= screen]).toEqual([true, true]);
          const buttons = await Promise.all(["Approve", "Deny"].map((name) => boxOf(bar.getByRole("button", { name }))));
          expect(new Set(buttons.map(({ y }) => y)).size).toBe(1);
          await go(page, `/approvals/requests/${request.id}`);
          const footer = await boxOf(page.locator(".panel > footer"));
          expect([footer.height <= screen / 6, footer.y + footer.height <= screen]).toEqual([true, true]);
          await go(page, "/");
          expect((await boxOf(page.locator(".inbox > [data-key]").first())).y).toBeLessThan(screen / 2);
          await page.locator("summary", { hasText: "More" }).click();
          await page.getByRole("link", { name: "People", exact: true }).click();
          await page.waitForURL(/people/);
          await go(page, "/approvals?view=decided");
          const here = await boxOf(page.getByRole("link", { name: "Decided" }));
          expect(here.x + here.width).toBeLessThanOrEqual(360);
        },
        { viewport: { width: 360, height: 740 } },
      ));

    it("lets an operator work through the queue by keyboard alone, without loss if rows change or the session ends", () =>
      visitingAlone("Approver", async (page) => {
        const names = ["a", "b", "c", "d"];
        for (const name of names) await ask(`${name}@keys.example`, `Person ${name}`);
        const ticked = async () => {
          const boxes = await page.locator("tr[data-key] input:checked").evaluateAll((found) => found.map((box) => box.ariaLabel));
          return boxes.map((label) => /^Select (.*)@keys/.exec(label ?? "")?.[1]).join("");
        };
        const keys = async (...pressed: string[]) => {
          for (const key of pressed) await page.keyboard.press(key);
        };
        const rowOfPerson = (name: string) => page.getByRole("table").getByRole("link", { name, exact: true });
        await page.clock.install();
        await go(page, "/approvals?domain=keys.example");
        await keys("?");
        await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
        // The first is open beside: the keys begin there.
        await keys("Escape", "j", "x", "j", "Shift+X");
        expect(await ticked()).toBe("bc");
        expect(await page.locator("[data-chosen]").textContent()).toBe("2 selected");
        await page.locator(".bar").getByRole("button", { name: "Approve 2" }).waitFor();

        // Somebody else decides on one that is ticked and one that is not, and another person asks.
        await visiting("Administrator", async (other) => {
          await go(other, "/approvals?domain=keys.example");
          for (const name of ["c", "d"]) await other.getByLabel(`Select ${name}@keys.example`).check();
          await other.locator(".bar").getByRole("button", { name: "Deny" }).click();
          await press(other, "Deny these 2");
        });
        await ask("late@keys.example", "Late");
        await page.clock.fastForward(11_000);
        await rowOfPerson("Late").waitFor();
        expect(await page.locator("tr.gone").textContent()).toMatch(/c@keys\.example.*no longer here/);
        expect(await rowOfPerson("Person d").count()).toBe(0);
        expect(await ticked()).toBe("bc");

        // The session ends: the page says so, and after signing in what is left of the selection is there again.
        const kept = await page.context().cookies();
        await page.context().clearCookies({ name: "gatehouse" });
        await page.clock.fastForward(11_000);
        await page.getByText("Your session has ended. This page keeps").waitFor();
        await keys("a");
        await page.getByRole("heading", { name: "Your session has ended" }).waitFor();
        const back = await page.locator("main").getByRole("link", { name: "Sign in" }).getAttribute("href");
        await page.context().addCookies(kept);
        await go(page, new URL(back ?? "", gate.info.consoleUrl).searchParams.get("to") ?? "");
        expect(await ticked()).toBe("b");
        expect(await page.locator("[data-chosen]").textContent()).toBe("1 selected, and on other pages: 1");

        await keys("j", "j", "x", "a");
        await page.getByRole("heading", { name: "Approve 2 requests?" }).waitFor();
        expect(await flaws(page, ["light"])).toEqual([]);
        await keys("n");
        await page.keyboard.type("jxad: partners");
        await keys("Escape", "a", "Enter");
        await page.waitForURL(/undo=/);
        expect(await page.getByRole("status").allTextContents()).toContainEqual(expect.stringMatching(/You approved .* and /));
        // What was sent is done with, and what another page has stays.
        await go(page, "/approvals?domain=keys.example");
        expect(await page.locator("[data-chosen]").textContent()).toBe("0 selected, and on other pages: 1");
        await go(page, "/approvals?view=decided&domain=keys.example");
        expect(await page.getByRole("complementary", { name: "Request" }).textContent()).toContain("jxad: partners");
      }));

    it("has keys with which an operator notes, postpones, takes and reassigns a request, and withdraws a decision", () =>
      visiting("Approver", async (page) => {
        for (const name of ["a", "b"]) await ask(`${name}@handled.example`, name);
        await go(page, "/approvals?domain=handled.example");
        const panel = page.getByRole("complementary", { name: "Request" });
        // The panel is about the first: of another row it is opened first.
        await page.keyboard.press("j");
        await page.keyboard.press("m");
        await panel.filter({ hasText: "b@handled.example" }).getByRole("button", { name: "Release" }).waitFor();
        await page.keyboard.press("n");
        await page.keyboard.type("ask jxad");
        await page.keyboard.press("Enter");
        await panel.getByText("ask jxad").waitFor();
        await page.keyboard.press("s");
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await panel.getByText("Snoozed until").waitFor();
        // The scripts of the page have run.
        await page.locator("[data-help]:not([hidden])").waitFor({ state: "attached" });
        await page.keyboard.press("x");
        await page.keyboard.press("m");
        await page.waitForURL(/done=assigned/);
        expect(await page.getByRole("status").first().textContent()).toContain("to Local Approver.");
        await page.keyboard.press("z");
        await page.getByText("Assigned as before: 1.").waitFor();
        await go(page, "/approvals?domain=handled.example");
        await page.keyboard.press("d");
        await panel.locator("button[value=deny]:focus").waitFor();
        await page.keyboard.press("Enter");
        await page.waitForURL(/undo=/);
        await page.keyboard.press("z");
        await page.getByText("Decision undone for").waitFor();
        expect(await page.locator("tr[data-key]:not(.group)").count()).toBe(2);
      }));

    it("never applies a key's decision to a request that the operator did not choose", () =>
      visiting("Approver", async (page) => {
        for (const name of ["a", "b", "c", "d"]) await ask(`${name}@unasked.example`, name);
        const ticked = () => page.locator("tr[data-key] input:checked").count();
        const keys = async (...pressed: string[]) => {
          for (const key of pressed) await page.keyboard.press(key);
        };
        await go(page, "/approvals?domain=unasked.example");
        // The first X counts too, before anybody has moved.
        await keys("x", "j", "j", "Shift+X");
        expect(await ticked()).toBe(3);
        await keys("a");
        await page.getByRole("heading", { name: "Approve 3 requests?" }).waitFor();
        await page.evaluate("sessionStorage.clear()");
        await go(page, "/approvals?domain=unasked.example");
        expect(await ticked()).toBe(0);
        const panel = page.getByRole("complementary", { name: "Request" });
        const panelOf = (name: string) => panel.filter({ hasText: `${name}@unasked.example` }).waitFor();
        // Nothing is ticked, and no row has the focus: the key leads to the button of the one beside.
        await keys("a");
        await panelOf("a");
        await panel.locator("button[value=approve]:focus").waitFor();
        // Of the row with the focus, to the button in its panel.
        await keys("j", "d");
        await panelOf("b");
        await panel.locator("button[value=deny]:focus").waitFor();
        expect([await ticked(), await page.locator("tr[data-key]:not(.group)").count()]).toEqual([0, 4]);
        // The panel follows, and keeps what is typed there; Enter opens a row and sends nothing.
        await panelOf("b");
        await panel.locator("footer summary").first().click();
        await panel.locator("footer textarea").fill("kept");
        await keys("Escape", "k");
        await panelOf("a");
        await keys("j");
        await panelOf("b");
        expect(await panel.locator("footer textarea").inputValue()).toBe("kept");
        await keys("Enter", "j", "d");
        await panelOf("c");
        await panel.locator("button[value=deny]:focus").waitFor();
        await keys("Enter");
        await page.waitForURL(/undo=/);
        expect(await page.locator("tr[data-key]:not(.group)").count()).toBe(3);
      }));

    it("applies letter keys to the focused row, also in its panel; the help lists only keys that work on the page", () =>
      visiting("Administrator", async (page) => {
        await ask("kim@letters.example", "Kim Letters");
        const keys = async (...pressed: string[]) => {
          for (const key of pressed) await page.keyboard.press(key);
        };
        const focused = (attribute: string) => page.evaluate(`document.activeElement.getAttribute("${attribute}")`);
        const panel = page.locator(".panel");
        const helpOn = async () => {
          await keys("?");
          const shown = await page.locator("#keys [data-does]:not([hidden])").evaluateAll((all) => all.map((line) => line.dataset.does));
          await keys("Escape");
          return shown.join(" ");
        };
        await go(page, "/people/invite");
        await page.getByLabel("Addresses").fill("one@letters.example two@letters.example");
        await page.getByRole("button", { name: "Send invitations" }).click();
        await page.waitForURL(/results/);
        await go(page, "/people?life=invited");
        expect(await helpOn()).toBe("/ j x shift+x enter n esc ?");
        // An open panel follows; the letters are about the row of the focus, whether or not it has come.
        await keys("j", "Enter");
        await panel.waitFor();
        await keys("j");
        await page.locator("tr[data-key]:nth-child(2)[aria-current]").waitFor();
        expect(await page.evaluate("document.activeElement.closest('tr')?.rowIndex")).toBe(2);
        await keys("k", "n");
        await panel.locator("[data-act=note]:focus").waitFor();
        const first = await page.locator("tr[data-key]").first().getAttribute("data-key");
        expect([await page.locator("tr[aria-current]").getAttribute("data-key"), await focused("name")]).toEqual([first, "note"]);
        await keys("Escape");

        await go(page, "/access-list");
        expect(await helpOn()).toBe("/ j x shift+x enter n e ?");
        await keys("n");
        expect(await focused("id")).toBe("entry");
        await page.locator("tr[data-key] input").first().focus();
        await keys("e");
        await panel.locator("[name=expiresAt]:focus").waitFor();

        await go(page, "/audit");
        expect(await helpOn()).toBe("/ j enter z ?");
        const taken = page.locator("tr[data-key]:has([data-act=undo])").first();
        await taken.getByRole("link").first().focus();
        await keys("z");
        await taken.locator("[data-act=undo]:focus").waitFor();
        await go(page, "/reference-data");
        expect(await helpOn()).toBe("/ ?");
      }));

    it("opens a row's panel beside the unchanged list; Back and Escape close it", () =>
      visiting("Reader", async (page) => {
        await go(page, "/decisions?days=30");
        await page.evaluate("document.body.dataset.same = 'yes'");
        const panel = page.locator(".panel");
        await page.keyboard.press("j");
        await page.keyboard.press("Enter");
        await panel.waitFor();
        await page.waitForURL(/open=/);
        expect(await page.locator("tr[aria-current]").count()).toBe(1);
        expect(await page.evaluate("document.activeElement.matches('.panel')")).toBe(true);
        await page.goBack();
        await panel.waitFor({ state: "detached" });
        // Anywhere on the row.
        await page.locator("tr[data-key] td").first().click();
        await panel.waitFor();
        await page.keyboard.press("Escape");
        await panel.waitFor({ state: "detached" });
        await page.waitForURL((url) => !url.searchParams.has("open"));
        expect(await page.evaluate("document.body.dataset.same")).toBe("yes");
      }));

    it("filters by a period if the mouse is dragged over its bars in the chart; a link clears the filter", () =>
      visiting("Reader", async (page) => {
        await go(page, "/");
        const bars = page.locator("figure.chart svg a");
        const middle = async (at: number) => {
          const { x, y, width, height } = (await bars.nth(at).locator(".hit").boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
          return [x + width / 2, y + height / 2] as const;
        };
        await page.mouse.move(...(await middle(12)));
        await page.mouse.down();
        await page.mouse.move(...(await middle(10)), { steps: 4 });
        expect(await page.locator("figure.chart a.drawn").count()).toBe(3);
        await page.mouse.up();
        await page.waitForURL(/from=/);
        expect(await page.locator("figure.chart a[aria-current]").count()).toBe(3);
        await page.getByRole("link", { name: "Clear filter" }).click();
        await page.waitForURL((url) => url.search === "");
      }));

    it("finds commands in the palette as one types, and opens them by keyboard alone", () =>
      visiting("Administrator", async (page) => {
        await go(page, "/decisions");
        await page.keyboard.press("Control+K");
        const palette = page.getByRole("dialog", { name: "Search or run a command" });
        await palette.getByRole("option", { name: "Add an entry…" }).waitFor();
        expect(await flaws(page)).toEqual([]);
        await page.keyboard.type("edited.ex");
        const found = palette.getByRole("option", { name: "edited.example", selected: true });
        await found.waitFor();
        // The entry may be found before all of that is typed.
        await found.locator("mark").getByText("edited.ex", { exact: true }).waitFor();
        const [other] = await Promise.all([page.context().waitForEvent("page"), page.keyboard.press("Control+Enter")]);
        await other.waitForURL(/access-list\?open=edited\.example/);
        await other.close();
        await page.keyboard.press("Enter");
        await page.waitForURL(/access-list\?open=edited\.example/);
        await page.keyboard.press("/");
        await page.keyboard.type(">set a");
        await palette.getByRole("option", { name: "Set a gate…", selected: true }).waitFor();
        await page.keyboard.press("Escape");
        expect(await palette.count()).toBe(0);
      }));

    it("makes a list's rows a single Tab stop, within which the arrow keys move", () =>
      visiting("Approver", async (page) => {
        for (let number = 0; number < 12; number++) await ask(`${number}@stops.example`, "Stop");
        const stopsTo = async (name: string) => {
          await page.locator("tr[data-key] input").first().check();
          for (let stops = 0; stops <= 60; stops++) {
            if (await page.evaluate<boolean>(`document.activeElement.textContent.trim() === "${name}"`)) return stops;
            await page.keyboard.press("Tab");
          }
          throw new Error(`The Tab key does not lead to ${name}.`);
        };
        await go(page, "/approvals?domain=stops.example");
        expect(await stopsTo("Approve 1")).toBeLessThanOrEqual(10);
        await page.locator("tr[data-key] input").first().focus();
        await page.keyboard.press("ArrowDown");
        expect(await page.evaluate("document.activeElement.closest('tr').rowIndex")).toBe(3);
      }));

    it("selects all people of a domain at once, and keeps the selection if the question is cancelled", () =>
      visiting("Approver", async (page) => {
        for (const name of ["kim", "lee"]) await ask(`${name}@grouped.example`, name);
        await go(page, "/approvals?domain=grouped.example");
        await follow(page, page.getByRole("link", { name: "Select all 2, grouped.example" }));
        const approve = page.locator(".bar").getByRole("button", { name: "Approve 2" });
        await approve.click();
        await page.getByRole("link", { name: "Cancel" }).click();
        await approve.click();
        await press(page, "Approve these 2");
        expect(await page.getByRole("status").allTextContents()).toContainEqual(expect.stringMatching(/You approved .* and /));
        expect(await page.locator("tr[data-key]:not(.group)").count()).toBe(0);
      }));

    it("asks for confirmation in place of the pressed button, and goes back on Escape", () =>
      visiting("Administrator", async (page) => {
        const focused = () => page.evaluate<string>("document.activeElement.id || document.activeElement.textContent");
        const question = page.locator(".question");
        await go(page, "/access-list");
        await page.locator("#entry").fill("gmail.com");
        await page.getByRole("button", { name: "Add", exact: true }).click();
        await question.waitFor();
        expect(new URL(page.url()).pathname).toBe("/access-list");
        expect(await focused()).toBe("confirm");
        expect(await flaws(page)).toEqual([]);
        await page.keyboard.type("hotmail.com");
        await page.keyboard.press("Enter");
        await page.locator(".question [aria-invalid=true]:focus").waitFor();
        expect(await flaws(page, ["light"])).toEqual([]);
        await page.keyboard.press("Escape");
        expect(await question.count()).toBe(0);
        expect(await focused()).toBe("Add");
        expect(await page.locator("#entry").inputValue()).toBe("gmail.com");
        await page.keyboard.press("Enter");
        await question.waitFor();
        await page.keyboard.type("gmail.com");
        await Promise.all([page.waitForURL(/done=added/), page.keyboard.press("Enter")]);
        expect(await rowOf("gmail.com")).toBeDefined();

        await go(page, "/audit");
        await page.locator("tr[data-key]", { hasText: "gmail.com" }).getByRole("button", { name: "Undo" }).first().click();
        // In a row of its own, below the change's.
        await page.locator("tr > td > .question").waitFor();
        expect(await flaws(page, ["dark on a phone"])).toEqual([]);
        await question.getByRole("button", { name: "Undo" }).click();
        await page.waitForURL(/done=/);
        expect(await rowOf("gmail.com")).toBeUndefined();
      }));

    it.each([
      ["in place", true, "#question-entry"],
      ["without scripts", false, "#entry"],
    ])("says in an alert why a wrong form was not carried out, and moves the focus to the fault: %s", (_, javaScriptEnabled, field) =>
      visiting(
        "Administrator",
        async (page) => {
          await go(page, "/access-list");
          await page.locator("#entry").fill("kim@");
          // Orca 43 says nothing of the new field if the old one goes before the focus, nor of an alert that comes with the field.
          const atFocus = `[document.querySelector("#entry").checkVisibility(), document.querySelectorAll("[role=alert]").length]`;
          const noteAtFocus = `addEventListener("focusin", ({ target }) => { if (target.id === "question-entry") window.atFocus = ${atFocus}; })`;
          if (javaScriptEnabled) await page.evaluate(noteAtFocus);
          await page.getByRole("button", { name: "Add", exact: true }).click();
          const alert = page.getByRole("alert");
          const fault = alert.getByRole("link", { name: "Not an e-mail address" });
          expect(await fault.getAttribute("href")).toBe(field);
          const problem = (await page.locator(field).getAttribute("aria-describedby"))?.split(" ").at(-1) ?? "";
          expect(await page.locator(`[id="${problem}"]`).textContent()).toMatch(/^Not an e-mail address/);
          if (!javaScriptEnabled) return;
          expect(await page.evaluate(`document.activeElement.matches("${field}")`)).toBe(true);
          expect(await page.evaluate("window.atFocus")).toEqual([true, 0]);
          expect(await flaws(page, ["light"])).toEqual([]);
        },
        { javaScriptEnabled },
      ),
    );

    it("shows the effect of denying a domain below its figures, and not a second time, even on a phone", () =>
      visiting(
        "Administrator",
        async (page) => {
          await ask("once@once.example", "once");
          const figures = page.getByRole("heading", { name: "In 14 days" });
          const looked = async () => {
            await go(page, "/domains/once.example");
            return await figures.count();
          };
          await expect.poll(looked, patientlyByPage).toBe(1);
          const [shown, act] = await Promise.all([figures.boundingBox(), page.locator("#act").boundingBox()]);
          expect(shown?.y).toBeLessThan(act?.y ?? 0);
          await page.getByRole("button", { name: "Deny once.example…" }).click();
          await page.locator(".question").waitFor();
          expect(await page.locator("#act").innerText()).toMatch(
            /^Deny once\.example\s+Accounts stay\. To end one.*Last 30 days(?!.*Last 30 days)/s,
          );
          await page.keyboard.press("Escape");
          expect(await page.locator("#act").innerText()).toMatch(/^If you allow it\s+Last 30 days/);
          // Where all of it is in sight, the page stays where it is.
          await page.setViewportSize({ width: 1_280, height: 900 });
          await page.getByRole("button", { name: "Deny once.example…" }).click();
          await page.locator(".question").waitFor();
          expect(await page.evaluate("scrollY")).toBe(0);
        },
        { viewport: { width: 390, height: 844 } },
      ));

    it("shows typed text as harmless text", () =>
      looking("Administrator", async (page) => {
        for (const path of ["/access-list?open=hostile.example", "/profiles?open=kim@contoso.com", `/approvals/requests/${request.id}`]) {
          await go(page, path);
          expect((await page.textContent("main"))?.toLowerCase()).toContain("<script>document.title");
          expect(await page.textContent("main")).toContain("⟨U+202E⟩");
          expect(await page.title()).toContain("· Gatehouse");
        }
      }));
  });

  it("the top bar of every page can set a gate and undo that; only closing the gate needs a typed word", async () => {
    await visiting("Administrator", async (page) => {
      await go(page, "/audit");
      const menu = page.locator("details.gate");
      await menu.locator("summary").click();
      const [word, reason, set] = ["closing", "reason"].map((name) => menu.locator(`[name=${name}]`)).concat(menu.getByRole("button"));
      expect(await menu.locator(":checked").count()).toBe(0);
      for (const hidden of [word, reason]) expect(await hidden?.isVisible()).toBe(false);
      expect(await set?.first().isVisible()).toBe(false);
      await menu.locator("[value=closed]").check();
      expect(await word?.isVisible()).toBe(true);
      await menu.locator("[value=approval]").check();
      expect(await word?.isVisible()).toBe(false);
      await menu.locator("[value='2h']").check();
      // What is missing is said at its field, in the menu.
      await menu.getByRole("button", { name: "Set the gate" }).click();
      expect([await reason?.isVisible(), await page.evaluate("document.activeElement.name")]).toEqual([true, "reason"]);
      await reason?.fill("bots sign up");
      await press(page, "Set the gate");
      expect(new URL(page.url()).pathname).toBe("/audit");
      expect(await page.locator("details.gate > summary").getAttribute("aria-label")).toBe("Gate: Approval");
      expect(await flaws(page, ["dark on a phone"])).toEqual([]);
      await press(page, "Back to Open");
      expect(await page.locator("details.gate > summary").getAttribute("aria-label")).toBe("Gate: Open");
    });
  });

  it("a click anywhere on a row opens its request, which stays in view however far the list is scrolled", async () => {
    const others = ["one@panel.example", "two@panel.example"];
    for (const each of others) await ask(each, each);
    const sized = { viewport: { width: 1_440, height: 500 } };
    await visiting(
      "Approver",
      async (page) => {
        await go(page, "/approvals?domain=panel.example");
        const rows = page.locator("#queue [data-key]:not(.group)");
        await page.evaluate("document.querySelector('#beside .list').style.paddingBottom = '3000px'");
        await rows.last().locator("td").last().click();
        const panel = page.locator("#beside > .panel");
        await panel.waitFor();
        // Its foot has what can be done.
        const { y = 0, height = 0 } = (await panel.boundingBox()) ?? {};
        expect(y + height).toBeLessThanOrEqual(500);
        await page.evaluate("scrollTo(0, 1500)");
        const top = await page.evaluate<number>("document.querySelector('#beside > .panel').getBoundingClientRect().top");
        expect(top).toBeGreaterThanOrEqual(0);
        expect(top).toBeLessThan(100);
      },
      sized,
    );
  });

  it("people turned away by an outage get one mail that says sign-up works again", async () => {
    const { database, info } = gate;
    const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString();
    const trace = [{ rule: "verify-identity", said: "block" as const, upstreamFailure: { service: "experian", kind: "timeout" as const } }];
    const calls = [{ service: "experian", ms: 90 }];
    const failed = record({
      id: "turned",
      reference: "TURN-EDAW",
      email: "turned@outage.example",
      at: at(180),
      trace,
      calls,
      locales: ["de"],
    });
    const answered = record({ at: at(60), calls, trace: [], verdict: "continue", reasons: [] });
    await database.call("PutItem", { TableName: info.tables.accessList, Item: marshall({ entry: "outage.example", effect: "allow" }) });
    await decisionStore(database, info.tables.decisions).keep(failed, 90);
    for (const [index, each] of [failed, failed, failed, answered].entries()) {
      const news = [{ sequenceNumber: `turned-${index}`, record: each }];
      await countStore(database, info.tables.ledger).add({ hour: each.at.slice(0, 13), gate: "default" }, news, 4_102_444_800);
    }
    await visiting("Approver", async (page) => {
      await go(page, `/turned-away?${new URLSearchParams({ service: "experian", from: at(181), to: at(179) })}`);
      expect(await flaws(page)).toEqual([]);
      await page.getByRole("button", { name: /^Write to the selected/ }).click();
      await press(page, "Send");
      await page.waitForURL((url) => url.pathname === "/");
      expect(await page.textContent("main")).toMatch(/You wrote to 1 person turned away while Experian failed.*Undo/s);
      expect(await flaws(page, ["dark on a phone"])).toEqual([]);
      const mails = () =>
        readdirSync(info.outboxDir)
          .filter((name) => name.endsWith(".txt"))
          .map((name) => readFileSync(join(info.outboxDir, name), "utf8"))
          .filter((mail) => mail.includes("To: turned@outage.example"));
      await expect.poll(mails, patiently).toEqual([expect.stringMatching(/Subject: Sie können sich wieder registrieren.*TURN-EDAW/s)]);
    });
  });
}
