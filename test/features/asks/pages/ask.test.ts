import { carryOut } from "../../../../adapters/operator/act";
import { makeMember } from "../../../../adapters/operator/world";
import { toItem, toRow } from "../../../../adapters/tables/item";
import type { Session } from "../../../../console/session/session";
import type { Actor } from "../../../../engine/audited-change";
import { buildPersonId, type HashOf, keyedHash } from "../../../../engine/sign-up/person";
import { beforeCreateUser, type Policy } from "../../../../engine/sign-up/policy";
import { accessList } from "../../../../features/access-list/rule";
import { arrive } from "../../../../features/accounts/change";
import { decisionActs } from "../../../../features/approvals/acts";
import { makeDecisions } from "../../../../features/approvals/acts/decision";
import { approvers, sponsor } from "../../../../features/approvals/approvers";
import { invitationId } from "../../../../features/approvals/invite-person";
import type { ApprovalRequest } from "../../../../features/approvals/request";
import { requestApproval } from "../../../../features/approvals/request-approval";
import { askId, MOST_A_MONTH, MOST_OPEN, MOST_OPEN_OF_ALL } from "../../../../features/asks/ask";
import { readAsks } from "../../../../features/asks/world";
import { accept, resend, revokeInvitation } from "../../../../features/invitations/invitation";
import { invited } from "../../../../features/invitations/rule";
import { startConsole, type TestConsole } from "../../../console/support";
import { hashOf } from "../../../engine/sign-up/people";
import { startClock } from "../../../support/fake-timers";
import { newcomer } from "../../accounts/accounts";

let pages: TestConsole;
beforeEach(async () => {
  startClock();
  pages = await startConsole();
  policy({});
});
afterEach(async () => {
  expect(pages.failures).toEqual([]);
  vi.restoreAllMocks();
  await pages.close();
});

const HANA = { subject: "oid-hana", name: "Hana", userNames: ["hana@contoso.com"], isRequester: true } satisfies Partial<Session>;
const GUEST = "kim@partner.com";
const WHY = "She audits our books";

const cookie = async (more: Partial<Session> = HANA) => ({ Cookie: await pages.cookie(undefined, more) });
const show = async (more?: Partial<Session>) => await (await pages.get("/ask", undefined, await cookie(more))).text();
const ask = async (fields: Record<string, string> = {}, more?: Partial<Session>) =>
  await pages.post("/ask", undefined, { email: GUEST, why: WHY, name: "Kim", language: "ko", ...fields }, await cookie(more));
const askOf = async (email = GUEST, by = HANA.subject) => await pages.world.approvals.get(askId(email, undefined, by, hashOf));
const invitationOf = async (email = GUEST) => await pages.world.approvals.get(invitationId(email, undefined, hashOf));
const decide = async (request: ApprovalRequest, fields: Record<string, string> = {}, more: Partial<Session> = {}) =>
  await pages.post(
    "/approvals/decide",
    "Approver",
    { request: `${request.id}/${request.reference}/${request.decision?.at ?? ""}`, verb: "approve", sure: "yes", ...fields },
    { Cookie: await pages.cookie("Approver", more) },
  );
const policy = (options: Parameters<typeof requestApproval>[0]) =>
  vi.spyOn(pages.world, "policiesAt").mockReturnValue([
    beforeCreateUser([accessList({ otherwise: "continue" }), invited({ lasts: "5d", otherwise: "continue" }), requestApproval(options)], {
      trust: ["mail"],
    }) as Policy,
  ]);

