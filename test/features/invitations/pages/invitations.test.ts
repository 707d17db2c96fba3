import { buildPersonId } from "../../../../engine/sign-up/person";
import { beforeCreateUser, type Policy } from "../../../../engine/sign-up/policy";
import { accessList } from "../../../../features/access-list/rule";
import { arrive, type Newcomer, noteEvidence } from "../../../../features/accounts/change";
import type { TransitionResult } from "../../../../features/approvals/change";
import { invitationId } from "../../../../features/approvals/invite-person";
import { type ApprovalRequest, requestId } from "../../../../features/approvals/request";
import { requestApproval } from "../../../../features/approvals/request-approval";
import { deny, reopen, submit } from "../../../../features/approvals/transitions";
import { accept, extend, revokeInvitation } from "../../../../features/invitations/invitation";
import { invited } from "../../../../features/invitations/rule";
import { knownDomains } from "../../../../features/look-alikes/store";
import { asked, startConsole, type TestConsole } from "../../../console/support";
import { person } from "../../../engine/sign-up/people";
import { startClock } from "../../../support/fake-timers";
import { newcomer } from "../../accounts/accounts";
import { alice, asking, HOUR } from "../../approvals/requests";

let pages: TestConsole;
beforeEach(async () => {
  startClock();
  pages = await startConsole();
});
afterEach(() => pages.close());

const CODE = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/;
const send = (fields: Record<string, string>, role: "Approver" | "Administrator" = "Approver") =>
  pages.sent("/people/invite", role, { addresses: "kim@partner.com", days: "14", sponsor: "", language: "ko", note: "", ...fields });
const rowOf = async (email: string) => {
  const { hashOf } = await pages.world.hashes();
  return await pages.world.approvals.get(invitationId(email, undefined, hashOf));
};
const list = async (life: "invited" | "waiting" | "ended", role: "Reader" | "Approver" = "Approver") =>
  await (await pages.get(`/people?life=${life}`, role)).text();
const BACK = "/people?life=invited";
const personField = async (email: string) => {
  const row = await rowOf(email);
  return `request/${row?.id}/${row?.turn}`;
};
/** Agreed to, with what the confirmation asks for. */
const change = async (verb: string, emails: readonly string[], fields: Record<string, string> = {}) =>
  await pages.sent("/people/change", "Approver", {
    ...{ verb, sure: "yes", back: BACK, days: "30", note: "The contract changed" },
    ...fields,
    person: await Promise.all(emails.map(personField)),
  });

it("sends and shows an invitation with the end that the gate's policy sets", async () => {
  const policy = beforeCreateUser([invited({ lasts: "5d" })], { trust: ["mail"] });
  const spied = vi.spyOn(pages.world, "policiesAt").mockReturnValue([policy as Policy]);
  await send({ days: "30" });
  const row = (await rowOf("kim@partner.com")) as ApprovalRequest;
  expect(row.passUntil).toMatch(/^2026-11-30T/);
  const later = new Date("2027-01-20T00:00:00Z");
  await pages.world.approvals.change(row.id, (stored) => extend(stored, { by: { kind: "console", name: "Mina" } }, later, new Date()));
  expect((await rowOf("kim@partner.com"))?.passUntil).toBe(later.toISOString());
  for (const html of [await list("invited"), await (await pages.get("/people?email=kim%40partner.com", "Approver")).text()]) {
    expect(html).toMatch(/30 Nov/);
    expect(html).not.toMatch(/20 Jan/);
  }
  spied.mockRestore();
});

it("invites the people of a list, shows each code once, and keeps open invitations", async () => {
  const first = await (await send({ addresses: "kim@partner.com, lee@partner.com\nKim@partner.com", sponsor: "mina@contoso.com" })).text();
  expect(first.match(new RegExp(`<code>${CODE.source}`, "g"))).toHaveLength(2);
  expect(await rowOf("kim@partner.com")).toMatchObject({
    state: "approved",
    locales: ["ko"],
    decision: { by: { kind: "console", name: "Test Approver" } },
    invitation: { sponsor: "mina@contoso.com" },
  });
  expect(await (await send({})).text()).toContain("Has an open invitation already");
  const open = await list("invited");
  for (const text of ["kim@partner.com", "lee@partner.com", "mina@contoso.com", "Invited"]) expect(open).toContain(text);
  expect(open).not.toMatch(CODE);
  expect(await list("ended")).toContain("Nobody&#39;s account is disabled, and no invitation has ended.");
  expect(await (await pages.get("/approvals?view=decided", "Reader")).text()).not.toContain("kim@partner.com");
  const { entries } = await pages.world.audit.page({});
  expect(entries.map(({ action, by }) => `${action} ${by}`)).toEqual(Array(2).fill("approvals.invite oid-Approver"));
});

