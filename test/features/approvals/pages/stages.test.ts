import type { Role } from "../../../../console/session/roles";
import type { Session } from "../../../../console/session/session";
import type { ApprovalRequest, Stage } from "../../../../features/approvals/request";
import { beginFirstStage } from "../../../../features/approvals/stages";
import { asked, startConsole, type TestConsole } from "../../../console/support";
import { startClock } from "../../../support/fake-timers";
import { expectNothingElse } from "../../partners/pages/canaries";
import { HOUR } from "../requests";

// Here, because tables of tests below name days.
startClock();

let pages: TestConsole;
let request: ApprovalRequest;
const list: readonly Stage[] = [
  { by: ["mina@contoso.com"], need: 1, orElse: ["role:Partners"], withinMinutes: 60 },
  { by: ["role:Security"], need: 2 },
];
const staged = (email: string, stages: readonly Stage[] = list) => asked(pages, email, beginFirstStage(stages, false, new Date()));

beforeEach(async () => {
  pages = await startConsole();
  request = await staged("kim@partner.com");
});
afterEach(async () => {
  pages.setTime(new Date());
  await pages.close();
});

const people = {
  mina: { subject: "oid-mina", name: "Mina Sand", userNames: ["mina@contoso.com"] },
  dara: { subject: "oid-dara", name: "Dara Oduya", userNames: ["dara@contoso.com"], appRoles: ["Security"] },
  jae: { subject: "oid-jae", name: "Jae Park", userNames: ["jae@contoso.com"], appRoles: ["Security"] },
  both: { subject: "oid-mina", name: "Mina Sand", userNames: ["mina@contoso.com"], appRoles: ["Security"] },
} as const satisfies Record<string, Partial<Session>>;
type Who = keyof typeof people;

const cookieOf = async (who: Who, role: Role) => ({ Cookie: await pages.cookie(role, people[who]) });
const get = async (path: string, who: Who, role: Role = "Approver") =>
  await (await pages.get(path, role, await cookieOf(who, role))).text();
const now = async (of = request) => (await pages.world.approvals.get(of.id)) as ApprovalRequest;
const fieldOf = ({ id, reference, stages }: ApprovalRequest) => `${id}/${reference}//${stages?.running}`;
const post = async (path: string, who: Who, fields: Record<string, string>, role: Role = "Approver") =>
  await pages.post(path, role, { request: fieldOf(await now()), ...fields }, await cookieOf(who, role));
const approve = (who: Who, fields: Record<string, string> = {}) =>
  post("/approvals/decide", who, { verb: "approve", note: "fine", ...fields });

it("today's list shows the decision at each stage, with an undo for its decider while the request waits", async () => {
  const rows = async () =>
    [...(await get("/?view=done", "dara")).matchAll(/<li class="done">.*?<\/li>/gs)].map(([row]) =>
      row.replace(/<[^>]+>/g, "").replace(/[\d:]+(?=Undo|$)/g, " "),
    );
  await approve("mina");
  expect(await rows()).toEqual([expect.stringMatching(/^Mina Sand approved the mina@contoso\.com stage for Kim Lee\s*$/)]);
  await approve("dara");
  expect((await rows()).sort()).toEqual([
    expect.stringMatching(/^Mina Sand approved the mina@/),
    expect.stringMatching(/^You approved the Security stage for Kim Lee\s*Undo$/),
  ]);
  await approve("jae");
  expect((await rows()).sort()).toEqual([
    expect.stringMatching(/^Jae Park approved Kim Lee/),
    expect.stringMatching(/^Mina Sand approved the mina@/),
    expect.stringMatching(/^You approved the Security stage for Kim Lee\s*$/),
  ]);
});

it("a request with stages shows who is asked, the votes, and the times of each stage, also after the end", async () => {
  const before = await get(`/approvals/requests/${request.id}`, "mina");
  for (const text of [
    "you",
    "0 of 1 approval",
    "<bdi>Security</bdi>",
    "not asked yet",
    "Also asked from",
    ": Partners",
    "Next to decide: Security",
  ])
    expect(before).toContain(text);
  expect((await approve("mina")).status).toBe(303);
  expect(await now()).toMatchObject({ state: "pending", stages: { running: 1, votes: [{ by: { name: "Mina Sand" } }] } });
  await approve("dara");
  const between = await get(`/approvals/requests/${request.id}`, "jae");
  for (const text of ["1 of 2 approvals", "Mina Sand", "Dara Oduya"]) expect(between).toContain(text);
  await approve("jae");
  const after = await get(`/approvals/requests/${request.id}`, "jae", "Reader");
  expect((await now()).state).toBe("approved");
  for (const text of ["Mina Sand", "Dara Oduya", "Jae Park", "2 of 2 approvals"]) expect(after).toContain(text);
  expect(await get("/people?email=kim@partner.com", "jae", "Reader")).toMatch(/Approved, by Mina Sand<.*Next to decide: Security\. fine</s);
});

