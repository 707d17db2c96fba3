import type { Log } from "../../../../adapters/log";
import { mailClaims } from "../../../../adapters/mail/mail-sending";
import { toItem } from "../../../../adapters/tables/item";
import { writeAlone } from "../../../../adapters/tables/table";
import { workNotes } from "../../../../adapters/tables/work-notes";
import { referenceFor } from "../../../../engine/sign-up/call";
import type { DecisionRecord } from "../../../../engine/sign-up/record";
import type { Clock } from "../../../../engine/sign-up/time";
import { changedTask, freshTask, withNote } from "../../../../engine/tasks/task";
import type { Work } from "../../../../engine/work";
import { invitationId, invitePerson } from "../../../../features/approvals/invite-person";
import { requestApproval } from "../../../../features/approvals/request-approval";
import { approve, claim, deny, release } from "../../../../features/approvals/transitions";
import { countStore } from "../../../../features/counts/store/counts";
import { domainCountStore } from "../../../../features/counts/store/domain-counts";
import { isWorthAMail, type TurnedAway } from "../../../../features/inbox/pages/turned-away";
import beforeCreateUser from "../../../../policy/before-create-user";
import { asked, record, startConsole, type TestConsole } from "../../../console/support";
import { hashOf } from "../../../engine/sign-up/people";
import { startClock } from "../../../support/fake-timers";
import { rowOf } from "../../approvals/requests";

let pages: TestConsole;
beforeAll(async () => {
  // Before all counts below: pages keep what they read of an hour that is over.
  startClock("2026-09-15T10:30:00.000Z");
  pages = await startConsole();
});
afterAll(() => pages.close());

const shown = async (path = "/", role: "Reader" | "Approver" | "Administrator" = "Reader", language = "en") =>
  await (await pages.get(path, role, { "Accept-Language": language })).text();
const textIn = (html: string) =>
  html
    .replace(/<title>[^<]*<\/title>/g, " ")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");
const text = async (...asked: Parameters<typeof shown>) => textIn(await shown(...asked));

it("the inbox reports that nothing needs attention, and lists the kinds of things that would", async () => {
  expect(await text()).toMatch(/Nothing needs you\. Items that need somebody/);
  expect(await text("/", "Reader", "ko")).toMatch(/확인할 항목이 없습니다/);
});

const NOW = new Date("2026-11-20T10:12:00.000Z");
let made = 0;
const count = async (hour: string, records: readonly Partial<DecisionRecord>[], gate = "default") =>
  await countStore(pages.database.client, "ledger-test").add(
    { hour, gate },
    records.map((each) => ({ sequenceNumber: String(made++), record: record({ at: `${hour}:05:00.000Z`, ...each }) })),
    4_102_444_800,
  );
const letIn: Partial<DecisionRecord> = { verdict: "continue", reasons: [], trace: [] };
const failing = (at: string, kind = "unauthorised"): Partial<DecisionRecord> => ({
  at: `2026-11-20T${at}.000Z`,
  rule: "verify-identity",
  reasons: ["identity.unavailable"],
  calls: [{ service: "idology", ms: 90 }],
  trace: [{ rule: "verify-identity", said: "block", upstreamFailure: { service: "idology", kind } as never }],
});
const answering = (at: string): Partial<DecisionRecord> => ({
  ...letIn,
  at: `2026-11-20T${at}.000Z`,
  calls: [{ service: "idology", ms: 180 }],
});

describe("the inbox with counted sign-ups", () => {
  beforeAll(async () => {
    pages.setTime(NOW);
    await countStore(pages.database.client, "ledger-test").begin(new Date("2026-10-01T00:00:00.000Z"));
    await count("2026-11-20T08", [answering("08:01:00"), answering("08:59:00"), ...Array<Partial<DecisionRecord>>(1_200).fill(letIn)]);
    for (const week of ["2026-11-13", "2026-11-06", "2026-10-30", "2026-10-23"])
      await count(`${week}T08`, [...Array<Partial<DecisionRecord>>(900).fill(letIn), {}, {}]);
  });

  it("reports in one line that the last hour was normal", async () => {
    pages.setTime(new Date("2026-11-20T09:00:30.000Z"));
    expect(await text()).toMatch(/Healthy: IDology answers\. No worker has noted work that it could not do\./);
    pages.setTime(NOW);
    // What nobody asked is not healthy.
    expect(await text()).not.toContain("Healthy");
    expect(await text()).toMatch(/No failure known: no sign-up has asked an outside system in the last hour\. No worker has noted/);
  });

  it("says until when it counts, and that counts are behind, and a number opens the rows that it counts", async () => {
    expect(await text()).toContain("Counted until 10:12");
    const keep = (at: string) => pages.world.decisions.keep(record({ ...letIn, id: at, reference: "BHND-0001", at }), 90);
    await keep("2026-11-20T09:30:00.000Z");
    expect(await text()).toContain("The counts are behind: sign-ups after 09:30 are missing");
    const path = /<a href="([^"]+)"><i class="continue">/.exec(await shown())?.[1]?.replaceAll("&amp;", "&") ?? "";
    expect(path).toMatch(/from=2026-11-19T11%3A00%3A00\.000Z&to=2026-11-20T09%3A29%3A59\.999Z&verdict=continue/);
    expect(await text("/decisions?last=24h")).toMatch(/1 decision The counts are behind: sign-ups after 09:30 are missing/);
    for (const kept of await pages.world.decisions.byReference("BHND-0001")) await pages.world.decisions.remove(kept);
  });

  it("draws outcomes of sign-ups by the hour beside typical ones, each hour an accessible link", async () => {
    const html = await shown();
    expect(textIn(html)).toMatch(/Let in 1,202 Asked for approval 0 Asked to correct 0 Refused 0 /);
    expect(html).toContain('href="/?from=2026-11-20T08&amp;to=2026-11-20T09"');
    expect(html).toContain('aria-label="20 Nov 08:00: Let in 1,202"');
    expect(textIn(html)).toMatch(/As a table.*20 Nov 08:00 1,202 902/);
  });

  it.each([
    // Days of the reader's clock, as in the list of decisions: four parts of each, and of today those that have begun.
    ["week", 26, "2026-11-14T00"],
    ["month", 30, "2026-10-22T00"],
  ])("shows a %s", async (range, bars, first) => {
    const html = await shown(`/?range=${range}`);
    expect(html.match(/class="hit"/g)).toHaveLength(bars);
    expect(/range=\w+&amp;from=([^&]*)/.exec(html)?.[1]).toBe(first);
  });

  it.each([
    { zone: "UTC", today: "20 Nov: Let in 1,202", from: "2026-11-20T00" },
    { zone: "Asia/Seoul", today: "20 Nov: Let in 1,202", from: "2026-11-19T15" },
    // Where midnight cuts an hour, it counts to the day before.
    { zone: "Asia/Kolkata", today: "20 Nov: Let in 1,202", from: "2026-11-19T19" },
    { zone: "Pacific/Honolulu", today: "20 Nov: none", from: "2026-11-20T10" },
  ])("draws a month as days of the reader's time zone, with today as the last: $zone", async ({ zone, today, from }) => {
    const cookie = `${await pages.cookie("Reader")}; gatehouse-zone=${zone}`;
    const html = await (await pages.get("/?range=month", "Reader", { Cookie: cookie })).text();
    const bars = [...html.matchAll(/href="\/\?range=month&amp;from=([^&]*)&amp;to=[^"]*" aria-label="([^"]*)"/g)].map(([, at, label]) => [
      at,
      label,
    ]);
    expect(bars).toHaveLength(30);
    expect(bars.at(-1)).toEqual([from, today]);
  });

  it("limits figures and list to one hour, and links to its decisions", async () => {
    const html = await shown("/?from=2026-11-20T09&to=2026-11-20T10");
    expect(textIn(html)).toMatch(
      /Let in 0 Asked for approval 0 Asked to correct 0 Refused 0 .*Showing 20 Nov 09:00 to 10:00 Clear filter 0 decisions/,
    );
    expect(html).toContain('href="/decisions?from=2026-11-20T09%3A00%3A00.000Z&amp;to=2026-11-20T09%3A59%3A59.999Z"');
  });
});