it("accepts names and addresses as copied from a mail program", async () => {
  const addresses = 'Dee Ray <dee.ray@newco.example>; "Ray, Kim" <kim.ray@newco.example>, ann@newco.example\nLee <lee@newco.example>';
  await send({ addresses });
  for (const name of ["dee.ray", "kim.ray", "ann", "lee"])
    expect(await rowOf(`${name}@newco.example`)).toMatchObject({ state: "approved" });
});

it("warns about a look-alike domain before it invites, and warns again if another such domain is added", async () => {
  await pages.put({ entry: "contosso.com", effect: "allow" });
  await knownDomains(pages.database.client, "ledger-test").allowed(["contosso.com"]);
  const warned = await send({ addresses: "kim@c0ntosso.com" });
  const html = await warned.text();
  expect([warned.status, html]).toEqual([
    200,
    expect.stringContaining("c0ntosso.com only looks like contosso.com: invite only if you know who owns c0ntosso.com."),
  ]);
  expect(html).toMatch(/<textarea[^>]*name="addresses"[^>]*>kim@c0ntosso\.com</);
  expect(await rowOf("kim@c0ntosso.com")).toBeUndefined();
  const [, alike = ""] = /name="alike" value="([^"]*)"/.exec(html) ?? [];
  const other = await send({ addresses: "kim@c0ntosso.com, lee@cont0sso.com", alike });
  expect(await other.text()).toContain("cont0sso.com only looks like contosso.com");
  await send({ addresses: "kim@c0ntosso.com", alike });
  expect(await rowOf("kim@c0ntosso.com")).toMatchObject({ state: "approved" });
});

it("sends no invitation to an address that the list denies, names the entry, and sends the others", async () => {
  await pages.put({ entry: "mailburst.top", effect: "deny" });
  await pages.put({ entry: "vip@mailburst.top", effect: "allow" });
  const html = await (await send({ addresses: "z@mailburst.top vip@mailburst.top kim@partner.com" })).text();
  expect(html).toMatch(/<h1>vip@mailburst\.top and kim@partner\.com invited\. Not done: z@mailburst\.top</);
  expect(html).toContain('<a href="/access-list?open=mailburst.top">Denied by mailburst.top: allow it first</a>');
  expect([await rowOf("z@mailburst.top"), (await rowOf("kim@partner.com"))?.state]).toEqual([undefined, "approved"]);
});

it("neither resends nor extends an invitation whose address the list denies by now", async () => {
  await send({});
  const before = await rowOf("kim@partner.com");
  await pages.put({ entry: "partner.com", effect: "deny" });
  for (const verb of ["resend", "extend"])
    expect(await (await change(verb, ["kim@partner.com"])).text()).toContain("Denied by partner.com: allow it first");
  expect(await rowOf("kim@partner.com")).toEqual(before);
  await change("revoke", ["kim@partner.com"]);
  expect((await rowOf("kim@partner.com"))?.state).toBe("denied");
});

it.each([
  { rules: [accessList()], then: "asks nobody", says: "Denied by partner.com: allow it first" },
  { rules: [accessList(), requestApproval({ when: "approval" })], then: "asks an approver", says: "<h1>kim@partner.com invited<" },
])("invites a person whose entry requires approval only if the policy can ask for approval: the policy $then", async ({ rules, says }) => {
  const policies = vi.spyOn(pages.world, "policiesAt").mockReturnValue([beforeCreateUser(rules as never, { trust: "any" })]);
  await pages.put({ entry: "partner.com", effect: "approval" });
  expect(await (await send({})).text()).toContain(says);
  policies.mockRestore();
});