it.each<readonly [ApprovalRequest["state"], string]>([
  ["failed", "bad"],
  ["provisioning", "now"],
  ["provisioned", "done"],
])("a request in state %s marks its last stage as %s, since only an existing account is a success", async (state, kind) => {
  for (const each of ["mina", "dara", "jae"] as const) await approve(each);
  await pages.world.approvals.change(request.id, (stored) => ({
    ok: true,
    request: { ...(stored as ApprovalRequest), turn: (stored?.turn ?? 0) + 1, state },
    condition: { turn: stored?.turn ?? 0 },
  }));
  const html = await get(`/approvals/requests/${request.id}`, "jae", "Reader");
  expect(
    /<ol class="steps".*?<\/ol>/s
      .exec(html)?.[0]
      .match(/<li class="(\w+)"/g)
      ?.at(-1),
  ).toBe(`<li class="${kind}"`);
});

it.each<{ why: string; who: Who; first?: readonly Who[]; says: string }>([
  { why: "of others", who: "jae", says: "somebody else&#39;s turn to decide" },
  { why: "that they have voted on", who: "both", first: ["both"], says: "You have approved it already" },
  { why: "twice at one stage", who: "dara", first: ["mina", "dara"], says: "You have approved it already" },
])("the console refuses a decision on a stage $why, and explains that before and after", async ({ who, first = [], says }) => {
  for (const each of first) await approve(each);
  const before = await now();
  const page = await get(`/approvals/requests/${request.id}`, who);
  expect(page).toContain(says);
  expect(page).not.toContain('value="approve"');
  const refused = await approve(who);
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain(says);
  expect(await now()).toEqual(before);
});

it("a decision on many requests omits those that do not ask the visitor, and the page explains each omission", async () => {
  const open = await asked(pages, "lee@partner.com");
  const also = await asked(pages, "park@partner.com", { attributes: { displayName: "Jin Park" } });
  const ticked = (html: string) =>
    [...html.matchAll(/name="request" value="([^/"]*)[^"]*"( checked)?( data-by-hand)?/g)].map(([, id, checked, byHand]) => ({
      id,
      checked: checked !== undefined,
      byHand: byHand !== undefined,
    }));
  const of = (id: string, isTheirs: boolean) => ({ id, checked: isTheirs, byHand: !isTheirs });
  const rows = [of(request.id, false), of(open.id, true), of(also.id, true)];
  const page = await get("/approvals?domain=partner.com&sort=oldest&select=all", "jae");
  expect(ticked(page)).toEqual(expect.arrayContaining(rows));
  expect(await get("/approvals?domain=partner.com", "jae")).toMatch(/partner\.com<\/bdi> <small>3<.*>Select all 2</s);
  expect(await get("/", "jae")).toMatch(/2 people from partner\.com wait.*Review</s);
  const selected = [request, open, also].map(fieldOf);
  const answer = await pages.post(
    "/approvals/decide",
    "Approver",
    { verb: "approve", request: selected },
    await cookieOf("jae", "Approver"),
  );
  const question = await answer.text();
  expect(question).toMatch(/Approve 2 requests\?.*Left out:.*Kim Lee.*somebody else&#39;s turn to decide.*Approve these 2/s);
  const sent = [...question.matchAll(/type="hidden" name="request" value="([^/"]*)/g)].map(([, id]) => id);
  expect(sent).toEqual([open.id, also.id]);
});

it("a vote counts only for the stage and the request that the approver looked at", async () => {
  const field = fieldOf(request);
  await approve("mina");
  const refused = await approve("dara", { request: field });
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain("The request has moved to another stage");
  for (const path of ["/approvals/remind", "/approvals/reassign"])
    expect((await post(path, "dara", { request: field, to: "jae@contoso.com" })).status).toBe(409);
  expect((await now()).stages?.votes).toHaveLength(1);
});