it("does not report a system as answering if its only call failed", async () => {
  const other = { service: "experian", kind: "timeout" } as never;
  await count("2026-11-20T10", [
    { ...failing("10:02:00"), calls: [{ service: "experian", ms: 90 }], trace: [{ rule: "x", said: "block", upstreamFailure: other }] },
  ]);
  expect(await text()).toMatch(/No outage: Experian answered 0 % of calls in the last hour/);
});

describe("an outage", () => {
  const keep = (id: string, each: Partial<DecisionRecord>) =>
    pages.world.decisions.keep(record({ id, reference: `K7QD-${id}`, email: `${id.slice(0, 3)}@turned.example`, ...each }), 90);

  beforeAll(async () => {
    pages.setTime(NOW);
    await count("2026-11-20T09", [answering("09:01:58"), failing("09:02:10"), ...Array.from({ length: 30 }, () => failing("09:40:00"))]);
    await count("2026-11-20T10", [failing("10:11:12"), failing("10:10:00")]);
  });

  it("is shown first, with its real start, the people affected, the remedy and the last failure", async () => {
    expect(await text()).toMatch(
      /Failing since 09:02: IDology rejects our credentials 33 sign-ups failed since then\. Last failed 20 Nov 10:11 \. Fix: ask the people who deploy Gatehouse to store its current credentials/,
    );
    expect(await text("/", "Reader", "ko")).toMatch(/09:02부터 장애: IDology에서 자격 증명을 거부합니다/);
  });

  it("adds one to the menu's count of tasks, and removes the line that nothing needs attention", async () => {
    const html = await shown("/", "Approver");
    expect(textIn(html)).toContain("Nothing else needs you.");
    expect(textIn(html)).not.toMatch(/Nothing needs you|appears here: outages/);
    const open = Number(/Open (\d+)/.exec(textIn(html))?.[1]);
    expect(await (await pages.get("/counts", "Approver")).json()).toMatchObject({ inbox: String(open) });
  });

  it("is shown once, and the page does not offer to allow people whom it turned away", async () => {
    const html = await shown("/", "Administrator");
    expect(html.match(/IDology rejects our credentials/g)).toHaveLength(1);
    expect(html).not.toMatch(/Allow (this person|until)/);
  });

  it("is checked against decisions that are not yet counted if somebody checks again", async () => {
    const check = async () => await text("/?check=idology");
    expect(await check()).toContain("No sign-up has asked it since.");
    const keep = (id: string, each: Partial<DecisionRecord>) => pages.world.decisions.keep(record({ id, ...each }), 90);
    await keep("fails", failing("10:11:30"));
    expect(await check()).toMatch(/Checked just now: it failed again at 20 Nov 10:11/);
    await keep("answers", answering("10:11:45"));
    expect(await check()).toMatch(/Checked just now: it answered at 20 Nov 10:11/);
  });

  const decisionPage = async (id: string, each: Partial<DecisionRecord>) => {
    const reference = referenceFor(id);
    await pages.world.decisions.keep(record({ id, reference, ...each }), 90);
    const page = await text(`/decisions/${reference}`);
    await pages.world.decisions.remove({ id, reference });
    return page;
  };

  it("is shown beside a decision that it caused, and beside no other", async () => {
    const failed = failing("09:40:00");
    expect(await decisionPage("part", failed)).toMatch(/Part of the outage of IDology since 20 Nov 09:02 \. Who was turned away/);
    for (const [id, each] of [
      ["before", failing("08:00:00")],
      ["let-in", answering("09:41:00")],
      ["other", { ...failed, trace: [{ rule: "access-list", said: "block" as const }] }],
    ] as const)
      expect(await decisionPage(id, each)).not.toContain("Part of the outage");
  });

  it("ends with the next answer", async () => {
    pages.setTime(new Date("2026-11-20T11:05:00.000Z"));
    await count("2026-11-20T11", [answering("11:00:10"), answering("11:01:00")]);
    // What it failed till then is over, and keeps its tint; the other has not answered yet.
    const html = await shown();
    expect(textIn(html)).toMatch(/No outage: Experian answered 0 % of calls/);
    expect(textIn(html)).not.toMatch(/IDology answered/);
    expect(html.match(/class="failing"/g)?.length).toBeGreaterThan(0);
    // The last one: moments are counted by the second.
    const past = await decisionPage("past", { ...failing("10:11:12"), at: "2026-11-20T10:11:12.345Z" });
    expect(past).toMatch(/Part of the outage of IDology since 20 Nov 09:02 \. Who was turned away/);
    expect(past).toContain("IDology works again: they can try again.");
    expect(past).not.toContain("Still refused");
  });

  it("leaves a task after its end, with the people turned away, and shows who of them came again", async () => {
    const html = await shown();
    expect(textIn(html)).toMatch(/IDology answers again: who was turned away\? 33 sign-ups failed since 20 Nov 09:02/);
    const path = /href="(\/turned-away\?[^"]*)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    for (const id of ["ann1", "bob1", "cay1"]) await keep(id, { ...failing("09:40:00"), locales: ["ko"] });
    await keep("dee1", { ...failing("09:41:00"), trace: [{ rule: "access-list", said: "block" }] });
    await keep("ann2", answering("11:02:00"));
    await pages.put({ entry: "cay@turned.example", effect: "allow" });
    const page = await shown(path);
    const policies = vi
      .spyOn(pages.world, "policiesAt")
      .mockReturnValue([{ ...beforeCreateUser, rules: [...beforeCreateUser.rules, requestApproval()] }] as never);
    expect(await text(path)).toMatch(/cay@turned\.example (?:(?!turned).)*May need approval/);
    policies.mockRestore();
    // On today's list one of them would get as far as the system that failed.
    expect(textIn(page)).toMatch(/cay@turned\.example (?:(?!turned).)*not yet Let in /);
    expect(textIn(page)).toMatch(
      /bob@turned\.example (?:(?!turned).)*not yet (?!Let in)\S.* ann@turned\.example (?:(?!turned).)*Let in 11:02:00/,
    );
    expect(textIn(page)).toMatch(
      /Turned away while IDology failed .*1 of 3 people came again\. People who .* can still be stopped by IDology or/,
    );
    expect(page).toMatch(/data-copy="[^"]*cay@turned\.example\nbob@turned\.example/);
    expect(page).not.toContain("dee@turned.example");
    for (const year of ["x", "-000001", "-271821", "+275760"]) {
      const moment = encodeURIComponent(`${year}-05-01T00:00:00Z`);
      expect(await text(`/turned-away?service=idology&from=${moment}&to=${moment}`)).toContain("does not name the time of an outage");
    }
    expect(page).not.toMatch(/name="person"|Write (off|to)/);
  });

  describe("the mail afterwards that sign-up works again", () => {
    const outage = { service: "idology", from: "2026-11-20T09:02:10.000Z", to: "2026-11-20T10:11:12.000Z" };
    const path = `/turned-away?${new URLSearchParams(outage)}`;
    const order = async (person: readonly string[], role: "Reader" | "Approver" = "Approver", more = {}) =>
      await pages.post("/turned-away/mail", role, { ...outage, person, sure: "yes", ...more });
    const undo = async (subject: string) => await pages.post("/tasks", "Approver", { subject, change: "reopen", turn: "1" });
    const at = (time: string) => pages.setTime(new Date(`2026-11-20T${time}.000Z`));
    const ordered = () => pages.published.splice(0).map(({ detail }) => detail);
    const mailings = () => ordered().map(({ mailing }) => mailing as string);

    it.each([
      ["somebody who would be let in", {}, true],
      ["somebody who may have typed another's address", { record: { emailTyped: true } }, false],
      ["somebody who would be refused", { refusedNow: ["access-list.denied"] }, false],
      ["somebody whom no policy can judge again", { refusedNow: undefined }, false],
      ["somebody who has a mail", { isWritten: true }, false],
    ])("is due to %s: %j, %s", (_, facts, isFor) => {
      const person = { record: { email: "kim@turned.example" }, since: undefined, refusedNow: [], isWritten: false, ...facts };
      expect(isWorthAMail(person as unknown as TurnedAway)).toBe(isFor);
    });

    it("is offered to people who may decide, and only for addressees who would be let in now", async () => {
      const html = await shown(path, "Approver");
      expect(textIn(html)).toMatch(/Write to the selected 1 … Tells them, in their language/);
      expect(html.match(/name="person" value="[^"]*"/g)).toEqual(['name="person" value="cay1"']);
      expect((await order(["cay1"], "Reader")).status).toBe(403);
      expect(textIn(await (await order(["cay1"], "Approver", { sure: "" })).text())).toMatch(/Write to 1 person\?.*Send/);
      expect(ordered()).toEqual([]);
    });

    it.each([
      ["nobody who is not ticked", [], {}, "nobody"],
      ["nobody who would be refused, has come, or was not turned away", ["bob1", "ann1", "dee1"], {}, "nobody"],
      ["nobody while the system fails, or where it did not fail", ["cay1"], { service: "experian" }, "failing"],
    ])("goes to %s", async (_, person, more, done) => {
      expect((await order(person, "Approver", more)).headers.get("location")).toMatch(new RegExp(`done=${done}`));
      expect(ordered()).toEqual([]);
    });

    it("waits a minute, and can be undone in the list of what was done", async () => {
      at("11:06:00");
      await order(["cay1"]);
      const [{ mailing, ...mail } = { mailing: "" }] = ordered();
      expect(mail).toMatchObject({
        decision: "cay1",
        email: "cay@turned.example",
        locales: ["ko"],
        service: "idology",
        by: "oid-Approver",
      });
      expect(await text(path, "Approver")).toContain("A mail about this outage goes out.");
      expect(await text(path, "Approver")).not.toContain("Write to");
      expect(await text("/?view=done", "Approver")).toMatch(/You wrote to 1 person turned away while IDology failed .* Undo/);
      at("11:06:59");
      expect((await undo(String(mailing))).status).toBe(303);
      expect((await pages.world.tasks.get(String(mailing)))?.done).toBeUndefined();
      expect(await text(path, "Approver")).toContain("Write to the selected 1");
    });

    it("cannot be undone once it may be sent, nor sent again", async () => {
      at("11:08:00");
      await order(["cay1"]);
      const [mailing = ""] = mailings();
      at("11:09:00");
      expect(await text(path, "Approver")).toContain("A mail about this outage goes out.");
      expect(await text("/?view=done", "Approver")).not.toMatch(/Mail to 1 person turned away while IDology failed [\d:]+ Undo/);
      expect((await undo(mailing)).status).toBe(400);
      expect((await pages.world.tasks.get(mailing))?.done).toBeDefined();
      const mail = { kind: "works-again", eventId: "cay1", mailbox: "cay@turned.example" };
      await mailClaims({ tables: pages.database.client, clock: { now: Date.now } as Clock, log: {} as Log }, "ledger-test").settle(
        [mail],
        "sent",
      );
      at("11:20:00");
      expect(await text(path, "Approver")).toMatch(/cay@turned\.example .*Let in · mail sent/);
      expect((await order(["cay1"])).headers.get("location")).toMatch(/done=nobody/);
    });

    it("is recorded in the trail; so is a dismissal, which can be undone", async () => {
      const off = { subject: "turned-away/idology", turn: "0" };
      await pages.post("/tasks", "Approver", { ...off, change: "finish" });
      expect(await text("/?view=done", "Approver")).toMatch(/You marked as done: who was turned away while IDology failed .*Undo/);
      expect(await text("/", "Approver")).not.toContain("IDology answers again");
      await pages.post("/tasks", "Approver", { ...off, turn: "1", change: "reopen" });
      expect(await text("/", "Approver")).toContain("IDology answers again");
      const trail = await text("/audit", "Administrator");
      expect(trail).toMatch(/marked .* as done.*wrote to people turned away.*wrote to people turned away/);
    });

    it("is no longer offered once all who were turned away have come again", async () => {
      for (const id of ["bob2", "cay2"]) await keep(id, answering("11:30:00"));
      at("11:31:00");
      expect(await text()).not.toContain("IDology answers again");
      // Nor is it looked for again: each page's badge asks.
      const between = vi.spyOn(pages.world.decisions, "between");
      expect(await text()).not.toContain("IDology answers again");
      expect(between).not.toHaveBeenCalled();
      between.mockRestore();
    });
  });

  it("is not assumed after one failed sign-up", async () => {
    pages.setTime(new Date("2026-11-20T13:00:00.000Z"));
    await count("2026-11-20T12", [failing("12:01:00", "timeout")]);
    expect(await text()).toMatch(/No outage: IDology answered 0 %/);
  });

  it("leaves no item about people turned away if the policy let everybody in", async () => {
    pages.setTime(new Date("2026-12-20T14:10:00.000Z"));
    const moved = (each: Partial<DecisionRecord>) => ({ ...each, at: String(each.at).replace("11-20", "12-20") });
    const failed = moved(failing("14:01:00"));
    await count("2026-12-20T14", [failed, failed, failed, ...["14:05:00", "14:06:00"].map((each) => moved(answering(each)))]);
    expect(await text()).toContain("answers again: who was turned away?");
    const trace = (failed.trace ?? []).map((each) => ({ ...each, said: "continue" as const }));
    const open = { verdict: "continue" as const, reasons: [], trace };
    await keep("eve1", { ...failed, ...open });
    expect(await text()).not.toContain("answers again: who was turned away?");
    pages.setTime(new Date("2026-11-20T13:00:00.000Z"));
  });
});