it("a colleague asks, an approver says yes with a reply, and the guest is invited with the colleague as sponsor", async () => {
  expect(await show()).toContain("0 of 5 open requests used");
  const answer = await ask();
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/ask?done=sent"]);
  const request = (await askOf()) as ApprovalRequest;
  expect(request).toMatchObject({
    ...{ state: "pending", email: GUEST, locales: ["ko"], attributes: { displayName: "Kim" } },
    ask: { by: HANA.subject, name: "Hana", addresses: ["hana@contoso.com"], why: WHY },
  });
  const queue = await (await pages.get("/approvals?view=all", "Approver")).text();
  expect(queue).toContain("asked for by Hana");
  const panel = await (await pages.get(`/approvals/requests/${request.id}`, "Approver")).text();
  for (const text of ["Asked for by", "Hana, hana@contoso.com", WHY, "To the colleague who asked", "hana@contoso.com answers for them"])
    expect(panel).toContain(text);
  expect((await decide(request, { reply: "Only until the audit ends", note: "checked" })).status).toBe(303);
  expect(await askOf()).toMatchObject({ state: "admitted", decision: { verdict: "approved", reply: "Only until the audit ends" } });
  expect(await invitationOf()).toMatchObject({ state: "approved", locales: ["ko"], invitation: { sponsor: "hana@contoso.com" } });
  const own = await show();
  for (const text of ["Approved: the guest was invited", "Only until the audit ends"]) expect(own).toContain(text);
  for (const text of ["checked", "Test Approver", request.reference]) expect(own).not.toContain(text);
  for (const path of [`/approvals/requests/${request.id}`, `/people?${new URLSearchParams({ email: GUEST })}`]) {
    const page = await (await pages.get(path, "Approver")).text();
    expect(page).toContain("Invited");
    expect(page).not.toContain("Let in at sign-up");
  }
  const { entries } = await pages.world.audit.page({});
  expect(entries.map(({ action, by }) => `${action} ${by}`)).toEqual(["approvals.approve oid-Approver", `approvals.ask ${HANA.subject}`]);
});

it.each([
  { what: "an approval again", verb: "approve", text: "decided that way already" },
  { what: "a denial", verb: "deny", text: "revoke the invitation" },
])("$what is refused once the invitation was sent", async ({ verb, text }) => {
  await ask();
  await decide((await askOf()) as ApprovalRequest);
  const request = (await askOf()) as ApprovalRequest;
  const answer = await decide(request, { verb });
  expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining(text)]);
  expect(await askOf()).toMatchObject({ state: "admitted", turn: request.turn });
});

it("an Undo takes back the approval and the unused invitation, and the request waits again", async () => {
  await ask();
  await decide((await askOf()) as ApprovalRequest);
  const approved = (await askOf()) as ApprovalRequest;
  expect(await (await pages.get("/", "Approver")).text()).toMatch(/value="reopen"/);
  expect((await decide(approved, { verb: "reopen" })).status).toBe(303);
  expect(await askOf()).toMatchObject({ state: "pending" });
  expect(await askOf()).not.toHaveProperty("decision");
  expect(await invitationOf()).toMatchObject({ state: "denied" });
  await decide((await askOf()) as ApprovalRequest);
  expect(await askOf()).toMatchObject({ state: "admitted" });
  expect(await invitationOf()).toMatchObject({ state: "approved", invitation: { sponsor: "hana@contoso.com" } });
});

it.each<{ what: string; change: (id: string) => Promise<unknown> }>([
  { what: "was used", change: (id) => pages.world.approvals.change(id, (stored) => accept(stored, "call", "holder", new Date())) },
  {
    what: "was sent again",
    change: (id) =>
      pages.world.approvals.change(id, (stored) =>
        resend(stored, { by: { kind: "cli", name: "lee" }, code: "new", days: 14 }, new Date(Date.now() + 1_000)),
      ),
  },
  {
    what: "was revoked",
    change: (id) =>
      pages.world.approvals.change(id, (stored) => revokeInvitation(stored, { by: { kind: "cli", name: "lee" } }, new Date())),
  },
])("an Undo changes nothing if the invitation $what", async ({ change }) => {
  await ask();
  await decide((await askOf()) as ApprovalRequest);
  const approved = (await askOf()) as ApprovalRequest;
  await change(approved.ask?.invites ?? "");
  const before = await invitationOf();
  const answer = await decide(approved, { verb: "reopen" });
  expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining("revoke the invitation")]);
  expect([await askOf(), await invitationOf()]).toEqual([approved, before]);
});