it("the console can take back a vote that only led to the next stage, and shows that on the person's page", async () => {
  const answer = await approve("mina", { back: "/approvals" });
  expect(await get(answer.headers.get("location") ?? "", "mina")).toMatch(
    /You approved .*Stage 2 of 2 asks the next approvers\..*action="\/approvals\/decide" class="row-action".*Undo</s,
  );
  expect((await approve("mina", { verb: "reopen" })).status).toBe(303);
  expect((await now()).stages).toMatchObject({ running: 0, votes: [] });
  expect(await get("/people?email=kim@partner.com", "mina")).toContain("Approval taken back");
});

it("the queue opens on requests that ask the visitor, grouped by domain, and shows only the count of others", async () => {
  const other = await staged("ann@aaa.example", [{ by: ["role:Security"], need: 1 }]);
  await asked(pages, "open@bbb.example");
  const opened = await pages.get("/approvals", "Approver", await cookieOf("mina", "Approver"));
  expect(opened.headers.get("location")).toBe("/approvals?view=mine");
  const mine = await get("/approvals?view=mine", "mina");
  // One alone has no heading.
  expect(mine).toContain("kim@partner.com");
  expect(mine).not.toContain('class="group"');
  expect(mine).toMatch(
    /href="\/approvals\?view=all"[^>]*>All waiting <span class="count">3<[\s\S]*Waiting on others <span class="count">1</,
  );
  expect(await get("/approvals?view=others", "mina")).toContain(`data-key="${other.id}"`);
  const role = await get("/approvals?view=mine", "dara");
  expect(role).not.toContain("kim@partner.com");
  expect(role).toMatch(/ann@aaa\.example[\s\S]*>Security</);
});

it("the console reminds approvers at most once in twelve hours, and records reminders and reassignments", async () => {
  pages.setTime(new Date(Date.now() + 1_000));
  expect((await post("/approvals/remind", "jae", {})).headers.get("location")).toContain("done=reminded");
  expect(await (await post("/approvals/remind", "jae", {})).text()).toContain("too early");
  const many = Array.from({ length: 21 }, (_, index) => `p${index}@contoso.com`).join(",");
  for (const [to, says] of [
    ["lee@contoso.com, nobody", "“nobody” is not an e-mail address: write one like kim@contoso.com."],
    ["lee*@contoso.com", "Write the whole address, or contoso.com for everyone"],
    ["role:", "“role:”: write an app role like role:Security"],
    ["group:x", "or an Entra group as group: and its object id"],
    [" ", "Write e-mail addresses, or role:NAME, with commas between them."],
    [many, "Name 20 approvers at most."],
  ] as const) {
    const refused = await post("/approvals/reassign", "jae", { to });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(says)]);
  }
  expect(await (await post("/approvals/reassign", "jae", { to: "kim@partner.com" })).text()).toContain("too few people");
  const asks = await post("/approvals/reassign", "jae", { to: "Lee@contoso.com, role:Partners" });
  expect(asks.headers.get("location")).toContain("done=reassigned");
  expect((await now()).asked).toEqual(["lee@contoso.com", "role:Partners"]);
  expect((await approve("mina")).status).toBe(409);
  const { entries } = await pages.world.audit.page({});
  expect(entries.map(({ action }) => action)).toEqual(["approvals.reassign", "approvals.remind"]);
  const page = await get("/people?email=kim@partner.com", "jae");
  for (const text of ["Reminded", "Next to decide: lee@contoso.com, Partners"]) expect(page).toContain(text);
  for (const path of ["/approvals/remind", "/approvals/reassign"])
    expect((await post(path, "mina", { to: "a@b.example" }, "Reader")).status).toBe(403);
});

describe("a decider who is asked by a stage", () => {
  it("sees the request while its stage asks them, votes once, and then no longer sees it", async () => {
    const mine = await (await pages.get("/asked", "Decider", await cookieOf("dara", "Decider"))).text();
    expect(mine).not.toContain("kim@partner.com");
    await approve("mina");
    expect(await get("/asked", "dara", "Decider")).toContain("kim@partner.com");
    expect(await get(`/asked/requests/${request.id}`, "dara", "Decider")).toContain("Mina Sand");
    const sent = await post("/asked/decide", "dara", { verb: "approve", note: "", sure: "yes" }, "Decider");
    expect(sent.headers.get("location")).toMatch(/^\/asked\?undo=/);
    expect((await now()).stages?.votes).toHaveLength(2);
    expect(await get("/asked", "dara", "Decider")).not.toContain("kim@partner.com");
    expect((await post("/asked/decide", "dara", { verb: "approve" }, "Decider")).status).toBe(404);
  });

  it("is asked as an orElse approver once the stage's time is over, and sees no request that asks other people", async () => {
    const partners = { ...people.jae, appRoles: ["Partners"] };
    const Cookie = await pages.cookie("Decider", partners);
    expect(await (await pages.get("/asked", "Decider", { Cookie })).text()).not.toContain("kim@partner.com");
    pages.setTime(new Date(Date.now() + 2 * HOUR));
    const later = { Cookie: await pages.cookie("Decider", partners) };
    expect(await (await pages.get("/asked", "Decider", later)).text()).toContain("kim@partner.com");
    pages.setTime(new Date());
    const theirs = await asked(pages, "ann@fabrikam.com", {
      attributes: { displayName: "Ann Zaphod" },
      ...beginFirstStage([{ by: ["role:Others"], need: 1 }], false, new Date()),
    });
    await expectNothingElse(pages, "Decider", await cookieOf("dara", "Decider"), theirs);
    expect((await now(theirs)).stages?.votes).toEqual([]);
  });
});