it("reports an hour with far more refusals than typical, and their most frequent reason", async () => {
  pages.setTime(new Date("2026-11-19T18:00:00.000Z"));
  await count("2026-11-19T17", Array<Partial<DecisionRecord>>(640).fill({}));
  await count("2026-11-19T16", Array<Partial<DecisionRecord>>(19).fill({}));
  for (const path of ["/", "/?range=month"]) {
    const told = (await text(path)).match(/\d\d:00: far more people refused than usual.*?the list denies/g);
    expect(told).toEqual([expect.stringMatching(/^17:00: .*640 refused, typically 0 at this time\. 100 % of them: the list denies/)]);
  }
  expect(await shown()).toMatch(/href="\/decisions\?[^"]*verdict=block[^"]*"[^>]*>Who was refused…/);
});

describe("the list of tasks", () => {
  beforeAll(async () => {
    // In the middle of an hour, which no run crosses, and later than all counts above: pages keep what they read of an hour that is over.
    vi.setSystemTime(new Date("2027-03-05T10:30:00.000Z"));
    pages.setTime(new Date());
    for (const person of ["lee", "kim"]) await asked(pages, `${person}@fabrikam.example`);
    for (const person of ["ann", "bob", "cleo", "dan"]) await asked(pages, `${person}@many.example`);
    await pages.put({ entry: "Broken Entry", effect: "allow", problem: "not a domain" });
    await pages.put({ entry: "*.co.kr", effect: "allow" });
    // A provider that is denied on purpose, for one gate: nothing is wrong with it.
    await pages.put({ entry: "issuer:facebook.com", effect: "deny", gates: "default" });
    await pages.put({ entry: "soon.example", effect: "allow", expiresAt: new Date(Date.now() + 86_400_000).toISOString() });
    await pages.put({ entry: "later.example", effect: "allow", expiresAt: new Date(Date.now() + 8 * 86_400_000).toISOString() });
    const news = { via: "outside", action: "access-list.changed", outcome: "seen", subject: "litware.example" } as const;
    await pages.world.audit.tell({ ...news, by: "outside" }, new Date());
    const proposal = await pages.world.proposals.buildProposal(
      { by: "oid-jae", name: "Jae Park", means: "console", added: 1, changed: 0, removed: 0, entry: "fabrikam.example" },
      [],
      new Date(),
    );
    if (proposal !== undefined) await writeAlone(proposal.write.write);
    for (const name of ["a", "b", "c"]) {
      const reasons = ["access-list.unlisted"];
      const id = `K7QD-9MX${name.toUpperCase()}`;
      const at = new Date().toISOString();
      const decision = record({ id, reference: id, at, email: `${name}@northwind.example`, personId: name, reasons });
      await pages.world.decisions.keep(decision, 90);
      await domainCountStore(pages.database.client, "ledger-test").add([{ sequenceNumber: name, record: decision }], () => 4_102_444_800);
    }
    pages.setTime(new Date(Date.now() + 1_000));
  });

  it.each([
    ["a possible false rejection", /northwind\.example may be refused by mistake Not on the access list; 3 people refused in 14 days 3/],
    ["people who wait", /2 people from fabrikam\.example wait for approval Answer by \w{3} \d+ \w{3} 2/],
    ["a proposal", /Jae Park proposes to add fabrikam\.example Needs your confirmation 1/],
    ["an edit made outside", /litware\.example was edited outside Gatehouse Changed an entry; AWS console or API 1/],
    ["entries with a warning, as many as the list's own view", /Entries with a warning: 2 Broken Entry: No effect; \*\.co\.kr: Too open 2/],
    ["entries that expire", /Entries that expire this week: 1 soon\.example on/],
  ])("shows %s", async (_, expected) => expect(await text()).toMatch(expected));

  it("says of a domain's people that the counts are behind", async () => {
    const before = Date.now();
    pages.setTime(new Date(before + 11 * 60_000));
    expect(await text()).toMatch(/3 people refused in 14 days\. The counts are behind: sign-ups after [\d:]+ are missing 3/);
    pages.setTime(new Date(before + 1_000));
  });

  it("shows the task with the most people first", async () =>
    expect(await text()).toMatch(
      /4 people from many\.example.*northwind\.example may be refused.*2 people from fabrikam.*Jae Park proposes/,
    ));

  it("is available in Korean", async () => expect(await text("/", "Reader", "ko")).toMatch(/fabrikam\.example 2명이 승인을 기다립니다/));

  it("offers only an Administrator to allow a domain until a day", async () => {
    const href = /<a class="[^"]*" href="([^"]+)" aria-label="[^"]+">Allow until…/.exec(await shown("/", "Administrator"))?.[1] ?? "";
    expect(await shown("/", "Approver")).not.toContain("Allow until…");
    const page = await (await pages.get(href.replace("#act", ""), "Administrator")).text();
    expect(page).toContain("If you allow it");
    expect(page).toMatch(
      /name="entry" value="northwind\.example".*name="effect" value="allow".*<button type="submit">Allow northwind\.example…</s,
    );
  });

  it("shows a task's panel: description, newest decision, effect, assignee and notes", async () => {
    const subject = "domain/northwind.example";
    const owner = { id: "oid-Administrator", name: "Test Administrator" };
    const task = withNote(changedTask(freshTask(subject), { owner }), "@Approver: a partner?", owner, new Date());
    await pages.world.tasks.replace(undefined, task, new Date());
    const html = textIn(await shown(`/?open=${encodeURIComponent(subject)}`, "Administrator"));
    expect(html).toMatch(
      /May be refused by mistake northwind\.example.*If you allow it.*Last 30 days Depends on what they type: \d people .*Newest.*a@northwind\.example.*Owner.*Test Administrator.*a partner\?/,
    );
  });

  it.each([
    ["Administrator", "has it"],
    ["Approver", "is asked by a note to look"],
  ] as const)("shows a task under Mine for the %s, who %s", async (role, _) =>
    expect(await text("/?view=mine", role)).toMatch(/Mine 1 .*northwind\.example/),
  );

  it("hides a task while it is snoozed", async () => {
    const subject = "list/expiring";
    await pages.post("/tasks", "Approver", { subject, turn: "0", change: "snooze", until: "hours", "form-page": "/" });
    expect(await text()).not.toMatch(/expire this week/);
    const snoozed = await text("/?view=snoozed", "Approver");
    expect(snoozed).toMatch(/Snoozed 1 (?:(?!This week).)*expire this week: 1 .* 1 until \d\d? [A-Z][a-z]{2} \d\d:\d\d Show again/);
    expect(await shown(`/?open=${encodeURIComponent(subject)}`, "Approver")).toMatch(/<section class="task".*?Show again/s);
    // The menu counts what the page has.
    const open = / Open (\d+) /.exec(snoozed)?.[1];
    expect(await (await pages.get("/counts", "Approver")).json()).toMatchObject({ inbox: open });
  });

  it("offers the undo of finished work: of a task marked as done, and of an edit of the list", async () => {
    const subject = /data-key="(outside\/[^"]+)"/.exec(await shown())?.[1] ?? "";
    await pages.post("/tasks", "Approver", { subject, turn: "0", change: "finish", "form-page": "/" });
    const html = await shown("/", "Approver");
    expect(textIn(html)).not.toMatch(/litware\.example was edited outside/);
    expect(textIn(html)).toMatch(/This week.*You marked as done: an edit outside Gatehouse .*Undo/);
    // What colleagues did stands under Done today alone.
    expect(await text("/", "Administrator")).not.toContain("marked as done");
    expect(await text("/?view=done", "Administrator")).toContain("Test Approver marked as done: an edit outside Gatehouse");
    await pages.post("/tasks", "Approver", { subject, turn: "1", change: "reopen", "form-page": "/" });
    expect(await text()).toMatch(/litware\.example was edited outside/);
    await pages.post("/access-list/add", "Administrator", { entry: "adatum.example", effect: "deny", issuer: "", expiresAt: "", note: "" });
    expect(await text("/?view=done", "Administrator")).toMatch(/Done today 1 .*You denied adatum\.example .*Undo/);
    const id = (await pages.world.changes.page()).sets[0]?.id ?? "";
    const undone = await pages.post("/audit/sets/undo", "Administrator", { id, "form-page": "/?view=done" });
    expect(undone.headers.get("location")).toMatch(/^\/\?view=done&set=/);
    expect(await text("/?view=done", "Administrator")).toMatch(/Done today 1 .*You denied adatum\.example \(undone\)/);
    expect(await shown("/?view=done", "Administrator")).not.toContain("/audit/sets/undo");
  });

  it("shows the decisions and acts of one hour, and reports it if there are none", async () => {
    const hour = (ago: number) => new Date(Date.now() - ago * 3_600_000).toISOString().slice(0, 13);
    const of = async (from: number, to: number, view = "open") =>
      await text(`/?from=${hour(from)}&to=${hour(to)}&view=${view}`, "Administrator");
    const now = Date.now();
    vi.setSystemTime(now - 5 * 3_600_000);
    await asked(pages, "early@many.example");
    vi.setSystemTime(now);
    const lately = await of(1, -1);
    expect(lately).toMatch(/5 people from many\.example/);
    // The chart counts no refusal then.
    expect(lately).not.toMatch(/northwind\.example may be refused|Entries with/);
    expect(await of(1, -1, "done")).toMatch(/You denied adatum\.example/);
    expect(await of(5, 4)).toMatch(/5 people from many\.example/);
    // Somebody asked before and somebody after.
    expect(await of(3, 2)).toMatch(/Open 0 .*Done today 0 .*Nothing in this time\./);
    expect(await of(3, 2, "done")).toMatch(/Nothing in this time\./);
    await count(hour(0), [{}]);
    expect(await of(1, -1)).toMatch(/northwind\.example may be refused/);
  });

  it("drops a domain once the list decides on its people", async () => {
    for (const effect of ["allow", "deny"]) {
      await pages.put({ entry: "*.northwind.example", effect: "allow" });
      expect(await text()).toContain("northwind.example may be refused");
      await pages.put({ entry: "northwind.example", effect });
      expect(await text()).not.toContain("northwind.example may be refused");
      await pages.put({ entry: "northwind.example", effect, expiresAt: "2020-01-01T00:00:00.000Z" });
    }
  });

  it("names the person of a single request, and links to it", async () => {
    const { id } = await asked(pages, "only@one.example");
    const html = await shown();
    expect(textIn(html)).toContain("only@one.example waits for approval");
    expect(html).toContain(`href="/approvals/requests/${id}"`);
  });

  it("reports a look-alike domain even if only one waiting request has it", async () => {
    await pages.put({ entry: "woodgrove.example", effect: "allow" });
    for (const domain of ["a", "b", "c", "d", "w00dgrove"]) await asked(pages, `kim@${domain}.example`);
    expect(await text()).toContain("kim@w00dgrove.example waits for approval Looks like woodgrove.example");
    expect(await text()).toMatch(/ \d people wait for approval From [\w.]+\.example, (?:(?!Review).)*Review/);
    const page = await shown("/");
    const [, path = "", count] =
      /href="(\/approvals\?except=[^"]*)" aria-label="Review: (\d) people wait for approval">Review</.exec(page) ?? [];
    const rows = (await shown(path.replaceAll("&amp;", "&"))).matchAll(/<tr data-key=/g);
    expect([...rows]).toHaveLength(Number(count));
    // Screen readers hear what a number counts.
    expect(page).toMatch(/<b class="number">\d<span class="hidden"> people<\/span><\/b>/);
    expect(page).toMatch(/<span class="age"><span class="hidden">For <\/span>[^<]+ (d|h|min)</);
    const key = /data-key="(request\/[^"]+)"(?:(?!data-key).)*w00dgrove/s.exec(await shown())?.[1] ?? "";
    expect(await shown(`/?open=${encodeURIComponent(key)}`)).toMatch(/<section><p><bdi class="value">w<mark>(?:(?!<section).)*≠/s);
  });

  it("lists a single snoozed request only under snoozed tasks, and omits it from the count of its domain", async () => {
    const { id } = await asked(pages, "first@asleep.example");
    for (const name of ["second", "third"]) await asked(pages, `${name}@asleep.example`);
    expect(await text()).toContain("3 people from asleep.example wait for approval");
    const form = { subject: `request/${id}`, turn: "0", change: "snooze", until: "hours", "form-page": "/approvals" };
    await pages.post("/tasks", "Approver", form);
    expect(await text()).toContain("2 people from asleep.example wait for approval");
    expect(await text()).not.toContain("first@asleep.example");
    expect(await text("/?view=snoozed")).toContain("first@asleep.example waits for approval");
    const [, path = ""] = /href="(\/approvals\?domain=asleep\.example[^"]*)"/.exec(await shown()) ?? [];
    expect([...(await shown(path.replaceAll("&amp;", "&"))).matchAll(/<tr data-key=/g)]).toHaveLength(2);
  });

  it("a request is snoozed however many older ones wait", async () => {
    for (let index = 0; index < 101; index++) await asked(pages, `p${index}@crowd.example`);
    const { id } = await asked(pages, "last@crowd.example");
    const form = { subject: `request/${id}`, turn: "0", change: "snooze", until: "hours", "form-page": "/approvals" };
    await pages.post("/tasks", "Approver", form);
    expect(await text("/?view=snoozed")).toContain("last@crowd.example waits for approval");
  });
});