it("invites people of a denied provider, since their way of sign-in is unknown", async () => {
  await pages.put({ entry: "issuer:entra", effect: "deny" });
  expect(await (await send({})).text()).toMatch(/<h1>kim@partner\.com invited</);
});

it("sends no invitation to people whom the gate admits already, and shows until when they are admitted", async () => {
  const until = new Date(Date.now() + 100 * 24 * HOUR).toISOString();
  const personId = buildPersonId("kim@partner.com", (await pages.world.hashes()).hashOf);
  const letIn = async (id: string, cells: Partial<Newcomer>) =>
    await pages.world.accounts().change(id, (row) => arrive(row, { ...newcomer, id, personId, until, ...cells }, new Date()));
  await letIn("elsewhere", { gate: "partners" });
  await letIn("over", { until: new Date(Date.now() - HOUR).toISOString() });
  expect(await (await send({})).text()).toMatch(/<h1>kim@partner\.com invited</);
  await letIn("in", {});
  const html = await (await send({ addresses: "kim@partner.com lee@partner.com" })).text();
  expect(html).toMatch(
    /<h1>lee@partner\.com invited\. Not done: kim@partner\.com<.*people\?email=kim%40partner\.com">Has access already, until /s,
  );
  // An earlier end, for lack of sign-ins, is the one that counts.
  const idleEnd = new Date(Date.now() + 10 * 24 * HOUR).toISOString();
  const early = { seenAt: new Date(Date.now() - HOUR).toISOString(), seenBy: "graph", earlier: { at: idleEnd, reason: "idle" } } as const;
  await pages.world.accounts().change("in", (row) => noteEvidence(row, early, new Date()));
  const [, shown] = /Has access already, until ([^<]+)</.exec(await (await send({})).text()) ?? [];
  const [, before] = /Has access already, until ([^<]+)</.exec(html) ?? [];
  expect(Date.parse(String(shown).replace(/ UTC.*/, "Z"))).toBeLessThan(Date.parse(String(before).replace(/ UTC.*/, "Z")));
});

it("names each invitation in the trail by its reference, so that its row's change is recognized", async () => {
  await send({});
  await change("revoke", ["kim@partner.com"]);
  const first = await rowOf("kim@partner.com");
  await send({});
  const again = await rowOf("kim@partner.com");
  expect(again?.reference).not.toBe(first?.reference);
  const { entries } = await pages.world.audit.page({});
  const told = entries.map(({ action, subject, after }) => [action, subject, after?.email]).reverse();
  expect(told).toEqual([
    ["approvals.invite", first?.reference, "kim@partner.com"],
    ["approvals.deny", first?.reference, "kim@partner.com"],
    ["approvals.invite", again?.reference, "kim@partner.com"],
  ]);
});

it("resends with a new code, extends and revokes selected invitations, and reports each result", async () => {
  await send({ addresses: "kim@partner.com lee@partner.com" });
  const before = await rowOf("kim@partner.com");
  expect(await (await change("resend", ["kim@partner.com"])).text()).toMatch(CODE);
  const again = await rowOf("kim@partner.com");
  expect(again?.invitation?.code).not.toBe(before?.invitation?.code);
  expect(await (await change("extend", ["kim@partner.com", "lee@partner.com"], { days: "90" })).text()).toContain(
    "<h1>Invitation of kim@partner.com and lee@partner.com extended</h1>",
  );
  const extended = await rowOf("kim@partner.com");
  expect(extended?.invitation).toEqual(again?.invitation);
  expect(extended?.history.at(-1)).toMatchObject({ by: { name: "Test Approver" }, note: "The contract changed" });
  expect(Date.parse(extended?.passUntil ?? "")).toBeGreaterThan(Date.now() + 89 * 24 * HOUR);
  expect(await (await change("revoke", ["lee@partner.com"])).text()).toContain("Invitation of lee@partner.com revoked");
  expect(await rowOf("lee@partner.com")).toMatchObject({ state: "denied", decision: { note: "The contract changed" } });
  expect(await list("ended")).toMatch(/lee@partner\.com.*Invitation revoked/s);
  const both = await change("extend", ["kim@partner.com", "lee@partner.com"]);
  expect([both.status, await both.text()]).toEqual([
    200,
    expect.stringMatching(/<h1>Invitation of kim@partner\.com extended\. Not done: lee@partner\.com<.*lee@partner\.com.*It is denied/s),
  ]);
});