it.each([
  { what: "was revoked", again: false, text: "Approved, but the invitation was revoked since" },
  { what: "was revoked, and who was invited anew", again: true, text: "Approved: the guest was invited" },
])("the colleague reads what became of a guest whose invitation $what", async ({ again, text }) => {
  await ask();
  await decide((await askOf()) as ApprovalRequest);
  const { id } = (await invitationOf()) as ApprovalRequest;
  await pages.world.approvals.change(id, (stored) => revokeInvitation(stored, { by: { kind: "cli", name: "lee" } }, new Date()));
  if (again) await pages.post("/people/invite", "Approver", { addresses: GUEST, days: "14", sponsor: "", language: "en", note: "" });
  expect(await show()).toContain(text);
});

it("the colleague reads a denial and its reply, and may ask again", async () => {
  await ask();
  await decide((await askOf()) as ApprovalRequest, { verb: "deny", reply: "Use the shared folder" });
  expect(await show()).toMatch(/Declined[\s\S]*Use the shared folder/);
  expect(await invitationOf()).toBeUndefined();
  expect((await ask()).status).toBe(303);
  expect(await askOf()).toMatchObject({ state: "pending", ask: { why: WHY } });
});

describe("the form answers alike, and approvers see what it does not tell", () => {
  it.each<{ what: string; title: string | undefined; before: () => Promise<unknown> }>([
    { what: "nobody knows", title: undefined, before: async () => undefined },
    { what: "the list denies", title: "Denied by the access list", before: () => pages.put({ entry: GUEST, effect: "deny" }) },
    {
      what: "has access",
      title: "Has access",
      before: () => {
        const personId = buildPersonId(GUEST, hashOf);
        const until = new Date(Date.now() + 86_400_000).toISOString();
        return pages.world.accounts().change(newcomer.id, (row) => arrive(row, { ...newcomer, email: GUEST, personId, until }, new Date()));
      },
    },
    {
      what: "is invited",
      title: "Invited already",
      before: () => pages.post("/people/invite", "Approver", { addresses: GUEST, days: "14", sponsor: "", language: "en", note: "" }),
    },
    {
      what: "somebody else asked for",
      title: undefined,
      before: () => ask({}, { ...HANA, subject: "oid-lee", name: "Lee", userNames: ["lee@contoso.com"] }),
    },
  ])("a guest whom $what", async ({ title, before }) => {
    await before();
    const answer = await ask();
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/ask?done=sent"]);
    const own = await show();
    expect(own).toContain("With the approvers");
    for (const other of ["Denied", "Has access", "nvited already", "Lee"]) expect(own).not.toContain(other);
    const panel = await (await pages.get(`/approvals/requests/${(await askOf())?.id}`, "Approver")).text();
    if (title !== undefined) expect(panel).toContain(title);
  });
});

describe("an ask for a guest whom somebody asked for already", () => {
  const LEE = { ...HANA, subject: "oid-lee", name: "Lee", userNames: ["lee@contoso.com"] };

  it.each<{ what: string; first: string; again: string; more?: Partial<Session>; isWaiting: boolean }>([
    { what: "the same guest", first: GUEST, again: GUEST, isWaiting: true },
    { what: "another spelling of the mailbox", first: "kim@gmail.com", again: "k.im+x@googlemail.com", isWaiting: true },
    { what: "a tag that may be another mailbox, as for invitations", first: GUEST, again: "kim+x@partner.com", isWaiting: false },
    { what: "another colleague", first: GUEST, again: GUEST, more: LEE, isWaiting: false },
  ])("$what: told that their request waits $isWaiting", async ({ first, again, more, isWaiting }) => {
    await ask({ email: first });
    const answer = await ask({ email: again, why: "Her second audit" }, more);
    const page = await answer.text();
    expect([answer.status, /You asked for this guest already/.test(page)]).toEqual(isWaiting ? [409, true] : [303, false]);
    if (isWaiting) expect(page).toMatch(/Her second audit.*With the approvers/s);
    const { entries } = await pages.world.audit.page({});
    expect(entries).toHaveLength(isWaiting ? 1 : 2);
    const rows = await Promise.all([askOf(first), askOf(again), askOf(again, more?.subject)]);
    for (const { subject } of entries) expect(rows.map((row) => row?.reference)).toContain(subject);
  });
});

