import { accessList, beforeCreateUser, permittedValue, requestApproval } from "entra-gatehouse";
import type { MockInstance } from "vitest";
import { toItem } from "../../../../adapters/tables/item";
import { writeAlone } from "../../../../adapters/tables/table";
import { listEdit } from "../../../../features/access-list/store/edits";
import { knownDomains } from "../../../../features/look-alikes/store";
import approval from "../../../../samples/policies/approval/before-create-user";
import { record, startConsole, type TestConsole } from "../../../console/support";
import { anyPolicy } from "../../../support/any-policy";
import { startClock } from "../../../support/fake-timers";
import { at as requestAt } from "../../approvals/requests";
import { shownVersion, storedEntry } from "./entries";

let pages: TestConsole;
beforeAll(async () => {
  startClock();
  pages = await startConsole();
});
afterAll(() => pages.close());

const rowOf = (entry: string) => storedEntry(pages, entry);
const empty = { effect: "allow", issuer: "", gates: "", expiresAt: "", note: "" };
const add = (fields: { entry: string; effect?: string; expiresAt?: string; asked?: string; version?: string }) =>
  pages.post("/access-list/add", "Administrator", { ...empty, ...fields });
const hidden = (html: string) =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
/** The form of the page, as a browser sends it. */
const answered = async (page: Response, path: string, more: Record<string, string> = {}, headers = {}) => {
  const { "form-token": _, ...fields } = hidden((await page.text()).split("</header>")[1] ?? "");
  return await pages.post(path, "Administrator", { ...fields, ...more }, headers);
};
const versionOn = (entry: string) => shownVersion(pages, entry);
let made = 0;
/** Somebody is let through, or refused. */
async function decided(email: string, verdict: "continue" | "block", more: { readonly issuers?: readonly string[] } = {}): Promise<void> {
  made += 1;
  const reference = `K7QD-${String(made).padStart(4, "2")}`;
  const reasons = verdict === "block" ? ["access-list.unlisted"] : [];
  const { rule, ...whole } = record({ reference, email, verdict, reasons, trace: [{ rule: "access-list", said: verdict, reasons }] });
  await pages.world.decisions.keep({ ...whole, ...(verdict === "block" && rule !== undefined && { rule }), ...more }, 30);
}