it("counts every entry that ends soon, even if there are 180", async () => {
  pages.setTime(new Date());
  const task = await pages.world.tasks.get("list/expiring");
  if (task !== undefined) await pages.world.tasks.replace(task, changedTask(task, { snoozedUntil: undefined }), new Date());
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  await Promise.all(Array.from({ length: 180 }, (_, index) => pages.put({ entry: `soon${index}.example`, effect: "allow", expiresAt })));
  expect(await text()).toMatch(/expire this week: 18[0-9]/);
});

it("reports many outside edits together", async () => {
  const at = new Date("2027-03-06T10:30:00.000Z");
  pages.setTime(at);
  const news = { via: "outside", by: "outside", action: "access-list.added", outcome: "seen" } as const;
  const after = { effect: "deny" };
  await pages.world.audit.tell({ ...news, subject: "", count: 97 }, at);
  for (let each = 0; each < 5; each++) await pages.world.audit.tell({ ...news, subject: `${each}.example`, after }, at);
  expect(await text()).toMatch(/103 edits were made outside Gatehouse/);
  const opened = await shown("/?open=outside/edits");
  expect(textIn(opened)).toMatch(/\d\d:\d\d:\d\d Added 4\.example *: Deny .*Added 0\.example *: Deny .*97 rows/);
  for (let each = 5; each < 10; each++) await pages.world.audit.tell({ ...news, subject: `${each}.example`, after }, at);
  expect(textIn(await shown("/?open=outside/edits"))).toMatch(/Added 2\.example .*And 100 more/);
  for (let each = 10; each < 210; each++) await pages.world.audit.tell({ ...news, subject: `${each}.example`, after }, at);
  expect(await text()).toMatch(/200\+ edits were made outside Gatehouse/);
  expect(opened).toContain('href="/access-list?open=4.example"');
  const [, link = ""] = /class="button" href="(\/audit\?operator=outside[^"]*)"/.exec(opened) ?? [];
  const listed = await text(link.replaceAll("&amp;", "&"));
  expect(listed).toContain("209.example");
  expect(link).toMatch(/from=2027-03-03T10%3A30%3A/);
});