describe("what speaks against the invitation is read again at the decision", () => {
  const laterHashOf = keyedHash("another key of the tests, long enough");
  const letIn = async (hashOf: HashOf, more: Partial<Parameters<typeof arrive>[1]> = {}) => {
    const until = new Date(Date.now() + 86_400_000).toISOString();
    const row = { ...newcomer, email: GUEST, personId: buildPersonId(GUEST, hashOf), until, ...more };
    await pages.world.accounts().change(newcomer.id, (stored) => arrive(stored, row, new Date()));
  };
  const invite = () =>
    pages.post("/people/invite", "Approver", { addresses: GUEST, days: "14", sponsor: "mina@contoso.com", language: "en", note: "" });

  it("a guest who was invited since is not approved, and the invitation stays as it is", async () => {
    await ask();
    await invite();
    const before = await invitationOf();
    const request = (await askOf()) as ApprovalRequest;
    expect(await (await pages.get(`/approvals/requests/${request.id}`, "Approver")).text()).toContain("revoke it first");
    const answer = await decide(request, { told: `${request.id}/invited-already` });
    expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining("revoke it first")]);
    expect(await askOf()).toMatchObject({ state: "pending" });
    expect(await invitationOf()).toEqual(before);
    expect((await decide(request, { verb: "deny" })).status).toBe(303);
  });

  it("a guest whose open invitation is of before a key rotation is not approved", async () => {
    const hashes = vi.spyOn(pages.world.place, "hashes").mockResolvedValue({ hashOf });
    await invite();
    hashes.mockResolvedValue({ hashOf: laterHashOf, otherHashOf: hashOf });
    await ask();
    const request = (await pages.world.approvals.get(askId(GUEST, undefined, HANA.subject, laterHashOf))) as ApprovalRequest;
    expect((await decide(request, { told: `${request.id}/invited-already` })).status).toBe(409);
    expect(await pages.world.approvals.get(invitationId(GUEST, undefined, laterHashOf))).toBeUndefined();
  });

  it.each<{ what: string; asked: HashOf; text: string; happen: () => Promise<unknown> }>([
    { what: "invited after a key rotation", asked: hashOf, text: "revoke it first", happen: invite },
    { what: "let in after a key rotation", asked: hashOf, text: "has access already", happen: () => letIn(laterHashOf) },
    { what: "let in before a key rotation", asked: laterHashOf, text: "has access already", happen: () => letIn(hashOf) },
  ])("a guest who was $what is told of", async ({ asked, text, happen }) => {
    const hashes = vi.spyOn(pages.world.place, "hashes").mockResolvedValue({ hashOf: asked, otherHashOf: hashOf });
    await ask();
    hashes.mockResolvedValue({ hashOf: laterHashOf, otherHashOf: hashOf });
    await happen();
    const request = (await pages.world.approvals.get(askId(GUEST, undefined, HANA.subject, asked))) as ApprovalRequest;
    expect(await (await pages.get(`/approvals/requests/${request.id}`, "Approver")).text()).toContain(text);
    expect((await decide(request, { sure: "" })).status).toBe(text === "revoke it first" ? 409 : 200);
    expect(await pages.world.approvals.get(request.id)).toMatchObject({ state: "pending" });
  });

  it.each<{ via: Actor["via"]; acts: ReturnType<typeof makeDecisions> }>([
    { via: "command", acts: decisionActs },
    { via: "mail", acts: decisionActs },
    { via: "api", acts: makeDecisions({}) },
  ])("$via refuses a guest who was invited since", async ({ via, acts }) => {
    await ask();
    await invite();
    const request = (await askOf()) as ApprovalRequest;
    const actor: Actor = { by: "mina@contoso.com", via, decider: { names: ["mina@contoso.com"], addresses: ["mina@contoso.com"] } };
    const attempt = { target: { id: request.id, reference: request.reference }, input: {}, answered: "all" } as const;
    const result = await carryOut(acts.approve, attempt, pages.world.place, { actor, now: new Date() });
    expect(result).toMatchObject({ kind: "stopped", concerns: [{ code: "invited-already", weight: "refused" }] });
    expect(await askOf()).toEqual(request);
  });

  it.each<{ what: string; more?: Partial<Parameters<typeof arrive>[1]>; isTold: boolean }>([
    { what: "is in since", isTold: true },
    { what: "is in since, without an end", more: { until: undefined as never }, isTold: true },
    { what: "is in at another gate", more: { gate: "suppliers" }, isTold: false },
    { what: "was in", more: { until: "2026-01-01T00:00:00.000Z" }, isTold: false },
    { what: "is somebody else", more: { personId: "another" }, isTold: false },
  ])("a guest who $what: asked about $isTold", async ({ more, isTold }) => {
    await ask();
    await letIn(hashOf, more);
    const answer = await decide((await askOf()) as ApprovalRequest, { sure: "" });
    expect([answer.status, /The guest has access already/.test(await answer.text())]).toEqual([isTold ? 200 : 303, isTold]);
  });

  it("a guest who was in when the colleague asked, and is so no more, is not asked about", async () => {
    const row = { ...newcomer, email: GUEST, personId: buildPersonId(GUEST, hashOf), until: new Date(Date.now() + 1_000).toISOString() };
    await pages.world.accounts().change(newcomer.id, (stored) => arrive(stored, row, new Date()));
    await ask();
    expect((await askOf())?.ask?.concerns).toEqual(["has-access"]);
    pages.setTime(new Date(Date.now() + 2_000));
    expect((await decide((await askOf()) as ApprovalRequest, { sure: "" })).status).toBe(303);
  });

  it("a guest whom the list denies since is asked about", async () => {
    await ask();
    await pages.put({ entry: GUEST, effect: "deny" });
    const request = (await askOf()) as ApprovalRequest;
    const answer = await decide(request, { sure: "" });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("Denied by the access list")]);
    expect(await askOf()).toMatchObject({ state: "pending" });
  });

  it("a gate that reads no invitations since is told", async () => {
    await ask();
    const panel = async () => await (await pages.get(`/approvals/requests/${(await askOf())?.id}`, "Approver")).text();
    expect(await panel()).not.toContain("No rule reads invitations");
    vi.spyOn(pages.world, "policiesAt").mockReturnValue([beforeCreateUser([requestApproval()], { trust: ["mail"] }) as Policy]);
    expect(await panel()).toContain("No rule reads invitations");
  });

  it("a policy that lets invitations last less since shortens the invitation", async () => {
    await ask();
    vi.spyOn(pages.world, "policiesAt").mockReturnValue([
      beforeCreateUser([invited({ lasts: "2d", otherwise: "continue" }), requestApproval()], { trust: ["mail"] }) as Policy,
    ]);
    await decide((await askOf()) as ApprovalRequest);
    expect((await invitationOf())?.answerBy).toMatch(/^2026-11-27T/);
  });
});