describe("an edit that lets in or shuts out many people", () => {
  let policies: MockInstance | undefined;
  afterEach(() => policies?.mockRestore());

  it.each([
    { entry: "*", says: "This lets in everyone" },
    { entry: "*.co.uk", says: ".co.uk is a public suffix" },
    { entry: "*", effect: "deny", says: "This shuts out everyone" },
  ])("asks the administrator to type the entry before it is written: $effect $entry", async ({ says, ...fields }) => {
    const asked = await add(fields);
    expect(asked.status).toBe(200);
    const html = await asked.clone().text();
    expect(html).toContain(says);
    expect(html).not.toContain("Deny it instead");
    const mistyped = await answered(asked, "/access-list/add", { confirm: "yes" });
    expect(mistyped.status).toBe(400);
    expect(await mistyped.clone().text()).toContain("Nothing was written.");
    expect(await rowOf(fields.entry)).toBeUndefined();
    expect(await mistyped.clone().text()).toContain('autocapitalize="off"');
    // As a phone writes it.
    const typed = ` ${fields.entry.toUpperCase()} `;
    const written = await answered(mistyped, "/access-list/add", { confirm: typed });
    expect(written.headers.get("location")).toMatch(/^\/access-list\?done=added&set=/);
    expect(await rowOf(fields.entry)).toMatchObject({ effect: fields.effect ?? "allow" });
    await pages.world.accessList.remove((await pages.world.accessList.get(fields.entry)) as never);
  });

  it("asks to type the entry if it looks like a domain that is let in", async () => {
    await pages.put({ entry: "contoso.com", effect: "allow" });
    await knownDomains(pages.database.client, "ledger-test").allowed(["contoso.com"]);
    const asked = await add({ entry: "c0ntoso.com", effect: "allow" });
    const html = await asked.clone().text();
    expect(html).toContain("It looks like contoso.com, which is let in");
    expect(html.split('<input type="hidden" name="effect" value="deny"/>')[1]).toContain("Deny it instead");
    expect(await rowOf("c0ntoso.com")).toBeUndefined();
    const checked = await pages.post("/access-list/add", "Administrator", { ...empty, entry: "c0ntoso.com", asked: "1" });
    expect(await checked.text()).toMatch(/Deny it instead<\/button>.*Type c0ntoso.com to confirm/s);
    expect((await answered(asked, "/access-list/add", { confirm: "c0ntoso.com" })).status).toBe(303);
    expect((await add({ entry: "contosso.com", effect: "deny" })).status).toBe(303);
  });

  it("asks a question if it turns a deny into an allow, but not if it changes only the note or the end", async () => {
    await pages.put({ entry: "yahoo.com", effect: "deny" });
    const save = async (more: Record<string, string>) =>
      await pages.post("/access-list/save", "Administrator", {
        ...empty,
        entry: "yahoo.com",
        version: await versionOn("yahoo.com"),
        ...more,
      });
    const asked = await save({});
    expect(await asked.clone().text()).toContain("Anyone can get an address at yahoo.com");
    expect(await rowOf("yahoo.com")).toEqual({ entry: "yahoo.com", effect: "deny" });
    expect((await answered(asked, "/access-list/save", { confirm: "yahoo.com" })).status).toBe(303);
    expect((await save({ note: "until the fair" })).status).toBe(303);
    expect((await save({ expiresAt: "2099-01-01" })).status).toBe(303);
  });

  it("asks the same question when its entry is checked as when its entry is added", async () => {
    const textOf = async (answer: Promise<Response>) => {
      const [, main = ""] = (await (await answer).text()).split("data-question");
      return main.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
    };
    const [added, checked] = [await textOf(add({ entry: "proton.me" })), await textOf(add({ entry: "proton.me", asked: "1" }))];
    expect(added).toBe(checked);
    expect(added).toContain(" Anyone can get an address at proton.me");
    expect(added).not.toContain("proton.me :");
    expect(added).toContain("Allow proton.me");
    // The question is about that entry: it has no field for another.
    const [, question = ""] = (await (await add({ entry: "proton.me", asked: "1" })).text()).split("data-question");
    expect(question.match(/name="entry"/g)).toHaveLength(1);
  });

  it("lists no people if it only moves an entry's end to a later day, as nobody's next try changes", async () => {
    await decided("asked@longer.example", "block");
    await pages.put({ entry: "longer.example", effect: "allow", expiresAt: "2099-01-01" });
    const html = await (await add({ entry: "longer.example", expiresAt: "2099-02-01", asked: "1" })).text();
    expect(html).toContain("Nobody of the last 30 days is affected now.");
  });

  it("lists the people that it would let in, as the policy would judge them", async () => {
    await decided("asked@outlook.com", "block");
    await decided("elsewhere@other.example", "block");
    const html = await (await add({ entry: "outlook.com" })).text();
    // The form may still stop them.
    expect(html).toContain("Depends on what they type: <b>1 person</b>");
    expect(html).toContain("asked<wbr/>@outlook.com");
    expect(html).not.toContain("elsewhere");
  });

  it.each([
    { who: "nobody has tried", people: [], says: "Nobody of the last 30 days is affected now." },
    { who: "one is refused already", people: ["block"], says: "Still not let in: 1 person" },
  ] as const)("says that nobody's answer changes if $who", async ({ people, says }) => {
    const domain = `same${people.length}.example`;
    const policy = anyPolicy([accessList({ otherwise: "continue" })]);
    const spy = vi.spyOn(pages.world, "policiesAt").mockReturnValue([policy]);
    for (const [index, verdict] of people.entries()) await decided(`p${index}@${domain}`, verdict);
    await pages.put({ entry: domain, issuer: "google.com", effect: "deny" });
    const html = await (
      await pages.post("/access-list/add", "Administrator", {
        ...empty,
        entry: domain,
        effect: "deny",
        asked: "1",
        version: await versionOn(domain),
      })
    ).text();
    spy.mockRestore();
    expect(html).toContain(says);
  });

  it("reports that only the newest decisions were read if there are older ones", async () => {
    const nobody = { count: 0, waiting: 0, named: [] };
    const unchanged = { count: 0, refused: 0, denied: 0 };
    const flips = {
      refused: nobody,
      admitted: nobody,
      goesOn: nobody,
      unclear: { ...nobody, kinds: [], opened: 0 },
      unchanged,
      read: 5_000,
      cut: true,
    };
    const spy = vi.spyOn(pages.world, "flipsOfEdit").mockResolvedValue(flips);
    const html = await (await add({ entry: "unseen.example", asked: "1" })).text();
    Object.assign(pages.world, { secondPerson: true });
    const four = await (await add({ entry: "unseen.example", asked: "1" })).text();
    Object.assign(pages.world, { secondPerson: false });
    spy.mockRestore();
    expect(html).toContain("Only the newest 5,000 decisions");
    expect(html).not.toContain("0 people");
    // The effect on those whom the older decisions are about is unknown.
    expect([html, four].map((each) => each.includes("needs a second administrator"))).toEqual([false, true]);
  });

  it("counts separately the people whom it lets in and those who still depend on an approver", async () => {
    policies = vi.spyOn(pages.world, "policiesAt").mockReturnValue([approval]);
    const trace = [
      { rule: "format", said: "continue" },
      { rule: "access-list", said: "continue", findings: { listed: "unlisted" } },
    ] as const;
    const keep = async (letter: string, email: string, verdict: "block" | "continue", more = {}) => {
      const { rule, ...whole } = record({ reference: `K7QD-AA2${letter}`, email, verdict, issuers: ["google.com"], reasons: [], trace });
      const reasons = (more as { reasons?: readonly string[] }).reasons ?? ["approval.requested"];
      const decided = { rule: "request-approval", said: verdict, ...(verdict === "block" && { reasons }) };
      await pages.world.decisions.keep(
        {
          ...whole,
          trace: [...trace, decided],
          ...(verdict === "block" && { rule: decided.rule, reasons: ["approval.requested"] }),
          ...more,
        },
        30,
      );
    };
    await keep("A", "google@icloud.com", "block");
    await keep("B", "entra@icloud.com", "block", { issuers: ["entra"] });
    await keep("P", "made@icloud.com", "block", { reasons: ["approval.provisioned"] });
    const made = { ...requestAt.provisioned, email: "made@icloud.com", changedAt: new Date().toISOString() };
    await pages.world.approvals.change(made.id, () => ({ ok: true, request: made, condition: "absent" }));
    const html = await (await add({ entry: "icloud.com" })).text();
    expect(html).toContain("Let in on their next try: <b>1 person</b>");
    expect(html).toContain("google<wbr/>@icloud.com");
    expect(html).toContain("Depends on an approver: <b>1 person</b>");
    expect(html).toMatch(/now → after the edit.* → <[^>]*>Depends on an approver<.*made<wbr\/>@icloud\.com/s);
    expect(html).toMatch(/1 of all these asked for approval\. .*href="\/approvals\?domain=icloud\.com"/s);
    // A deny refuses those who wait: that is another outcome. Who has an account is refused already.
    const denied = await (await add({ entry: "icloud.com", effect: "deny", asked: "1" })).text();
    expect(denied).toContain("Refused on their next try: <b>2 people</b>");
    expect(denied).toMatch(/2 of all these asked for approval\./);
    expect(denied).not.toContain("made<wbr/>@icloud.com");
    await pages.put({ entry: "guests.example", effect: "allow" });
    for (const letter of "CDEFGHJKMN") await keep(letter, `${letter}@guests.example`, "continue");
    const key = { entry: "guests.example", version: await versionOn("guests.example") };
    const removed = await pages.post("/access-list/remove", "Administrator", key);
    expect(await removed.clone().text()).toContain("Depends on an approver: <b>10 people</b>");
    expect((await answered(removed, "/access-list/remove")).status).toBe(303);
  });

  it("counts people as let in by a new allow, and as dependent on an approver if that allow is removed", async () => {
    policies = vi.spyOn(pages.world, "policiesAt").mockReturnValue([approval]);
    await decided("old@earlier.example", "block");
    const html = await (await add({ entry: "earlier.example", asked: "1" })).text();
    expect(html).toContain("Let in on their next try: <b>1 person</b>");
    expect(html).toMatch(/Depends on an approver → <[^>]*>Let in<.*?old<wbr\/>@earlier\.example/s);
    await pages.put({ entry: "earlier.example", effect: "allow" });
    const key = { entry: "earlier.example", version: await versionOn("earlier.example") };
    const removed = await (await pages.post("/access-list/remove", "Administrator", key)).text();
    expect(removed).toContain("Depends on an approver: <b>1 person</b>");
    expect(removed).not.toContain("No change");
    // Nobody vouches for an address that this provider shows: the entry leaves its person to the approver.
    await decided("unproven@earlier.example", "block", { issuers: ["facebook.com"] });
    const again = await (await pages.post("/access-list/remove", "Administrator", key)).text();
    expect(again).toContain("Depends on an approver: <b>1 person</b>");
    expect(again).toContain("No change: 1 person");
  });

  it("asks to type the entry if many people might get in, even if a rule without a replay or an approver follows", async () => {
    const optional = permittedValue("extension_PartnerNumber", { optional: true });
    const blind = beforeCreateUser([accessList({ otherwise: "continue" }), optional, requestApproval({ unless: "allowed" })], {
      trust: "any",
    });
    policies = vi.spyOn(pages.world, "policiesAt").mockReturnValue([blind]);
    await pages.put({ entry: "opened.example", effect: "deny" });
    const evidence = { entry: "opened.example", level: "domain" };
    const trace = [{ rule: "access-list", said: "block", reasons: ["access-list.denied"], evidence }] as const;
    for (let index = 0; index < 12; index++) {
      const { rule: _, ...whole } = record({ email: `p${index}@opened.example`, verdict: "block", issuers: ["google.com"] });
      const id = `opened-${index}`;
      await pages.world.decisions.keep({ ...whole, id, rule: "access-list", reasons: ["access-list.denied"], trace }, 30);
    }
    const version = await versionOn("opened.example");
    const saved = await pages.post("/access-list/save", "Administrator", { ...empty, entry: "opened.example", version });
    expect(await saved.text()).toContain("Type opened.example to confirm");
    policies.mockReturnValue([approval]);
    const removed = await pages.post("/access-list/remove", "Administrator", { entry: "opened.example", version });
    expect(await removed.text()).toContain("Type opened.example to confirm");
    expect(await rowOf("opened.example")).toEqual({ entry: "opened.example", effect: "deny" });
  });

  it("counts waiting people as let in if their last try passed the rule whose data is not recorded", async () => {
    const needs = permittedValue("extension_PartnerNumber", { optional: true });
    const rules = [needs, accessList({ otherwise: "continue" }), requestApproval({ unless: "allowed" })];
    policies = vi.spyOn(pages.world, "policiesAt").mockReturnValue([beforeCreateUser(rules, { trust: "any" })]);
    const wait = async (email: string, passed: readonly string[]) => {
      const trace = [...passed.map((rule) => ({ rule, said: "continue" }) as const), { rule: "request-approval", said: "block" } as const];
      const waiting = { verdict: "block", rule: "request-approval", reasons: ["approval.requested"], trace } as const;
      await pages.world.decisions.keep(record({ reference: "K7QD-9MXD", id: email, email, ...waiting }), 30);
    };
    await wait("passed@needs.example", ["permitted-value", "access-list"]);
    // The policy has had that rule only since: it may stop them.
    await wait("before@needs.example", ["access-list"]);
    const html = await (await add({ entry: "needs.example", asked: "1" })).text();
    expect(html).toContain("Let in on their next try: <b>1 person</b>");
    expect(html).toContain("Depends on what they type: <b>1 person</b>");
  });

  it("reports how many people stay denied by their own entries if their domain is allowed", async () => {
    for (const name of ["one", "two"]) {
      await decided(`${name}@own.example`, "continue");
      await pages.put({ entry: `${name}@own.example`, effect: "deny" });
    }
    await decided("three@own.example", "block");
    await pages.put({ entry: "own.example", effect: "deny" });
    const more = { asked: "1", version: await versionOn("own.example") };
    const html = await (await add({ entry: "own.example", ...more })).text();
    expect(html).toContain("Depends on what they type: <b>1 person</b>");
    expect(html).toMatch(/Still denied by their own entries: 2 people, such as <a [^>]*open=\w+%40own\.example/);
    await pages.put({ entry: "three@own.example", effect: "deny" });
    const none = await (await add({ entry: "own.example", ...more })).text();
    expect(none).toMatch(/Still not let in: 3 people.*Still denied by their own entries: 3 people/s);
  });

  it("includes the removal of an allow by which many people were let in", async () => {
    await pages.put({ entry: "partner.example", effect: "allow" });
    for (let count = 0; count < 10; count++) await decided(`p${count}@partner.example`, "continue");
    const removed = await pages.post("/access-list/remove", "Administrator", {
      entry: "partner.example",
      version: await versionOn("partner.example"),
    });
    const html = await removed.clone().text();
    expect(html).toContain("Refused on their next try: <b>10 people</b>");
    expect(html).toMatch(/data-question="" aria-label="Remove partner\.example"/);
    expect(html).toContain("p3<wbr/>@partner.example");
    expect(await rowOf("partner.example")).toBeDefined();
    expect((await answered(removed, "/access-list/remove", { confirm: "partner.example" })).status).toBe(303);
    expect(await rowOf("partner.example")).toBeUndefined();
  });

  it.each([
    { entry: "*", was: "block", says: "The deny of * no longer refuses people" },
    { entry: "shut.example", was: "block", says: "Let in on their next try: <b>10 people</b>" },
    { entry: "before.example", was: "continue", says: "Let in on their next try: <b>10 people</b>" },
  ] as const)(
    "asks the administrator to type the entry if a deny of many people ends or is removed: $entry",
    async ({ entry, was, says }) => {
      const policy = anyPolicy([accessList({ otherwise: "continue" })]);
      const spy = vi.spyOn(pages.world, "policiesAt").mockReturnValue([policy]);
      await pages.put({ entry, effect: "deny" });
      for (let count = 0; count < 10; count++) await decided(`p${count}@${entry === "*" ? "shut.example" : entry}`, was);
      const key = { entry, version: await versionOn(entry) };
      const ended = await pages.post("/access-list/save", "Administrator", { ...empty, ...key, effect: "deny", expiresAt: "2020-01-01" });
      expect(await ended.text()).toContain(`Type ${entry} to confirm`);
      const removed = await pages.post("/access-list/remove", "Administrator", key);
      spy.mockRestore();
      const html = await removed.clone().text();
      expect(html).toContain(says);
      if (entry !== "*") expect(html).toMatch(/now → after the edit.*Refused → <[^>]*>Let in<.*?p3<wbr\/>@/s);
      expect(await rowOf(entry)).toEqual({ entry, effect: "deny" });
      expect((await answered(removed, "/access-list/remove", { confirm: entry })).status).toBe(303);
      expect(await rowOf(entry)).toBeUndefined();
    },
  );

  it("includes the end of an allow of many people who were refused before it", async () => {
    const spy = vi.spyOn(pages.world, "policiesAt").mockReturnValue([anyPolicy([accessList()])]);
    await pages.put({ entry: "since.example", effect: "allow" });
    for (let count = 0; count < 10; count++) await decided(`p${count}@since.example`, "block");
    const key = { entry: "since.example", version: await versionOn("since.example") };
    const removed = await pages.post("/access-list/remove", "Administrator", key);
    spy.mockRestore();
    const html = await removed.text();
    expect(html).toContain("Refused on their next try: <b>10 people</b>");
    expect(html).toMatch(/>\s*Let in → <[^>]*>Refused</);
  });

  it("does not count people who are refused now and stay refused", async () => {
    await decided("in@refused.example", "continue");
    await pages.put({ entry: "refused.example", effect: "deny" });
    const html = await (await add({ entry: "in@refused.example", effect: "deny", asked: "1" })).text();
    expect(html).toContain("Still not let in: 1 person");
  });

  it("counts people as refused before the edit if the list refuses them now, whatever their last answer was", async () => {
    policies = vi.spyOn(pages.world, "policiesAt").mockReturnValue([approval]);
    const trace = ["access-list", "request-approval"].map((rule) => ({ rule, said: "continue" }) as const);
    const { rule: _, ...passed } = record({
      reference: "K7QD-9MXR",
      email: "since@denied.example",
      issuers: ["entra"],
      reasons: [],
      trace,
    });
    await pages.world.decisions.keep({ ...passed, verdict: "continue" }, 30);
    await pages.put({ entry: "denied.example", effect: "deny" });
    const html = await (await add({ entry: "denied.example", asked: "1", version: await versionOn("denied.example") })).text();
    expect(html).toMatch(/Refused → <[^>]*>Depends on an approver<.*?since<wbr\/>@denied\.example/s);
  });

  it.each([
    {
      which: "the entry that decides for the people, not another of the same edit",
      rows: ["first.example,allow", "second.example,allow", "shutout.example,deny"],
      people: { "shutout.example": 10 },
      verdict: "block",
      says: /shutout\.example<\/bdi>: 10 people of the last 30 days would now be let in/,
      word: "3",
    },
    {
      which: "no entry where several decide",
      rows: ["third.example,allow", "fourth.example,allow"],
      people: { "third.example": 5, "fourth.example": 5 },
      verdict: "continue",
      says: /Refused on their next try: <b>10 people<\/b>/,
      word: "2",
    },
  ] as const)("names $which", async ({ rows, people, verdict, says, word }) => {
    const policy = anyPolicy([accessList({ otherwise: verdict === "block" ? "continue" : "block" })]);
    const spy = vi.spyOn(pages.world, "policiesAt").mockReturnValue([policy]);
    const file = new File([["entry,effect", ...rows].join("\n")], "list.csv", { type: "text/csv" });
    await answered(await pages.post("/access-list/import", "Administrator", { file }), "/access-list/import");
    for (const [domain, count] of Object.entries(people))
      for (let index = 0; index < count; index++) await decided(`p${index}@${domain}`, verdict);
    const [set] = (await pages.world.changes.page()).sets;
    const asked = await pages.post("/audit/sets/revert", "Administrator", { id: set?.id ?? "" });
    const html = await asked.clone().text();
    expect(html).toMatch(says);
    expect(html).toContain(`Type ${word}, the number of entries, to confirm`);
    const mistyped = await answered(asked, "/audit/sets/revert", { confirm: "1" });
    expect(await mistyped.clone().text()).toContain(`That does not match ${word}, the number of entries. Nothing was written.`);
    spy.mockRestore();
    expect((await answered(mistyped, "/audit/sets/revert", { confirm: word })).status).toBe(303);
    expect(await rowOf(rows[0].split(",")[0] ?? "")).toBeUndefined();
  });

  it("can be made even if its effect cannot be judged", async () => {
    const spy = vi.spyOn(pages.world.decisions, "page").mockRejectedValue(new Error("down"));
    const asked = await add({ entry: "attack.example", effect: "deny" });
    spy.mockRestore();
    expect(await asked.clone().text()).toContain("could not be judged again");
    expect((await answered(asked, "/access-list/add")).status).toBe(303);
  });

  it("asks to type the number of entries before it is written if it comes in a file", async () => {
    const text = "entry,effect\nfine.example,allow\nhotmail.com,allow\n";
    const file = new File([text], "list.csv", { type: "text/csv" });
    const shown = await pages.post("/access-list/import", "Administrator", { file });
    expect(await shown.clone().text()).toContain("Anyone can get an address at hotmail.com");
    const refused = await answered(shown, "/access-list/import");
    expect(await rowOf("fine.example")).toBeUndefined();
    const written = await answered(refused, "/access-list/import", { confirm: "2" });
    expect(written.headers.get("location")).toMatch(/done=imported$/);
    expect(await rowOf("fine.example")).toMatchObject({ effect: "allow" });
  });
});