it.each([
  { alarms: async () => Promise.reject(new Error("no right")), says: /CloudWatch did not say which alarms are ringing/ },
  {
    alarms: async () => [
      { name: "Gatehouse-Lag-1", description: "Decisions wait. Runbook: https://x.example/#event-lag", since: NOW.toISOString() },
    ],
    says: /Now Decisions wait\. An alarm of this stack is ringing .* What to do/,
  },
])("reports alarms: $says", async ({ alarms, says }) => {
  Object.assign(pages.world, { alarms });
  expect(await text()).toMatch(says);
  Object.assign(pages.world, { alarms: undefined });
});

it.each([
  {
    state: "waiting",
    why: "many",
    says: /A run that ends access waits for a person It would end more accounts at once than it may by itself 42/,
  },
  { state: "waiting", why: "clock", says: /A run that ends access waits for a person The last run is long ago: the clock/ },
  { state: "waiting", why: "gone", says: /A run that ends access waits for a person Accounts are not in the directory/ },
  {
    state: "done",
    at: "2027-03-16T10:30:00.000Z",
    says: /The worker that ends access does nothing .*in the future/,
  },
  { state: "running", says: /^(?!.*A run that ends access)(?!.*whose sponsor)/ },
  { state: "done", sponsorLost: 3, says: /People whose sponsor cannot be asked .*Name another sponsor/ },
] as const)("reports the state of the worker that ends access: $state $why", async ({ says, ...how }) => {
  const run = { at: NOW.toISOString(), toDisable: 40, toDelete: 2, inForce: 500, reminded: 0, disabled: 0, deleted: 0, skipped: 0, ...how };
  const { accessRuns } = pages.world;
  Object.assign(pages.world, { accessRuns: { read: async () => ({ turn: 1, runs: [run] }) } });
  expect(await text()).toMatch(says);
  Object.assign(pages.world, { accessRuns });
});