describe("is refused without asking anybody", () => {
  it.each<{ what: string; fields: Record<string, string>; text: string; status: number }>([
    { what: "one's own mailbox", fields: { email: "hana@contoso.com" }, text: "your own mailbox", status: 409 },
    { what: "one's own mailbox with a tag", fields: { email: "Hana+x@contoso.com" }, text: "your own mailbox", status: 409 },
    { what: "a colleague", fields: { email: "lee@contoso.com" }, text: "own domain", status: 409 },
    { what: "no address", fields: { email: "kim" }, text: "is not an e-mail address", status: 400 },
    { what: "no reason", fields: { why: " " }, text: "Write what your guest needs access for", status: 400 },
  ])("$what", async ({ fields, text, status }) => {
    const answer = await ask(fields);
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(text)]);
    expect(await askOf(fields.email)).toBeUndefined();
  });

  it("another mailbox of one's own, in another spelling", async () => {
    const answer = await ask({ email: "ha.na+x@googlemail.com" }, { ...HANA, userNames: ["hana@contoso.com", "hana@gmail.com"] });
    expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining("your own mailbox")]);
  });

  it("a domain that the policy's sponsor names", async () => {
    policy({ stages: [{ by: sponsor({ attribute: "extension_Sponsor", domains: ["contoso.de"] }), orElse: approvers("Partners") }] });
    expect(await (await ask({ email: "lee@contoso.de" })).text()).toContain("contoso.de is your organisation");
  });

  it("an account without an address", async () => {
    const nameless = { ...HANA, userNames: ["hana"] };
    expect(await show(nameless)).toContain("no e-mail address here");
    expect((await ask({}, nameless)).status).toBe(409);
  });

  it("a gate that reads no invitations", async () => {
    vi.spyOn(pages.world, "policiesAt").mockReturnValue([beforeCreateUser([requestApproval()], { trust: ["mail"] }) as Policy]);
    expect(await show()).toContain("No gate takes invited guests");
    expect((await ask()).status).toBe(409);
  });

  it("more than five at once, told before, until one is answered", async () => {
    for (let count = 0; count < MOST_OPEN; count++) expect((await ask({ email: `g${count}@partner.com` })).status).toBe(303);
    expect(await show()).toContain("You have 5 open requests");
    expect((await ask()).status).toBe(409);
    expect((await ask({}, { ...HANA, subject: "oid-lee", userNames: ["lee@contoso.com"] })).status).toBe(303);
    await decide((await askOf("g0@partner.com")) as ApprovalRequest, { verb: "deny" });
    expect(await show()).toContain("4 of 5 open requests used, and 5 of the 20");
    expect((await ask()).status).toBe(303);
  });

  it("more than five at once, also those that wait for longer than a list shows", async () => {
    policy({ answerWithin: "180d" });
    for (let count = 0; count < MOST_OPEN; count++) await ask({ email: `g${count}@partner.com` });
    const { Items = [] } = await pages.database.client.call<{ Items?: Parameters<typeof toRow>[0][] }>("Scan", {
      TableName: "ledger-test",
    });
    const list = Items.map(toRow).find(({ id }) => String(id).startsWith("asks/by/"));
    expect(Number(list?.expires) * 1_000).toBeGreaterThan(Date.now() + 179 * 86_400_000);
    pages.setTime(new Date(Date.now() + 100 * 86_400_000));
    expect(await show()).toContain("You have 5 open requests");
    expect((await ask()).status).toBe(409);
  });

  it("more than twenty in 30 days", async () => {
    for (let count = 0; count < MOST_A_MONTH; count++) {
      const email = `g${count}@partner.com`;
      expect((await ask({ email })).status).toBe(303);
      await decide((await askOf(email)) as ApprovalRequest, { verb: "deny" });
    }
    expect(await show()).toContain("20 guests in the last 30 days");
    expect((await ask()).status).toBe(409);
    pages.setTime(new Date(Date.now() + 31 * 86_400_000));
    expect((await ask()).status).toBe(303);
  });

  it.each<{ what: string; more: Partial<Session>; isCounted: boolean }>([
    { what: "by another address of the account", more: { userNames: ["h.lee@contoso.com"] }, isCounted: true },
    { what: "with the addresses in another order", more: { userNames: ["h.lee@contoso.com", "hana@contoso.com"] }, isCounted: true },
    { what: "by another account", more: { subject: "oid-lee", userNames: ["lee@contoso.com"] }, isCounted: false },
  ])("what a colleague asked for before, $what: $isCounted", async ({ more, isCounted }) => {
    for (let count = 0; count < MOST_OPEN; count++) await ask({ email: `g${count}@partner.com` });
    const second = { ...HANA, ...more };
    expect((await show(second)).includes("You have 5 open requests")).toBe(isCounted);
    expect((await ask({}, second)).status).toBe(isCounted ? 409 : 303);
  });

  it("what a list by address names, once", async () => {
    const at = new Date().toISOString();
    const id = `asks/by/${buildPersonId("hana@contoso.com", hashOf)}`;
    const Item = toItem({ id, turn: 1, asks: [{ id: "earlier", at }] });
    await pages.database.client.call("PutItem", { TableName: "ledger-test", Item });
    for (const [email, month] of [
      ["g0@partner.com", 2],
      ["g1@partner.com", 3],
    ] as const) {
      await ask({ email });
      expect(await show()).toContain(`and ${month} of the 20`);
    }
  });

  it("more than a hundred in all, told before, until one is answered", async () => {
    for (let count = 0; count < MOST_OPEN_OF_ALL; count++) {
      const asker = `lee${Math.floor(count / MOST_OPEN)}`;
      const more = { ...HANA, subject: `oid-${asker}`, userNames: [`${asker}@contoso.com`] };
      expect((await ask({ email: `g${count}@partner.com` }, more)).status).toBe(303);
    }
    const text = "Too many requests of colleagues wait for the approvers";
    expect(await show()).toContain(text);
    const answer = await ask();
    expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining(text)]);
    expect(await askOf()).toBeUndefined();
    await decide((await askOf("g0@partner.com", "oid-lee0")) as ApprovalRequest, { verb: "deny" });
    expect(await show()).not.toContain(text);
    expect((await ask()).status).toBe(303);
  });

  it("other roles", async () => {
    for (const more of [{ isRequester: false }, { isRequester: true, role: "Partner" as const }])
      expect((await ask({}, { ...HANA, ...more })).status).toBe(403);
    expect(await askOf()).toBeUndefined();
  });
});