describe("an edit with a small effect", () => {
  it.each([
    { given: { entry: "late.example", expiresAt: "2020-01-01" }, says: "its time is over already" },
    { given: { entry: "kim@wide.example" }, says: "wide.example says the same" },
    { given: { entry: "relay", effect: "deny" }, says: "The row counts only if the policy asks for the class, and this one does not" },
  ])("is described, and written at a click: $given", async ({ given, says }) => {
    await pages.put({ entry: "wide.example", effect: "allow" });
    const asked = await add(given);
    expect(await asked.clone().text()).toContain(says);
    expect(await rowOf(given.entry)).toBeUndefined();
    expect((await answered(asked, "/access-list/add")).headers.get("location")).toContain("done=added");
  });
});

describe("undo", () => {
  const undone = async (location: string | null) => {
    const html = await (await pages.get(String(location), "Administrator")).text();
    expect(html).toContain('action="/audit/sets/undo"');
    const id = new URLSearchParams(String(location).split("?")[1]).get("set") ?? "";
    return await pages.post("/audit/sets/undo", "Administrator", { id });
  };

  it("takes back the last addition, change or removal of an entry", async () => {
    const added = await add({ entry: "undo.example" });
    const back = (await undone(added.headers.get("location"))).headers.get("location") ?? "";
    expect(back).toContain("done=reverted");
    expect(await (await pages.get(back, "Administrator")).text()).toContain("Undid the change of undo.example");
    const set = new URLSearchParams(back.split("?")[1]).get("id");
    expect(await (await pages.get(`/access-list?set=${set}`, "Administrator")).text()).toContain("You undid the change of undo.example");
    expect(await rowOf("undo.example")).toBeUndefined();
    await pages.put({ entry: "undo.example", effect: "allow", note: "first" });
    const key = { entry: "undo.example", version: await versionOn("undo.example") };
    const saved = await pages.post("/access-list/save", "Administrator", { ...empty, ...key, note: "second" });
    await undone(saved.headers.get("location"));
    expect(await rowOf("undo.example")).toMatchObject({ note: "first" });
    const removed = await pages.post("/access-list/remove", "Administrator", {
      entry: "undo.example",
      version: await versionOn("undo.example"),
    });
    await undone(removed.headers.get("location"));
    expect(await rowOf("undo.example")).toMatchObject({ note: "first" });
  });

  it("keeps a row that was edited since, and says so", async () => {
    const added = await add({ entry: "edited.example" });
    await pages.put({ entry: "edited.example", effect: "deny", note: "theirs" });
    const html = await (await undone(added.headers.get("location"))).text();
    expect(html).toContain("Edited since, and left as they are");
    expect(await rowOf("edited.example")).toMatchObject({ note: "theirs" });
  });

  it("asks a question if undoing opens the gate", async () => {
    await pages.put({ entry: "*.de", effect: "allow" });
    const removed = await pages.post("/access-list/remove", "Administrator", {
      ...{ entry: "*.de", version: await versionOn("*.de"), sure: "yes" },
    });
    const asked = await undone(removed.headers.get("location"));
    expect(await asked.clone().text()).toContain("Type *.de to confirm");
    expect(await rowOf("*.de")).toBeUndefined();
    await answered(asked, "/audit/sets/revert", { confirm: "*.de" });
    expect(await rowOf("*.de")).toMatchObject({ effect: "allow" });
  });
});