it("reports an hour with far more people let in than usual, and only once, whatever range is shown", async () => {
  pages.setTime(new Date("2026-12-24T10:12:00.000Z"));
  for (const day of ["2026-12-17", "2026-12-10", "2026-12-03", "2026-11-26"]) await count(`${day}T06`, [letIn, letIn, letIn, letIn, letIn]);
  await count("2026-12-24T06", Array<Partial<DecisionRecord>>(306).fill(letIn));
  await count("2026-12-24T07", Array<Partial<DecisionRecord>>(19).fill(letIn));
  for (const path of ["/", "/?range=week"]) {
    const told = (await text(path)).match(/\d\d:00: far more people let in than usual \d+ let in, typically \d+/g);
    expect(told).toEqual(["06:00: far more people let in than usual 306 let in, typically 5"]);
  }
  expect(await shown()).toContain('href="/incidents?from=2026-12-24T06%3A00%3A00.000Z&amp;to=2026-12-24T06%3A59%3A59.999Z"');
});

it("shows no reminder if all entries that end were made today, and counts what its link shows", async () => {
  const own = await startConsole();
  const inbox = async () => textIn(await (await own.get("/", "Administrator")).text());
  const ends = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const made = { entry: "until.example", effect: "allow", issuer: "", expiresAt: ends(3).slice(0, 10), note: "", sure: "yes" };
  await own.post("/access-list/add", "Administrator", made);
  expect(await inbox()).not.toContain("expire this week");
  await own.put({ entry: "soon.example", effect: "allow", expiresAt: ends(1) });
  await own.put({ entry: "ann@bots.example", effect: "deny", expiresAt: ends(2), note: "incident 20261121-020305123-k7qd" });
  expect(await inbox()).toMatch(/expire this week: 2 soon\.example/);
  const list = await (await own.get("/access-list?ends=7", "Administrator")).text();
  expect(["soon.example", "until.example", "ann@bots.example"].filter((entry) => list.includes(`data-key="${entry}"`))).toEqual([
    "soon.example",
    "until.example",
  ]);
  own.setTime(new Date(ends(1.5)));
  expect(await inbox()).toMatch(/expire this week: 1 until\.example/);
  await own.close();
});