it.each([
  { what: "after somebody else asked", days: 0, own: 1, all: 2 },
  { what: "after the colleague asked for somebody else, and longer ago than a list shows", days: 100, own: 2, all: 2 },
])("a request that was opened again $what counts as open", async ({ days, own, all }) => {
  policy({ answerWithin: "180d" });
  await ask();
  const at = new Date(Date.now() + days * 86_400_000);
  pages.setTime(at);
  await decide((await askOf()) as ApprovalRequest, { verb: "deny" });
  await ask({ email: "lee@partner.com" }, own === 2 ? HANA : { ...HANA, subject: "oid-lee", userNames: ["lee@contoso.com"] });
  await decide((await askOf()) as ApprovalRequest, { verb: "reopen" });
  expect(await askOf()).toMatchObject({ state: "pending" });
  expect(await show()).toContain(`${own} of 5 open requests used`);
  const standing = await makeMember(readAsks, pages.world.place).standing(["nobody"], at);
  expect(standing.openOfAll).toBe(all);
});

it("a request that was made again after a denial counts once", async () => {
  await ask();
  await decide((await askOf()) as ApprovalRequest, { verb: "deny" });
  await ask();
  expect((await makeMember(readAsks, pages.world.place).standing(["nobody"], new Date())).openOfAll).toBe(1);
});