it("an entry's page names its imports, and undoes a single change after a question if that opens the gate", async () => {
  await add({ entry: "past.example" });
  const file = new File(["entry,effect,note\npast.example,deny,imported\nother.example,deny,\n"], "list.csv", { type: "text/csv" });
  await answered(await pages.post("/access-list/import", "Administrator", { file }), "/access-list/import");
  const [set] = (await pages.world.changes.page()).sets;
  const changes = async (entry: string) => await (await pages.get(`/audit?entry=${entry}`, "Administrator")).text();
  expect(await changes("past.example")).toMatch(new RegExp(`Imports and bulk edits[\\s\\S]*${set?.id}`));
  expect(await changes("never.example")).not.toContain("Imports and bulk edits");
  expect(await changes("never.example")).toContain("Nothing is on record");
  expect(await changes("other.example")).not.toContain("Nothing is on record");
  await pages.put({ entry: "live.com", effect: "allow" });
  await pages.post("/access-list/remove", "Administrator", {
    ...{ entry: "live.com", version: await versionOn("live.com"), sure: "yes" },
  });
  const [, restoring = ""] = (await changes("live.com")).split('action="/access-list/entry/restore"');
  const { "form-token": _, ...form } = hidden(restoring.split("</form>")[0] ?? "");
  const asked = await pages.post("/access-list/entry/restore", "Administrator", form);
  expect(await asked.clone().text()).toContain("Anyone can get an address at live.com");
  expect(await rowOf("live.com")).toBeUndefined();
  expect((await answered(asked, "/access-list/entry/restore", { confirm: "live.com" })).headers.get("location")).toContain("done=restored");
  expect(await rowOf("live.com")).toMatchObject({ effect: "allow" });
  expect((await pages.post("/access-list/entry/restore", "Administrator", form)).status).toBe(409);
});