it("shows cold starts of the shown time beside its sign-ups, and omits the line if there are none", async () => {
  const own = await startConsole();
  own.setTime(NOW);
  const addCount = (coldMs: number | undefined, sequenceNumber: string) =>
    countStore(own.database.client, "ledger-test").add(
      { hour: "2026-11-20T09", gate: "default" },
      [{ sequenceNumber, record: record({ at: "2026-11-20T09:05:00.000Z", ...letIn, ...(coldMs !== undefined && { coldMs }) }) }],
      4_102_444_800,
    );
  const read = async (language: string) => textIn(await (await own.get("/", "Reader", { "Accept-Language": language })).text());
  await addCount(undefined, "hot");
  expect(await read("en")).not.toContain("cold start");
  await addCount(480, "one");
  await addCount(1_210, "two");
  expect(await read("en")).toContain("2 cold starts in 3 sign-ups: up to 500 ms (median), 1.3 s (p95)");
  expect(await read("ko")).toContain("가입 3건 중 콜드 스타트 2회: 최대 500ms(중앙값), 1.3초(p95)");
  await own.close();
});

describe("the inbox with work that workers could not do", () => {
  let others: TestConsole;
  beforeAll(async () => {
    others = await startConsole();
    others.setTime(NOW);
  });
  afterAll(() => others.close());
  const plain = (html: string) => textIn(html).replaceAll("&#39;", "'");
  const told = async (path = "/") => plain(await (await others.get(path, "Approver")).text());
  const parts: Readonly<Partial<Record<Work, string>>> = { webhooks: "crm", "sign-ups": "partners/before-create-user" };
  const notes = (why: string, work: Work = "mails") =>
    workNotes(
      {
        settings: { LEDGER_TABLE: "ledger-test" },
        tables: others.database.client,
        clock: { now: () => NOW.getTime() } as Clock,
        log: { warn: () => undefined } as unknown as Log,
      },
      work,
    ).failed(why, { part: parts[work] ?? "" });

  it("does not say that all is well while an approved person's account waits for Graph, and offers a try", async () => {
    const answerBy = "2026-12-04T10:00:00.000Z";
    const waiting = { ...(await asked(others, "kim@newco.example", { onApproval: "provision" })), answerBy };
    const approved = rowOf(approve(waiting, { by: { kind: "cli", name: "kim" } }, new Date("2026-11-20T09:59:00.000Z")));
    const holder = { holder: "worker-1", leaseMs: 60_000 };
    const working = rowOf(claim(approved, holder, new Date("2026-11-20T09:59:01.000Z")));
    const retryAt = new Date("2026-11-20T10:17:00.000Z");
    const failure = { reason: "unavailable", graph: "503 serviceNotAvailable" };
    const released = rowOf(release(working, "worker-1", retryAt, new Date("2026-11-20T10:09:00.000Z"), failure));
    await others.database.client.call("PutItem", { TableName: "approvals-test", Item: toItem(released) });
    const page = await (await others.get("/", "Approver")).text();
    expect(plain(page)).not.toMatch(/Healthy|No failure known/);
    expect(plain(page)).toMatch(/Not all is well: Graph doesn't answer since 09:59: 1 account waits/);
    expect(plain(page)).toMatch(/1 account waits Graph: 503 serviceNotAvailable\. Next try 10:17\. .*Try now/);
    expect(page).toContain(`href="/approvals/requests/${released.id}"`);
    const request = await (await others.get(`/approvals/requests/${released.id}`, "Approver")).text();
    expect(plain(request)).toMatch(/Account waits since .*09:59.* Next try from .*10:17/);
    expect(request).toContain('name="verb" value="retry"');
    const person = await (await others.get("/people?email=kim%40newco.example", "Approver")).text();
    expect(plain(person)).toMatch(/Approved on 20 November 2026; the account isn't made yet/);
    expect(plain(person)).toMatch(/Graph doesn't answer since 09:59: 1 account waits\. Graph: 503 .* Next try 10:17\. Try now/);
    const fields = { verb: "retry", request: `${released.id}/${released.reference}/${released.decision?.at}` };
    await others.sent("/approvals/decide", "Reader", fields);
    expect(await others.world.approvals.get(released.id)).toHaveProperty("retryAt");
    await others.sent("/approvals/decide", "Approver", fields);
    const tried = await others.world.approvals.get(released.id);
    expect(tried).toMatchObject({ state: "approved", attempts: 1 });
    expect(tried).not.toHaveProperty("retryAt");
  });

  it("names each kind of work that failed, until it goes through or somebody marks it as done", async () => {
    await notes("TimeoutError");
    await notes("status 500", "webhooks");
    const page = await told();
    expect(page).toMatch(/Not all is well: .*Mails aren't sent since 10:12/);
    expect(page).toMatch(/The webhook crm takes no events since 10:12 It failed at 10:12: status 500\. Next try 10:17\./);
    await others.sent("/tasks", "Approver", { subject: "unfinished/webhooks/crm", change: "finish", turn: "0" });
    expect(await told()).not.toContain("The webhook crm takes no events");
  });

  it("names each step that refuses sign-ups because it fails, and each can be marked as done", async () => {
    await notes("read AccessDeniedException", "sign-ups");
    expect(await told()).toMatch(
      /Not all is well: .*Sign-ups fail and are refused \(partners\/before-create-user\) since 10:12 It failed at 10:12: read AccessDeniedException\. The next sign-up tries it again\./,
    );
    await others.sent("/tasks", "Approver", { subject: "unfinished/sign-ups/partners/before-create-user", change: "finish", turn: "0" });
    expect(await told()).not.toContain("Sign-ups fail");
  });

  it("the page of the run that ends access says so if no run went through", async () => {
    const page = async () => plain(await (await others.get("/people/ending-run", "Reader")).text());
    await notes("ApprovalsSecret has no value", "expiry");
    expect(await page()).toMatch(/Access doesn't end when it should since 10:12\. It failed at 10:12: ApprovalsSecret has no value\./);
  });

  it("says so if what workers noted cannot be read", async () => {
    const { world } = others;
    const { unfinished } = world;
    Object.assign(world, { unfinished: async () => Promise.reject(new Error("throttled")) });
    expect(await told()).toMatch(/Not all is well: It isn't known whether all work was done/);
    Object.assign(world, { unfinished });
  });
});

it("the inbox shows an act as one line of what was done today, whatever the minutes of its parts", async () => {
  const people = await Promise.all(["one", "two", "three"].map((name) => asked(pages, `${name}@act.example`)));
  for (const [index, { id }] of people.entries()) {
    const say = { by: { kind: "cli", name: "jae" }, act: "20261125-100000000-aaaa" } as const;
    await pages.world.approvals.change(id, (stored) => deny(stored, say, new Date(Date.now() - (3 - index) * 61_000)));
  }
  const invite = { by: { kind: "cli", name: "jae" }, act: "20261125-110000000-bbbb", code: "QH7K-93FN-XAMT", days: 3 } as const;
  for (let index = 0; index < 130; index++) {
    const email = `p${index}@act.example`;
    const at = new Date(Date.now() - index * 10);
    await pages.world.approvals.change(invitationId(email, undefined, hashOf), (stored) =>
      invitePerson(stored, { email }, invite, hashOf, at),
    );
  }
  const done = await text("/?view=done", "Administrator");
  expect(done).toMatch(/jae denied 3 people/);
  expect(done).toMatch(/jae invited 130 people/);
});