it("who has the role alone sees nothing else", async () => {
  for (const path of ["/approvals", "/asked", "/people", "/access-list"])
    expect((await pages.get(path, undefined, await cookie())).status).toBe(403);
  expect((await pages.get("/", undefined, await cookie())).headers.get("location")).toBe("/ask");
});

it("the invitation is not longer than the gate lets one be", async () => {
  policy({});
  await ask();
  await decide((await askOf()) as ApprovalRequest);
  expect((await invitationOf())?.passUntil).toMatch(/^2026-11-30T/);
});

describe("stages leave out who asked", () => {
  it.each<{ what: string; stages: Parameters<typeof requestApproval>[0]; asked: readonly string[] }>([
    {
      what: "the colleague alone, and others: they are asked at once",
      stages: { stages: [{ by: sponsor(), orElse: approvers("lee@contoso.com"), within: "48h" }] },
      asked: ["lee@contoso.com"],
    },
    {
      what: "the colleague alone in another spelling",
      stages: { stages: [{ by: approvers("Hana+x@contoso.com"), orElse: approvers("Security") }] },
      asked: ["role:Security"],
    },
    {
      what: "the colleague alone and nobody else: every approver",
      stages: { stages: [{ by: approvers("hana@contoso.com") }] },
      asked: ["role:Approver", "role:Administrator"],
    },
    {
      what: "two people of whom one asks",
      stages: { stages: [{ by: approvers("hana@contoso.com", "lee@contoso.com"), need: 2 }] },
      asked: ["lee@contoso.com", "role:Approver", "role:Administrator"],
    },
    {
      what: "a function that fails for somebody who has typed nothing",
      stages: {
        stages: [
          { by: approvers(({ signUp }) => (signUp.attributes.country as string).toLowerCase()), orElse: approvers("lee@contoso.com") },
        ],
      },
      asked: ["lee@contoso.com"],
    },
    { what: "others", stages: { stages: [{ by: approvers("lee@contoso.com") }] }, asked: ["lee@contoso.com"] },
  ])("$what", async ({ stages, asked }) => {
    policy(stages);
    await ask();
    expect((await askOf())?.asked).toEqual(asked);
  });
});