describe("an import of more domains than are compared at once", () => {
  const domains = Array.from({ length: 100 }, (_, index) => `partner-${String.fromCharCode(97 + (index % 26))}${index}.example`);
  const importRows = (entries: readonly string[]) =>
    pages.post("/access-list/import", "Administrator", {
      file: new File([["entry,effect", ...entries.map((entry) => `${entry},allow`)].join("\n")], "partners.csv", { type: "text/csv" }),
    });
  beforeAll(async () => {
    Object.assign(pages.world, { secondPerson: true });
    await pages.put({ entry: "zebraharbour.example", effect: "allow" });
    await knownDomains(pages.database.client, "ledger-test").allowed(["zebraharbour.example"]);
  });
  afterAll(() => Object.assign(pages.world, { secondPerson: false }));
  afterEach(() => vi.restoreAllMocks());

  it("compares the last one too", async () => {
    const html = await (await importRows([...domains, "zebraharbor.example"])).text();
    expect(html).toContain("It looks like zebraharbour.example, which is let in");
    expect(html).toContain("Type 101, the number of entries, to confirm");
    expect(html).toContain("needs a second administrator");
    expect(html).toContain("More than 20 entries are not compared with the entries around them");
  });

  it("says what it had no time to compare, and counts it as an unknown effect", async () => {
    pages.database.before("BatchGetItem", async () => void vi.spyOn(Date, "now").mockReturnValue(Date.now() + 5_000));
    const asked = await importRows([...domains, "zebraharbor.example"]);
    const html = await asked.clone().text();
    expect(html).toContain("Time ran out before 1 of the domains could be compared");
    expect(html).toContain("needs a second administrator");
    vi.restoreAllMocks();
    pages.database.before("BatchGetItem", async () => undefined);
  });
});