describe("delegation", () => {
  const delegate = async (who: Who, fields: Record<string, string>) => await post("/asked/delegation", who, fields, "Decider");
  const day = (days: number) => new Date(Date.now() + days * 24 * HOUR).toISOString().slice(0, 10);

  it("lets a delegate vote once in the approver's place, until its last day or until the approver ends it", async () => {
    expect(await get("/asked", "jae", "Decider")).not.toContain("kim@partner.com");
    expect((await delegate("mina", { to: "Jae@contoso.com", until: day(3) })).headers.get("location")).toBe("/asked/delegation");
    expect(await get("/asked/delegation", "mina", "Decider")).toContain("jae@contoso.com decides for you until");
    expect(await get("/asked/delegation", "jae", "Decider")).toContain("You decide for mina@contoso.com until");
    expect(await get("/asked", "jae", "Decider")).toContain("kim@partner.com");
    await delegate("mina", { end: "yes" });
    expect(await get("/asked", "jae", "Decider")).not.toContain("kim@partner.com");
    expect((await delegate("mina", { to: "jae@contoso.com", until: day(90) })).status).toBe(303);
    await delegate("mina", { end: "yes" });
    await delegate("mina", { to: "jae@contoso.com", until: day(3) });
    pages.setTime(new Date(Date.now() + 5 * 24 * HOUR));
    expect(await get("/asked", "jae", "Decider")).not.toContain("kim@partner.com");
    // What is over is forgotten with the next one.
    const everGiven = async () => (await pages.world.delegations.of(["mina@contoso.com"], new Date(0))).given;
    expect(await everGiven()).toHaveLength(1);
    await delegate("dara", { to: "jae@contoso.com", until: day(8) });
    expect(await everGiven()).toEqual([]);
    pages.setTime(new Date());
    await delegate("mina", { to: "jae@contoso.com", until: day(3) });
    expect((await approve("jae")).status).toBe(303);
    expect((await now()).stages?.votes).toMatchObject([{ by: { name: "Jae Park" }, for: "mina@contoso.com" }]);
    expect(await get(`/approvals/requests/${request.id}`, "dara")).toContain("Jae Park for mina@contoso.com");
    // Neither of the two is another person for the next stage.
    for (const who of ["jae", "both"] as const) expect(await (await approve(who)).text()).toContain("You have approved it already");
    const { entries } = await pages.world.audit.page({});
    expect(entries.filter(({ action }) => action === "approvals.delegate")).toHaveLength(7);
  });

  it.each([
    {
      fields: { to: "MINA@contoso.com", until: day(1) },
      says: "mina@contoso.com is your own address: write the address of somebody else.",
    },
    { fields: { to: "jae", until: day(1) }, says: "“jae” is not an e-mail address: write one like kim@contoso.com." },
    { fields: { to: "kim_partner.com#EXT#@contoso.onmicrosoft.com", until: day(1) }, says: "write kim@partner.com" },
    { fields: { to: "", until: day(1) }, says: "Write an e-mail address like kim@contoso.com." },
    { fields: { to: "jae@contoso.com", until: day(-2) }, says: "days from today" },
    { fields: { to: "jae@contoso.com", until: day(120) }, says: "within 90 days" },
    { fields: { to: "jae@contoso.com", until: "" }, says: "days from today" },
  ])("is refused: $fields", async ({ fields, says }) => {
    const refused = await delegate("mina", fields);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain(says);
    expect((await pages.world.delegations.of(["mina@contoso.com"], new Date())).given).toEqual([]);
  });
});