describe("who may have asked decides at no door", () => {
  const doors = [
    { via: "command", acts: decisionActs },
    { via: "mail", acts: decisionActs },
    { via: "api", acts: makeDecisions({}) },
  ] as const;
  const deciders = [
    { who: "the colleague", decider: { names: ["Hana+x@contoso.com"], addresses: ["hana+x@contoso.com"] }, code: "own-ask" },
    { who: "the guest", decider: { names: [GUEST], addresses: [GUEST] }, code: "own-ask" },
    { who: "a session without an address", decider: { names: ["ops"] }, code: "asker-unknown" },
  ];
  it.each(doors.flatMap((door) => deciders.map((each) => ({ ...door, ...each }))))("$via: $who", async ({ via, acts, decider, code }) => {
    await ask();
    const request = (await askOf()) as ApprovalRequest;
    const attempt = { target: { id: request.id, reference: request.reference }, input: {}, answered: "all" } as const;
    for (const act of [acts.approve, acts.deny]) {
      const result = await carryOut(act, attempt, pages.world.place, { actor: { by: "x", via, decider }, now: new Date() });
      expect(result).toMatchObject({ kind: "stopped", concerns: [{ code, weight: "refused" }] });
    }
    expect(await askOf()).toEqual(request);
  });
});

it("an erasure of the colleague ends what waits, and one of the guest takes it away", async () => {
  const erase = (email: string) => pages.post("/people/erase", "Administrator", { email, confirm: email, approvals: "yes" });
  await ask();
  await ask({ email: "lee@partner.com" });
  await erase("lee@partner.com");
  expect(await askOf("lee@partner.com")).toBeUndefined();
  expect(await show()).not.toContain("lee@partner.com");
  expect(await askOf()).toMatchObject({ state: "pending" });
  await erase("hana@contoso.com");
  const erased = await askOf();
  expect(erased).toMatchObject({ state: "expired", ask: { by: "erased", addresses: [] } });
  expect(JSON.stringify(erased)).not.toMatch(/hana|audits our books/i);
});

it("a colleague's second address finds what they asked for: an export has it, and an erasure takes them out of it", async () => {
  const more = { userNames: ["hana@contoso.com", "hana.kim@contoso.com"] };
  await ask({}, { ...HANA, ...more });
  await ask({ email: "lee@partner.com" }, { ...HANA, userNames: ["hana@contoso.com"] });
  const second = "hana.kim@contoso.com";
  const exported = await (await pages.get(`/people/export.jsonl?email=${second}`, "Administrator")).text();
  expect(exported).toContain(WHY);
  await pages.post("/people/erase", "Administrator", { email: second, confirm: second, approvals: "yes" });
  expect(await askOf()).toMatchObject({ state: "expired", ask: { by: "erased", addresses: [] } });
  const rows = await pages.database.client.call<{ Items?: readonly object[] }>("Scan", { TableName: "ledger-test" });
  expect(JSON.stringify(rows.Items)).not.toContain("asks/by/");
});

describe("who asked does not decide", () => {
  it.each<{ what: string; more: Partial<Session> }>([
    { what: "by account", more: { subject: "OID-HANA", userNames: ["other@contoso.com"] } },
    { what: "by address", more: { subject: "oid-other", userNames: ["HANA@contoso.com"] } },
    { what: "by another spelling", more: { subject: "oid-other", userNames: ["hana+x@contoso.com"] } },
  ])("$what", async ({ more }) => {
    await ask();
    const request = (await askOf()) as ApprovalRequest;
    const answer = await decide(request, {}, more);
    expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining("You asked for this guest")]);
    expect(await askOf()).toMatchObject({ state: "pending" });
  });
});