it("undoes an extension or a revocation on the same page: the code is valid again until the same end", async () => {
  await send({});
  const before = await rowOf("kim@partner.com");
  const undone = async (answer: Response) => {
    const html = await answer.text();
    expect(html).toMatch(/<h1[^>]*>People</);
    const [, person = ""] = /name="person" value="([^"]*)"[^<]*<input type="hidden" name="back" value="([^"]*)"/.exec(html) ?? [];
    return await pages.sent("/people/change/undo", "Approver", { person, back: BACK });
  };
  const extending = await change("extend", ["kim@partner.com"], { days: "14" });
  expect(Date.parse((await rowOf("kim@partner.com"))?.passUntil ?? "")).toBe(Date.parse(before?.passUntil ?? "") + 14 * 24 * HOUR);
  expect(await (await undone(extending)).text()).toContain("Undone for kim@partner.com");
  const [revoked, again] = [await change("revoke", ["kim@partner.com"]), await rowOf("kim@partner.com")];
  expect(again?.state).toBe("denied");
  await undone(revoked);
  const { state, passUntil, answerBy, invitation } = before as ApprovalRequest;
  expect(await rowOf("kim@partner.com")).toMatchObject({ state, passUntil, answerBy, invitation, decision: { verdict: "approved" } });
  const late = await change("revoke", ["kim@partner.com"]);
  await change("resend", ["kim@partner.com"]);
  const refused = await undone(late);
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining("It was changed after you opened the page.")]);
});

it("asks for confirmation with all names, and changes no invitation whose row has changed since", async () => {
  await send({ addresses: "kim@partner.com lee@partner.com" });
  const before = await rowOf("kim@partner.com");
  const question = await change("revoke", ["kim@partner.com", "lee@partner.com"], { sure: "", note: "" });
  expect(await question.text()).toMatch(/<h1>Revoke: 2 people<\/h1>.*name="note".*kim@partner\.com.*lee@partner\.com/s);
  for (const { fields, says } of [
    { fields: { note: " " }, says: "Write why." },
    { fields: { verb: "extend", days: "0" }, says: "Write a number of days from 1 to 3650." },
    { fields: { verb: "transfer" }, says: "Nothing was done." },
  ]) {
    const refused = await change("revoke", ["kim@partner.com", "lee@partner.com"], fields);
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(says)]);
  }
  expect(await rowOf("kim@partner.com")).toEqual(before);
  const seen = await personField("kim@partner.com");
  await change("extend", ["kim@partner.com"]);
  const late = await pages.sent("/people/change", "Approver", { verb: "revoke", sure: "yes", note: "x", back: BACK, person: seen });
  expect([late.status, await late.text()]).toEqual([409, expect.stringContaining("It was changed after you opened the page.")]);
  expect((await change("revoke", [])).status).toBe(400);
  const many = Array.from({ length: 101 }, (_, index) => `request/${index}/1`);
  expect(await (await pages.sent("/people/change", "Approver", { verb: "revoke", person: many })).text()).toContain("At most 100");
});

it("the list of ended invitations omits people who have since asked for approval", async () => {
  await send({ addresses: "kim@partner.com lee@partner.com" });
  await change("revoke", ["kim@partner.com", "lee@partner.com"]);
  await asked(pages, "lee@partner.com");
  const ended = await list("ended");
  expect(ended).toContain("kim@partner.com");
  expect(ended).not.toContain("lee@partner.com");
});