describe("an edit that needs a second person", () => {
  beforeAll(() => Object.assign(pages.world, { secondPerson: true }));
  afterAll(() => Object.assign(pages.world, { secondPerson: false }));
  afterEach(() => pages.setTime(new Date()));

  /** The proposal that an administrator leaves. */
  const proposed = async (entry: string) => {
    const asked = await add({ entry });
    expect(await asked.clone().text()).toContain("needs a second administrator");
    const kept = await answered(asked, "/access-list/add", { confirm: entry });
    expect(kept.headers.get("location")).toMatch(/^\/access-list\/proposals\?id=.*&done=proposed$/);
    expect(await rowOf(entry)).toBeUndefined();
    return new URLSearchParams(String(kept.headers.get("location")).split("?")[1]).get("id") ?? "";
  };
  const other = async () => ({ Cookie: await pages.cookie("Administrator", { subject: "oid-other", name: "Other" }) });
  const confirm = async (id: string, typed: string) =>
    await pages.post("/access-list/proposals/confirm", "Administrator", { id, confirm: typed }, await other());

  const stateInList = async (id: string) =>
    (await (await pages.get("/access-list/proposals", "Reader")).text()).split(`?id=${id}"`)[1]?.split("</tr>")[0];

  it("is listed even if another proposal's row is unreadable, and the page names that row", async () => {
    const id = await proposed("gmx.net");
    await pages.put({ set: "proposals", part: "99999999-odd", state: "open", by: 7 }, "listChanges");
    const list = await pages.get("/access-list/proposals", "Reader");
    const html = await list.text();
    expect([list.status, html.includes(`?id=${id}"`)]).toEqual([200, true]);
    expect(html).toMatch(/1 row cannot be read and is not shown[^<]*<code>99999999-odd<\/code>/);
    expect((await confirm("99999999-odd", "x")).status).toBeLessThan(500);
    for (const each of ["99999999-odd", id]) await pages.world.proposals.remove(each);
  });

  it("can be rejected but not confirmed if its entries are unreadable, as its page explains", async () => {
    const id = await proposed("aol.com");
    const item = { set: { S: "proposals" }, part: { S: id } };
    const { client } = pages.database;
    const where = { TableName: "list-changes-test", Key: item };
    const set = {
      UpdateExpression: "SET #r = :r",
      ExpressionAttributeNames: { "#r": "rows" },
      ExpressionAttributeValues: { ":r": { B: "eA==" } },
    };
    await client.call("UpdateItem", { ...where, ...set });
    const page = await pages.get(`/access-list/proposals?id=${id}`, "Administrator", await other());
    const html = await page.text();
    expect([page.status, html.includes("Unreadable, so nobody can confirm it"), html.includes('name="confirm"')]).toEqual([
      200,
      true,
      false,
    ]);
    expect((await confirm(id, "aol.com")).status).toBe(409);
    expect((await pages.post("/access-list/proposals/reject", "Administrator", { id }, await other())).status).toBe(303);
  });

  it("is reported as confirmed but not written if somebody else changes the entry during the confirmation", async () => {
    const id = await proposed("yandex.com");
    const { buildSettlement } = pages.world.proposals;
    vi.spyOn(pages.world.proposals, "buildSettlement").mockImplementationOnce(async (...args) => {
      await pages.put({ entry: "yandex.com", effect: "deny" });
      return await buildSettlement(...args);
    });
    const page = await confirm(id, "yandex.com");
    expect(page.status).toBe(409);
    expect(await page.text()).toContain("It was confirmed, but nothing of it was written");
    expect(await rowOf("yandex.com")).toMatchObject({ effect: "deny" });
  });

  it("is written once another administrator has confirmed it, and both are informed", async () => {
    const id = await proposed("zoho.com");
    const own = await pages.post("/access-list/proposals/confirm", "Administrator", { id, confirm: "zoho.com" });
    expect(own.status).toBe(409);
    expect(await own.text()).toContain("another administrator has to confirm it");
    expect((await confirm(id, "something else")).status).toBe(400);
    expect(await rowOf("zoho.com")).toBeUndefined();
    expect(await stateInList(id)).toMatch(/waits for a second administrator until \d/);
    const answers = await Promise.all([confirm(id, "zoho.com"), confirm(id, "zoho.com")]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409]);
    const confirmed = answers.find(({ status }) => status === 303)?.headers.get("location") ?? "";
    const change = await (await pages.get(confirmed, "Administrator", await other())).text();
    expect(change).toMatch(/action="\/audit\/sets\/undo"[\s\S]*The edit was confirmed and written\.[\s\S]*>zoho\.com</);
    expect(await rowOf("zoho.com")).toEqual({ entry: "zoho.com", effect: "allow" });
    const { sets } = await pages.world.changes.page();
    expect(sets[0]).toMatchObject({ by: "oid-other", proposedBy: "Test Administrator", entry: "zoho.com" });
    expect(await stateInList(id)).toContain("confirmed");
  });

  it("is named after the edited entry, before and after it is confirmed, if it has two rows", async () => {
    const rows = [
      { entry: "two@gmail.com", phase: "denies in", after: toItem({ entry: "two@gmail.com", effect: "deny" }) },
      { entry: "t.wo@gmail.com", phase: "allows out", before: toItem({ entry: "t.wo@gmail.com", effect: "allow" }) },
    ] as const;
    await pages.put({ entry: "t.wo@gmail.com", effect: "allow" });
    const { draft } = listEdit(rows, "console", "two@gmail.com");
    const kept = await pages.world.proposals.buildProposal({ by: "oid-jae", name: "Jae Park", ...draft }, rows, new Date());
    if (kept !== undefined) await writeAlone(kept.write.write);
    expect((await confirm(kept?.id ?? "", "two@gmail.com")).status).toBe(303);
    const { sets } = await pages.world.changes.page();
    expect(sets[0]).toMatchObject({ by: "oid-other", proposedBy: "Jae Park", entry: "two@gmail.com", added: 1, removed: 1 });
  });

  it("may be an edit whose effect cannot be judged, and the second person can confirm it", async () => {
    await pages.put({ entry: "unjudged.example", effect: "deny" });
    const spy = vi.spyOn(pages.world.decisions, "page").mockRejectedValue(new Error("down"));
    const key = { entry: "unjudged.example", version: await versionOn("unjudged.example") };
    const asked = await pages.post("/access-list/remove", "Administrator", key);
    expect(await asked.clone().text()).toContain("could not be judged again");
    const location = String((await answered(asked, "/access-list/remove")).headers.get("location"));
    expect(location).toMatch(/done=proposed$/);
    expect(await rowOf("unjudged.example")).toBeDefined();
    const id = new URLSearchParams(location.split("?")[1]).get("id") ?? "";
    const page = await pages.get(`/access-list/proposals?id=${id}`, "Administrator", await other());
    const { "form-token": _, ...fields } = hidden((await page.text()).split("</header>")[1] ?? "");
    const confirmed = await pages.post("/access-list/proposals/confirm", "Administrator", { ...fields, id }, await other());
    spy.mockRestore();
    expect(confirmed.status).toBe(303);
    expect(await rowOf("unjudged.example")).toBeUndefined();
  });

  it.each([
    {
      given: "one that was rejected",
      entry: "mail.com",
      first: async (id: string) => void (await pages.post("/access-list/proposals/reject", "Administrator", { id })),
    },
    {
      given: "one that is older than seven days",
      entry: "gmx.de",
      first: async () => pages.setTime(new Date(Date.now() + 7 * 86_400_000)),
    },
    { given: "one whose entry was edited since", entry: "web.de", first: async () => pages.put({ entry: "web.de", effect: "deny" }) },
  ])("is not written if it is $given", async ({ entry, first }) => {
    const id = await proposed(entry);
    await first(id);
    expect((await confirm(id, entry)).status).toBe(409);
    expect((await rowOf(entry))?.effect).not.toBe("allow");
  });

  it("is reported as not written if its write failed", async () => {
    const id = await proposed("mail.ru");
    const spy = vi.spyOn(pages.world.changes, "buildSetWrites").mockRejectedValueOnce(new Error("down"));
    expect((await confirm(id, "mail.ru")).status).toBe(503);
    spy.mockRestore();
    const html = await (await pages.get(`/access-list/proposals?id=${id}`, "Administrator", await other())).text();
    expect(html).toContain("nothing of it was written");
    expect(html).toMatch(/<h1[^>]*>Proposal: allow mail\.ru</);
    expect(html).not.toContain('name="confirm"');
    expect((await confirm(id, "mail.ru")).status).toBe(409);
    expect(await rowOf("mail.ru")).toBeUndefined();
  });

  it("is never an edit that only takes access away: its author alone can write and undo that edit", async () => {
    const asked = await add({ entry: "*.co.uk", effect: "deny" });
    expect(await asked.clone().text()).not.toContain("needs a second administrator");
    const written = await answered(asked, "/access-list/add", { confirm: "*.co.uk" });
    const set = new URLSearchParams(String(written.headers.get("location")).split("?")[1]).get("set") ?? "";
    expect(await rowOf("*.co.uk")).toMatchObject({ effect: "deny" });
    const undo = async (headers = {}) => await pages.post("/audit/sets/undo", "Administrator", { id: set, confirm: "*.co.uk" }, headers);
    const shown = await undo(await other());
    expect(await shown.clone().text()).toContain("needs a second administrator");
    const proposed = await answered(shown, "/audit/sets/revert", { confirm: "*.co.uk" }, await other());
    expect(proposed.headers.get("location")).toContain("&done=proposed");
    expect(await rowOf("*.co.uk")).toMatchObject({ effect: "deny" });
    expect((await undo()).headers.get("location")).toContain("done=reverted");
    expect(await rowOf("*.co.uk")).toBeUndefined();
  });

  it.each([
    { entry: "*.com", button: "Propose it to a second administrator", says: true },
    { entry: "plain.example", button: "Allow plain.example", says: false },
  ])("is recognisable when $entry is checked, by a notice and by the button $button", async ({ entry, button, says }) => {
    const checked = await pages.post("/access-list/add", "Administrator", { ...empty, entry, asked: "1" });
    const [, question = ""] = (await checked.text()).split("data-question");
    expect(question).toContain(`>${button}</button>`);
    expect(question.includes("This needs a second administrator")).toBe(says);
  });

  it("is one that replaces a deny by an allow", async () => {
    await pages.put({ entry: "yandex.com", effect: "deny" });
    const asked = await pages.post("/access-list/add", "Administrator", {
      ...empty,
      entry: "yandex.com",
      version: await versionOn("yandex.com"),
    });
    expect(await asked.text()).toContain("needs a second administrator");
  });

  it("does not include the allow of an ordinary domain, which is written at once", async () => {
    expect((await add({ entry: "plain.example" })).headers.get("location")).toContain("done=added");
  });

  it("answers 404 for an unknown proposal", async () => {
    for (const id of ["none", "x".repeat(2_000)]) {
      expect((await pages.get(`/access-list/proposals?id=${id}`, "Reader")).status).toBe(404);
      expect((await confirm(id, "*")).status).toBe(404);
    }
  });
});