it("lists waiting people among the requests for approval, those who have waited longest first", async () => {
  const { hashOf } = await pages.world.hashes();
  for (const [index, name] of ["first", "second", "third"].entries()) {
    const signUp = person({ email: `${name}@partner.com` });
    const waits = asking({ signUp, hashOf, onApproval: "continue", waitlist: true });
    const id = requestId(signUp, hashOf);
    await pages.world.approvals.change(id, (row) => submit(row, waits, new Date(Date.now() - (9 - index) * HOUR)));
    if (name !== "first") continue;
    for (const step of [deny, reopen]) await pages.world.approvals.change(id, (row) => step(row, { by: alice }, new Date()));
  }
  const waiting = await (await pages.get("/approvals?sort=oldest", "Approver")).text();
  const found = [...new Set([...waiting.matchAll(/name="request" value="([^"]+)"/g)].map(([, value = ""]) => value))];
  expect(found).toHaveLength(3);
  const done = await pages.sent("/approvals/decide", "Approver", { verb: "approve", sure: "yes", request: found.slice(0, 2) });
  expect(done.status).toBe(200);
  const invited = await list("invited");
  for (const name of ["first", "second"]) expect(invited).toMatch(new RegExp(`${name}@partner\\.com.*Approved, not yet in`, "s"));
  expect(invited).not.toContain("third@partner.com");
});

it.each<{ fields: Record<string, string>; says: string }>([
  { fields: { addresses: " " }, says: "Write at least one address." },
  { fields: { addresses: "kim@partner.com nobody" }, says: "“nobody” is not an e-mail address: write one like kim@contoso.com." },
  {
    fields: { addresses: "kim@ nobody" },
    says: "“kim@” is not an e-mail address: write one like kim@contoso.com.\n“nobody” is not an e-mail address: write one like kim@contoso.com.",
  },
  { fields: { days: "0" }, says: "Write a number of days from 1 to 3650." },
  { fields: { sponsor: "boss" }, says: "“boss” is not an e-mail address: write one like kim@contoso.com." },
  { fields: { sponsor: "Kim@partner.com" }, says: "Nobody is their own sponsor: kim@partner.com" },
])("invites nobody with $fields", async ({ fields, says }) => {
  const refused = await send(fields);
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain(says);
  expect(await list("invited")).toContain("Nobody has an open invitation.");
});

it("names each wrong address once, on a line of its own", async () => {
  const html = await (await send({ addresses: "kim@ nobody b@d@" })).text();
  for (const address of ["kim@", "nobody", "b@d@"]) expect(html.split(`“${address}” is not an e-mail address`)).toHaveLength(2);
  const both = await (await send({ addresses: "kim@", days: "0" })).text();
  expect(both).toMatch(/<li><a href="#addresses">“kim@”.*<li><a href="#days">/s);
});

it("stops people from inviting themselves and from extending their own invitation", async () => {
  await send({ addresses: "kim@partner.com mina@partner.com" });
  const headers = { Cookie: await pages.cookie("Approver", { userNames: ["Mina@partner.com"] }) };
  const post = async (path: string, fields: Record<string, string>) => await (await pages.sent(path, "Approver", fields, headers)).text();
  expect(await post("/people/invite", { addresses: "lee@partner.com mina+x@partner.com", days: "14" })).toContain(
    "Nobody invites themselves: mina+x@partner.com",
  );
  expect(await rowOf("lee@partner.com")).toBeUndefined();
  const before = await rowOf("mina@partner.com");
  const sure = { sure: "yes", back: BACK, days: "30", note: "x" };
  for (const verb of ["resend", "extend"])
    expect(await post("/people/change", { ...sure, verb, person: await personField("mina@partner.com") })).toContain("your own request");
  expect(await rowOf("mina@partner.com")).toEqual(before);
});

it("lets every reader see invitations, and only approvers change them", async () => {
  await send({});
  const read = await list("invited", "Reader");
  expect(read).toContain("kim@partner.com");
  expect(read).not.toContain("Invite people");
  expect((await pages.get("/people/invite", "Reader")).status).toBe(403);
  expect(await (await pages.get(`${BACK}&lang=ko`, "Reader")).text()).toContain("초대됨");
});

describe("the result of a form", () => {
  const invited = async () => {
    const answer = await pages.post("/people/invite", "Approver", { addresses: "kim@partner.com", days: "14", language: "ko" });
    expect(answer.status).toBe(303);
    return answer.headers.get("location") ?? "";
  };

  it("is shown again after a reload, with its code to copy, and sends nothing again", async () => {
    const path = await invited();
    const row = await rowOf("kim@partner.com");
    const shown = await (await pages.get(path, "Approver")).text();
    const [code] = CODE.exec(shown) ?? [];
    expect(row?.invitation?.code).toBe(code);
    expect(shown).toContain(`data-copy="kim@partner.com\t${code}"`);
    expect(shown).toMatch(/<h1[^>]*>kim@partner.com invited</);
    const revoke = { verb: "revoke", person: await personField("kim@partner.com") };
    expect(shown).toMatch(new RegExp(`action="/people/change".*value="${revoke.person}".*Revoke…`, "s"));
    expect(await (await pages.sent("/people/change", "Approver", revoke)).text()).toContain("Revoke: kim@partner.com");
    expect(await (await pages.get(path, "Approver")).text()).toBe(shown);
    expect(await rowOf("kim@partner.com")).toEqual(row);
  });

  it("is shown to no other person and in no other session, and is stored without a readable address", async () => {
    const path = await invited();
    for (const cookie of [await pages.cookie("Approver", { id: "another-session" }), await pages.cookie("Administrator")]) {
      const answer = await pages.get(path, undefined, { Cookie: cookie });
      expect([answer.status, CODE.test(await answer.text())]).toEqual([404, false]);
    }
    for (const odd of ["/people/results", "/people/results?id=..%2F..", `${path}x`])
      expect((await pages.get(odd, "Approver")).status).toBe(404);
    const { Items } = await pages.database.client.call<{ Items: object[] }>("Scan", { TableName: "ledger-test" });
    expect(JSON.stringify(Items)).toContain("console-session/session-Approver/");
    expect(JSON.stringify(Items)).not.toMatch(/kim@partner/);
    await pages.post("/sign-out", "Approver", {});
    expect((await pages.get(path, "Approver")).status).toBe(302);
  });

  it("is shown at once if it cannot be stored, since its codes exist nowhere else", async () => {
    vi.spyOn(pages.world.ledger, "add").mockRejectedValue(new Error("no answer"));
    const answer = await pages.post("/people/invite", "Approver", { addresses: "lee@partner.com", days: "14", language: "ko" });
    expect([answer.status, CODE.test(await answer.text())]).toEqual([200, true]);
    expect(pages.unredirected.splice(0)).toEqual(["/people/invite"]);
  });
});

it.each<{ state: string; tag: string; decision: string; provider: string; act(row: ApprovalRequest): TransitionResult | undefined }>([
  { state: "open", tag: "Invited", decision: "Invited by", provider: "nothing yet: invited", act: () => undefined },
  {
    ...{ state: "used", tag: "Invitation used", decision: "Invited by", provider: "not recorded: came with the invitation" },
    act: (row) => accept(row, "call", "holder", new Date()),
  },
  {
    ...{ state: "revoked", tag: "Invitation revoked", decision: "Invitation revoked by", provider: "nothing yet: invited" },
    act: (row) => revokeInvitation(row, { by: alice }, new Date()),
  },
  {
    ...{ state: "ended", tag: "Invitation ended", decision: "Invited by", provider: "nothing yet: invited" },
    act: (row) => extend(row, { by: alice }, new Date(Date.now() - HOUR), new Date()),
  },
])("an invitation that is $state is called so on its page and in the search", async ({ state, tag, decision, provider, act }) => {
  await send({});
  const { id } = (await rowOf("kim@partner.com")) as ApprovalRequest;
  await pages.world.approvals.change(id, (stored) => act(stored as ApprovalRequest) ?? { ok: false, why: "already" });
  const html = await (await pages.get(`/approvals/requests/${id}`, "Approver")).text();
  expect(html).toMatch(new RegExp(`class="tags">.{0,40}${tag}<.*${decision} (Test Approver|alice) at`, "s"));
  expect(html).toContain(provider);
  expect(html).not.toMatch(/>(Approved|Denied|Expired|Let in at sign-up|Asked)\b/);
  expect(await (await pages.get(`/search?q=kim`, "Approver")).text()).not.toMatch(/Denied|Approved/);
  if (state === "revoked") expect(await (await pages.get(`/search?q=kim`, "Approver")).text()).toContain(tag);
});
