import { marshall } from "@aws-sdk/util-dynamodb";
import { FORM_PAGE } from "../../../../console/app/sent-form";
import { arrive } from "../../../../features/accounts/change";
import type { ApprovalRequest } from "../../../../features/approvals/request";
import { claim, complete, fail, strip, usePass } from "../../../../features/approvals/transitions";
import { knownDomains } from "../../../../features/look-alikes/store";
import { asked, record, startConsole, type TestConsole } from "../../../console/support";
import { startClock } from "../../../support/fake-timers";
import { seed } from "./seed";

let pages: TestConsole;
beforeAll(async () => {
  startClock();
  pages = await startConsole();
});
afterEach(() => {
  pages.setTime(new Date());
  vi.restoreAllMocks();
});
afterAll(() => pages.close());

/** Addresses in the rows of a page, in their order. */
const rowsOf = (page: string) =>
  [...page.matchAll(/<tr data-key="[\s\S]*?<\/tr>/g)].map(([row]) => /<small><bdi>([^<]*)</.exec(row)?.[1] ?? "");
const html = async (path: string) => (await pages.get(path, "Approver")).text();
const named = ({ id, reference, decision }: ApprovalRequest) => `${id}/${reference}/${decision?.at ?? ""}`;
const decide = (verb: string, requests: readonly ApprovalRequest[], more: Record<string, string | readonly string[]> = {}) =>
  pages.post("/approvals/decide", "Approver", { verb, request: requests.map(named), ...more });
const now = (request: ApprovalRequest) => pages.world.approvals.get(request.id);
const trail = async (reference: string) => (await pages.world.audit.page({})).entries.filter(({ subject }) => subject === reference);
const failed = async (request: ApprovalRequest) => {
  const { change } = pages.world.approvals;
  await decide("approve", [request]);
  await change(request.id, (stored) => claim(stored, { holder: "w", leaseMs: 1_000 }, new Date()));
  await change(request.id, (stored) => fail(stored, "w", { reason: "address-taken" }, new Date()));
};

const provisioned = async ({ id }: ApprovalRequest) => {
  await pages.world.approvals.change(id, (stored) => claim(stored, { holder: "w", leaseMs: 1_000 }, new Date()));
  await pages.world.approvals.change(id, (stored) => complete(stored, "w", { id: "oid" }, new Date()));
};

it("the menu counts the requests that its link opens", async () => {
  const opened = async () => {
    const response = await pages.get("/approvals", "Approver");
    return rowsOf(await html(response.headers.get("location") ?? "/approvals"));
  };
  const counted = async () => ((await (await pages.get("/counts", "Approver")).json()) as { approvals: string }).approvals;
  const [own] = [await asked(pages, "own@count.example"), await asked(pages, "other@count.example")];
  expect([await counted(), (await opened()).length]).toEqual(["2", 2]);
  await pages.post("/tasks/assign", "Approver", { request: [`${own.id}/${own.reference}`], to: "oid-Approver", back: "/approvals" });
  expect([await counted(), await opened()]).toEqual(["1", ["own@count.example"]]);
  for (const request of [own, await asked(pages, "other@count.example")]) await decide("deny", [request], { sure: "yes" });
});

it("all that one form writes has one id, in rows and in the audit log", async () => {
  const [one, two] = [await asked(pages, "one@act.example"), await asked(pages, "two@act.example")];
  await decide("deny", [one, two], { sure: "yes" });
  const acts = async (request: ApprovalRequest) => [(await now(request))?.history.at(-1)?.act, (await trail(request.reference))[0]?.act];
  const ids = new Set([...(await acts(one)), ...(await acts(two))]);
  expect([...ids]).toEqual([expect.stringMatching(/^\d{8}-\d{9}-\w{4}$/)]);
  await decide("deny", [await asked(pages, "three@act.example")]);
  expect(ids).not.toContain((await pages.world.audit.page({})).entries[0]?.act);
});

it("a question is asked again if something speaks against the approval that it did not tell", async () => {
  const request = await asked(pages, "kim@later-denied.example", { emailProven: false });
  const toldIn = (text: string) => [...text.matchAll(/name="told" value="([^"]*)"/g)].map(([, told]) => told as string);
  const first = toldIn(await (await decide("approve", [request])).text());
  expect(first).toEqual([`${request.id}/not-proven`]);
  await pages.put({ entry: "later-denied.example", effect: "deny" });
  const again = await decide("approve", [request], { sure: "yes", told: first });
  expect(again.status).toBe(200);
  const question = await again.text();
  expect(question).toContain("Denied by the access list");
  expect(await now(request)).toMatchObject({ state: "pending" });
  const other = await asked(pages, "lee@later-denied.example", { emailProven: false });
  const some = await decide("approve", [request, other], { sure: "yes", told: [...toldIn(question), `${other.id}/not-proven`] });
  expect(some.status).toBe(303);
  expect([(await now(request))?.state, (await now(other))?.state]).toEqual(["approved", "pending"]);
});

describe("a burst of requests from one domain", () => {
  const shown = async (path: string) => (await (await pages.get(path, "Administrator")).text()).replaceAll("&amp;", "&");

  it("stands at the top of the inbox, and none of its requests is selected for approval", async () => {
    await seed(pages, "usual.example", 5);
    await seed(pages, "mailburst.example", 25);
    const inbox = await shown("/");
    expect(inbox).toMatch(/<h2>Now<\/h2>(?:(?!<h2>).)*A burst of requests: 25 people from mailburst\.example/s);
    expect(inbox).toMatch(/href="\/approvals\/deny-domain\?domain=mailburst\.example"[^>]*>Deny mailburst\.example and its 25 requests</);
    expect(inbox).toContain('href="/approvals?domain=usual.example&answer=mine&select=all"');
    expect(inbox).not.toContain('"/approvals?domain=mailburst.example&answer=mine&select=all"');
    expect(await html("/")).toMatch(/href="\/approvals\?domain=mailburst\.example&amp;answer=mine"[^>]*>Review</);
  });

  it("can be denied in one step: a deny for the domain, and a denial of the requests", async () => {
    const requests = await seed(pages, "once.example", 21);
    const question = await pages.get("/approvals/deny-domain?domain=once.example", "Administrator");
    expect(await question.clone().text()).toContain("Deny once.example and its 21 requests");
    const fields = { domain: "once.example", sure: "yes", confirm: "once.example" };
    const done = await pages.post("/approvals/deny-domain", "Administrator", fields);
    expect(done.status).toBe(303);
    expect((await pages.world.accessList.get("once.example"))?.effect).toEqual({ S: "deny" });
    expect(new Set((await Promise.all(requests.map(now))).map((request) => request?.state))).toEqual(new Set(["denied"]));
    // Denied already: the requests alone are left, and nobody is selected for approval.
    const late = await asked(pages, "late@once.example");
    const again = await pages.get("/approvals/deny-domain?domain=once.example", "Administrator");
    expect(again.headers.get("location")).toBe("/approvals?domain=once.example&select=all");
    const queue = await html("/approvals?domain=once.example&select=all");
    const [box] = new RegExp(`<input[^>]*value="${late.id}/[^>]*>`).exec(queue) ?? [];
    expect(box).toBeDefined();
    expect(box).not.toContain("checked");
    expect(queue).toMatch(/value="deny" class="danger".*value="approve"/s);
  });

  it("is not denied, and the page reports that, if somebody else edits the domain's entry first", async () => {
    const [request] = await seed(pages, "raced.example", 1);
    const { many } = pages.world.accessList;
    vi.spyOn(pages.world.accessList, "many").mockImplementationOnce(async (keys) => {
      const items = await many(keys);
      await pages.put({ entry: "raced.example", effect: "allow", note: "theirs" });
      return items;
    });
    const fields = { domain: "raced.example", sure: "yes", confirm: "raced.example" };
    const raced = await pages.post("/approvals/deny-domain", "Administrator", fields);
    expect([raced.status, (await raced.text()).includes("Nothing was written")]).toEqual([409, true]);
    expect((await pages.world.accessList.get("raced.example"))?.effect).toEqual({ S: "allow" });
    expect((await now(request as ApprovalRequest))?.state).toBe("pending");
  });
});

it("the page of a request shows the evidence of identity vendors about the person", async () => {
  const verifications = [{ vendor: "acme", outcome: "review", code: "REFER", reference: "4712" }];
  const { id } = await asked(pages, "vendor@queue.example", { verifications });
  expect(await html(`/approvals/requests/${id}`)).toContain("acme: review (code REFER, reference 4712)");
});

it("a renewal is marked in the queue and on the request's page, with the reason why access ended", async () => {
  const renews = { since: "2026-03-01T08:00:00.000Z", endedAt: "2026-06-14T08:00:00.000Z", how: "early", by: "Boss" } as const;
  const { id } = await asked(pages, "renew@queue.example", { renews });
  expect(await html(`/approvals/requests/${id}`)).toMatch(/Renewal.*access since 1 Mar( 2026)? .* ended early by Boss: 14 Jun/s);
  expect(await html("/approvals")).toContain("Renewal");
});

it("a tab shows no count if some of its rows are unread", async () => {
  const store = pages.world.readableApprovals(() => undefined);
  const pageByState: typeof store.pageByState = async (state, ...rest) =>
    state === "failed" ? { items: [], next: {} as never } : await store.pageByState(state, ...rest);
  vi.spyOn(pages.world, "readableApprovals").mockReturnValue({ ...store, pageByState });
  expect(await html("/approvals")).toMatch(/>Account failed<\/a>/);
});

describe("the request of a person who was approved before", () => {
  it("shows what differs from the earlier approval", async () => {
    const first = await asked(pages, "again@queue.example", { onApproval: "continue" });
    await decide("approve", [first]);
    const more = { attributes: { displayName: "Kim Lee", jobTitle: "Boss" }, voided: "It holds what was not approved." };
    const second = await asked(pages, "again@queue.example", { onApproval: "continue", ...more });
    const page = await html(`/approvals/requests/${second.id}`);
    expect(second.reference).not.toBe(first.reference);
    for (const text of ["Approved before", first.reference, "Differs from what was approved before", "nothing", "Boss"])
      expect(page).toContain(text);
  });
});

describe("the console's prediction of an approval", () => {
  const facebook = [{ issuer: "facebook.com", issuerAssignedId: "1" }];
  const cases = [
    {
      given: "okta",
      more: { identities: [{ issuer: "okta.example", issuerAssignedId: "1" }] },
      says: /No account possible.*accounts for okta\.example/s,
    },
    { given: "no-id", more: { identities: [{ issuer: "google.com" }] }, says: /Identity incomplete.*Entra didn.{1,5}t send/s },
    {
      given: "claimed",
      more: { identities: facebook, emailProven: false },
      says: /Address not verified.*facebook\.com lets people claim any address/s,
    },
    {
      given: "lets-in",
      more: { identities: [{ issuer: "okta.example", issuerAssignedId: "1" }], onApproval: "continue" as const, emailProven: false },
      says: /Address not verified.*let in once/s,
      not: "No account possible",
    },
    { given: "nothing", more: {}, not: "No account possible" },
  ];

  it.each(cases)("is shown on the request's page: $given", async ({ given, more, says, not }) => {
    const { id } = await asked(pages, `${given}@hindered.example`, more);
    const page = await html(`/approvals/requests/${id}`);
    if (says !== undefined) expect(page).toMatch(says);
    if (not !== undefined) expect(page).not.toContain(not);
  });

  it.each([
    { given: "okta", says: "No account is created, unless your settings invite everybody", not: "An account is created" },
    { given: "no-id", says: "No account is created", not: "The account is created" },
    { given: "claimed", says: "An account is created", not: "No account is created" },
    { given: "lets-in", says: "They may sign up once", not: "ccount is created" },
  ])("agrees with the page's list of what follows an approval: $given", async ({ given, says, not }) => {
    const more = cases.find((each) => each.given === given)?.more;
    const { id } = await asked(pages, `agrees-${given}@agreeing.example`, more);
    const [, follows] = (await html(`/approvals/requests/${id}`)).split("If you approve</h2>");
    const list = follows?.split("</ul>")[0];
    expect(list).toContain(says);
    expect(list).not.toContain(not);
  });

  it("is shown in the queue", async () => {
    const page = await html("/approvals?domain=hindered.example");
    for (const words of ["No account possible", "Identity incomplete", "Address not verified"]) expect(page).toContain(words);
  });

  it("warns of a request that failed before, and of a person who already has an account", async () => {
    const again = await asked(pages, "again@hindered.example");
    await failed(again);
    await decide("reopen", [(await now(again)) ?? again]);
    expect(await html(`/approvals/requests/${again.id}`)).toContain("Account failed before");
    const made = await asked(pages, "twice@hindered.example");
    await decide("approve", [made]);
    await provisioned(made);
    const second = await asked(pages, "twice@hindered.example", { identities: facebook });
    expect(await html(`/approvals/requests/${second.id}`)).toMatch(new RegExp(`Account exists.*${made.reference}`, "s"));
    await seed(pages, "often.example", 30, () => ({ personId: second.personId, state: "denied" }));
    expect(await html(`/approvals/requests/${second.id}`)).toContain("Account exists");
  });

  it("shows no deadline of a request on the waiting list", async () => {
    const request = await asked(pages, "kim@waits.example", { waitlist: true });
    expect(await html(`/approvals/requests/${request.id}`)).not.toMatch(/Due [^<]*\d/);
    expect(await html(`/approvals/requests/${(await asked(pages, "lee@asks.example")).id}`)).toMatch(/Due [^<]*\d/);
  });

  it("warns of a domain that only resembles one that the list allows", async () => {
    await knownDomains(pages.database.client, "ledger-test").allowed(["contoso.com"]);
    await pages.put({ entry: "contoso.com", effect: "allow" });
    await knownDomains(pages.database.client, "ledger-test").allowed(["emea.contoso.com"]);
    await pages.put({ entry: "emea.contoso.com", effect: "allow" });
    const [one, two] = [await asked(pages, "kim@c0ntoso.com"), await asked(pages, "lee@c0ntoso.com")];
    expect(await html("/")).toMatch(/2 people from c0ntoso\.com wait for approval<.*?Looks like contoso\.com\. /s);
    expect(await html("/?open=group/c0ntoso.com")).toContain("c<mark>0</mark>ntoso.com");
    expect(await html("/approvals?domain=c0ntoso.com")).toContain('<span class="hidden">Look-alike domain</span>');
    expect(await html(`/approvals/requests/${one.id}`)).toMatch(
      /Look-alike domain.*c<mark>0<\/mark>ntoso\.com<\/bdi> ≠ <bdi class="value">contoso\.com</s,
    );
    const question = await (await decide("approve", [one, two], { back: "/approvals" })).text();
    expect(question).toMatch(/Look-alike domain\..*c<mark>0<\/mark>ntoso\.com.*kim@c0ntoso\.com.*Look-alike domain<\/span>.*Leave out</s);
    expect(await html(`/approvals/requests/${(await asked(pages, "kim@contoso.com")).id}`)).not.toContain("Look-alike");
    // One alone is asked about too, and its page keeps the warning.
    const alone = await decide("approve", [one]);
    expect([alone.status, await alone.text()]).toEqual([200, expect.stringMatching(/Approve kim@c0ntoso\.com\?.*Look-alike domain/s)]);
    expect(await now(one)).toMatchObject({ state: "pending" });
    expect((await decide("approve", [one], { sure: "yes" })).status).toBe(303);
    await provisioned(one);
    expect(await html(`/approvals/requests/${one.id}`)).toMatch(/Account created<.*note warn".*ntoso\.com<\/bdi> ≠ /s);
  });

  it.each([
    { onApproval: "provision", says: "no account is created\\..*Remove or narrow the entry first" },
    { onApproval: "continue", says: "the list refuses the sign-up" },
  ] as const)("warns of an address that the list denies: $onApproval", async ({ onApproval, says }) => {
    await pages.put({ entry: "denied.example", effect: "deny" });
    const denied = await asked(pages, `${onApproval}@denied.example`, { onApproval });
    const warning = new RegExp(`Denied by the access list.*href="/access-list\\?open=denied\\.example".*${says}`, "s");
    expect(await html("/approvals?domain=denied.example")).toContain('<span class="hidden">Denied by the access list</span>');
    expect(await html(`/approvals/requests/${denied.id}`)).toMatch(warning);
    expect(await (await decide("approve", [denied])).text()).toMatch(warning);
    await pages.put({ entry: denied.email, effect: "allow" });
    expect(await html(`/approvals/requests/${denied.id}`)).not.toContain("Denied by");
  });

  it.each([
    { verb: "retry", becomes: "approved" },
    { verb: "reopen", becomes: "pending" },
  ])("warns before $verb for a failed account if the list denies the person", async ({ verb, becomes }) => {
    const domain = `${verb}.denied.example`;
    const request = await asked(pages, `kim@${domain}`);
    await failed(request);
    const failedNow = (await now(request)) as ApprovalRequest;
    await pages.put({ entry: domain, effect: "deny" });
    const question = await decide(verb, [failedNow], { note: "again" });
    expect([question.status, await question.text()]).toEqual([
      200,
      expect.stringMatching(
        new RegExp(`Denied by the access list.*href="/access-list\\?open=${domain.replaceAll(".", "\\.")}".*Remove or narrow`, "s"),
      ),
    ]);
    expect(await now(request)).toMatchObject({ state: "failed" });
    expect((await decide(verb, [failedNow], { sure: "yes" })).status).toBe(303);
    expect(await now(request)).toMatchObject({ state: becomes });
  });

  it("names all people with look-alike domains, and offers to omit all of them at once", async () => {
    const many = await seed(pages, "contosso.com", 9);
    const question = await (await decide("approve", many, { back: "/approvals" })).text();
    expect(question).toMatch(/<button[^>]* value="([^".]+\.){8}[^".]+"[^>]* autofocus=""[^>]*>Leave out all 9</);
    expect(question.match(/>Leave out</g)).toHaveLength(9);
    const leave = many.map(({ id }) => id).join(".");
    const fields = { back: "/approvals", sure: "yes", leave };
    expect((await decide("approve", many, fields)).headers.get("location")).toBe("/approvals");
    const other = await asked(pages, "a@unlike.example");
    expect(await (await decide("approve", [...many, other], fields)).text()).toMatch(/Approve a@unlike\.example\?/);
  });

  it("names each of several people, and offers to omit one, in either language", async () => {
    const several = [
      ...(await seed(pages, "counted.example", 3)),
      await asked(pages, "a@counted.example", {
        ...{ identities: [{ issuer: "okta.example", issuerAssignedId: "2" }], attributes: { displayName: "Tom Okoye" } },
      }),
      await asked(pages, "b@counted.example", { identities: [{ issuer: "google.com" }], emailProven: false }),
    ];
    const question = await (await decide("approve", several, { back: "/approvals" })).text();
    expect(question).toMatch(/Approve 5 requests\?.*okta\.example.*Tom Okoye.*No account possible<.*Leave out<.*Identity incomplete</s);
    const leave = several[3]?.id ?? "";
    const without = await (await decide("approve", several, { back: "/approvals", sure: "yes", leave })).text();
    expect(without).toMatch(/Approve 4 requests\?/);
    expect(without).not.toContain("Tom Okoye");
    expect(await (await decide("deny", several, { back: "/approvals" })).text()).not.toMatch(/account possible|Leave out/);
    const Cookie = `${await pages.cookie("Approver")}; gatehouse-language=ko`;
    const korean = await pages.post("/approvals/decide?lang=ko", "Approver", { verb: "approve", request: several.map(named) }, { Cookie });
    expect(await korean.text()).toMatch(/요청 5건: 승인할까요\?.*Tom Okoye.*제외</s);
  });
});

describe("an approver's own request", () => {
  it.each([
    { by: "address", email: "own@queue.example", who: { userNames: ["Own@queue.example"] } },
    { by: "account", email: "mine@queue.example", who: { subject: "oid-own" } },
  ])("is marked as theirs if their $by shows it, and only another approver can decide on it", async ({ email, who }) => {
    const identities = [{ issuer: "google.com", issuerAssignedId: "oid-own" }];
    const own = await asked(pages, email, { identities });
    const Cookie = await pages.cookie("Approver", who);
    const read = async (path: string) => await (await pages.get(path, "Approver", { Cookie })).text();
    expect(await read("/approvals")).toMatch(new RegExp(`${email}[\\s\\S]*?<span class="tag warn">Yours</span>`));
    const page = await read(`/approvals/requests/${own.id}`);
    expect(page).toContain("It is your own request: ask another approver to decide on it.");
    expect(page).not.toContain('value="approve"');
    const refused = await pages.post("/approvals/decide", "Approver", { verb: "approve", request: named(own) }, { Cookie });
    expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining("It is your own request")]);
    expect((await now(own))?.state).toBe("pending");
    expect(await trail(own.reference)).toEqual([]);
    expect((await decide("deny", [own])).status).toBe(303);
  });
});

it("an approver who selects several requests approves all but their own", async () => {
  const [own, other] = [await asked(pages, "self@several.example"), await asked(pages, "other@several.example")];
  const Cookie = await pages.cookie("Approver", { userNames: [own.email] });
  const request = [own, other].map(named);
  const response = await pages.sent("/approvals/decide", "Approver", { verb: "approve", request, sure: "yes" }, { Cookie });
  expect([response.status, await response.text()]).toEqual([
    200,
    expect.stringMatching(/It is your own request.*The account is created next\./s),
  ]);
  expect([(await now(own))?.state, (await now(other))?.state]).toEqual(["pending", "approved"]);
});

describe("the queue", () => {
  it("shows waiting requests, the oldest first, with what an approver must know", async () => {
    const first = await asked(pages, "first@queue.example", { emailProven: false });
    const second = await asked(pages, "second@queue.example");
    const page = await html("/approvals");
    const rows = rowsOf(page);
    expect(rows.indexOf(first.email)).toBeLessThan(rows.indexOf(second.email));
    expect(page).toContain("Address not verified");
    expect(page).toContain("Kim Lee");
    expect(page).toContain("&lt; 1 min");
  });

  it("can be reloaded without the page frame and without the form's buttons", async () => {
    const page = await html("/approvals/live?open=x");
    expect(page).toMatch(/^<div class="hidden" role="status"><p id="queue-count"/);
    expect(page).toContain('data-from="/approvals/live?open=x"');
    expect(page).not.toMatch(/<html|<button/);
    expect(page).toContain("first@queue.example");
  });

  it("offers a Reader no decisions", async () => {
    const page = await (await pages.get("/approvals", "Reader")).text();
    expect(page).toContain("first@queue.example");
    expect(page).not.toMatch(/value="approve"|name="request"/);
  });

  it("lists unanswered requests as expired, and no longer as waiting, once their time is over", async () => {
    const late = await asked(pages, "late@queue.example", { answerWithinDays: 0.0001 });
    pages.setTime(new Date(Date.now() + 60_000));
    expect(rowsOf(await html("/approvals"))).not.toContain(late.email);
    expect(rowsOf(await html("/approvals?state=expired"))).toContain(late.email);
    expect(rowsOf(await html("/approvals?view=decided&q=late%40queue.example"))).toContain(late.email);
  });

  it("reports accounts that could not be created", async () => {
    await failed(await asked(pages, "failed@queue.example"));
    expect(await html("/approvals")).toMatch(/href="\/approvals\?view=failed"[^>]*>Account failed <span class="count bad">1</);
    expect(await html("/approvals?view=failed")).toContain("Another account of the tenant has this address");
  });
});

describe("a long queue", () => {
  let many: readonly ApprovalRequest[];
  beforeAll(async () => {
    const from = Date.now() + 86_400_000;
    const answerBy = (index: number) => new Date(from + ((index * 7) % 307) * 60_000).toISOString();
    many = await seed(pages, "long.example", 301, (index) => ({ answerBy: answerBy(index) }));
  });

  /** The addresses of all pages, in their order, and how many pages there are. */
  async function walk(query: string) {
    const emails: string[] = [];
    let path: string | undefined = `/approvals?${query}`;
    for (let count = 1; ; count++) {
      const page = await html(path);
      emails.push(...rowsOf(page));
      path = /href="([^"]*)" rel="next"/.exec(page)?.[1]?.replaceAll("&amp;", "&");
      if (path === undefined) return { emails, count };
    }
  }
  const by = (key: (request: ApprovalRequest) => string) => many.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));

  it.each([
    { sort: "oldest", expected: () => by(({ requestedAt }) => requestedAt) },
    { sort: "", expected: () => by(({ answerBy }) => answerBy) },
  ])("shows everybody on its pages, each once: $sort", async ({ sort, expected }) => {
    const { emails, count } = await walk(`domain=long.example&sort=${sort}`);
    expect(emails).toEqual(expected().map(({ email }) => email));
    expect(count).toBe(4);
  });

  it("counts in its header all waiting people, in total and for each domain", async () => {
    const page = await html("/approvals?domain=long.example");
    // The tab counts everybody, as the menu does.
    expect(Number(/aria-current="page">All waiting <span class="count">(\d+)</.exec(page)?.[1])).toBeGreaterThan(301);
    expect(page).toMatch(
      /long\.example<\/bdi> <small>301<.*href="\/approvals\?domain=long\.example&amp;select=all"[^>]*>Select the first 100</,
    );
    expect(rowsOf(page)).toHaveLength(100);
  });

  it("fills a page of decided requests without reading any waiting request in full", async () => {
    const state = { state: "denied", answerBy: new Date(Date.now() + 86_400_000).toISOString() } as const;
    const decided = await seed(pages, "over.example", 101, () => state);
    const call = vi.spyOn(pages.database.client, "call");
    expect(rowsOf(await html("/approvals?view=decided&domain=over.example"))).toHaveLength(100);
    const inputs = call.mock.calls.map(([, input]) => input as Record<string, unknown>);
    call.mockRestore();
    const whole = inputs.filter(({ IndexName, ProjectionExpression }) => IndexName === "by-state" && ProjectionExpression === undefined);
    expect(JSON.stringify(whole)).toMatch(/"denied"/);
    expect(JSON.stringify(whole)).not.toMatch(/"pending"/);
    expect((await walk("view=decided&domain=over.example")).emails).toEqual(decided.map(({ email }) => email).reverse());
  });

  it("shows the requests of a time alone, and the rest of the page goes on with that time", async () => {
    const at = (day: number) => `2026-11-0${day}T10:00:00.000Z`;
    const more = (index: number) => ({ state: "denied", requestedAt: at(1), changedAt: at(index + 1), answerBy: at(9) }) as const;
    const [first, second, third] = (await seed(pages, "when-decided.example", 3, more)).map(({ email }) => email);
    const of = async (query: string) => rowsOf(await html(`/approvals?view=decided&domain=when-decided.example${query}`));
    expect(await of("&from=2026-11-02")).toEqual([third, second]);
    expect(await of("&from=2026-11-02&to=2026-11-02")).toEqual([second]);
    expect(await of("&to=2026-11-01")).toEqual([first]);
    const page = await html("/approvals?view=decided&domain=when-decided.example&from=2026-11-02");
    expect(page).toMatch(/href="\/approvals\?view=decided&amp;domain=when-decided\.example&amp;from=2026-11-02&amp;open=/);
    expect(await html("/approvals?view=decided&from=yesterday")).toContain("This is not a date");
  });

  it("reports a page position that belongs to another search", async () => {
    const next = /href="([^"]*)" rel="next"/.exec(await html("/approvals?domain=long.example"))?.[1] ?? "";
    expect(await html(next.replaceAll("&amp;", "&").replace("long.example", "other.example"))).toContain("belongs to another search");
  });

  it.each([
    { query: "domain=@LONG.example", found: true },
    { query: "domain=ong.example", found: false },
    { query: "domain=%3Cb%3E", found: false },
  ])("is filtered: $query", async ({ query, found }) => {
    expect((await html(`/approvals?${query}`)).includes("<bdi>p0@long.example")).toBe(found);
  });

  it("returns to the same place after a decision", async () => {
    const fields = { back: "/approvals?domain=long.example&sort=oldest&done=x", sure: "yes" };
    const response = await decide("approve", many.slice(299), fields);
    expect(response.headers.get("location")).toMatch(/^\/approvals\?domain=long\.example&sort=oldest&undo=[\w-]{24}$/);
  });
});

describe("the views of the queue", () => {
  const viewed = async (view: string, more = "", role: "Approver" | "Administrator" = "Approver") =>
    await (await pages.get(`/approvals?view=${view}&domain=views.example${more}`, role)).text();
  const assign = async (requests: readonly ApprovalRequest[], to: string) => {
    const fields = { to, request: requests.map(named), back: "/approvals?domain=views.example" };
    const { headers } = await pages.post("/tasks/assign", "Approver", fields);
    return await (await pages.get(headers.get("location") ?? "", "Approver")).text();
  };
  let several: readonly ApprovalRequest[];
  beforeAll(async () => {
    several = await seed(pages, "views.example", 4);
    const colleague = { id: "oid-Administrator", name: "Test Administrator", role: "Administrator" };
    await pages.world.colleagues.signedIn(colleague, new Date());
    await pages.world.colleagues.signedIn({ id: "oid-Reader", name: "Test Reader", role: "Reader" }, new Date());
  });

  it("show the assignee of each request, and have counts", async () => {
    const [first, second] = several as readonly [ApprovalRequest, ApprovalRequest];
    const queue = await viewed("all");
    expect(queue).toMatch(/<select name="to".*>Me \(Test Approver\)<.*Test Administrator.*formaction="\/tasks\/assign"/s);
    expect(queue).not.toContain("Test Reader");
    expect(await assign([first], "oid-Approver")).toMatch(
      /Assigned Kim Lee to Test Approver\..*data-draft-done="oid-Approver\/domain=views\.example"/s,
    );
    await assign([second], "oid-Administrator");
    expect(await pages.world.tasks.get(`request/${first.id}`)).toMatchObject({
      owner: { name: "Test Approver" },
      personId: first.personId,
    });
    expect(rowsOf(await viewed("mine"))).toEqual([first.email]);
    expect(rowsOf(await viewed("others"))).toEqual([second.email]);
    expect(rowsOf(await viewed("all"))).toHaveLength(4);
    expect(rowsOf(await viewed("mine", "", "Administrator"))).toEqual([second.email]);
    expect(await viewed("all")).toMatch(/>Mine <span class="count">1<.*Waiting on others <span class="count">1</);
    expect((await trail(`request/${first.id}`)).map(({ action, name }) => `${action} ${name}`)).toEqual(["tasks.assigned Test Approver"]);
  });

  it("refuse to assign a request to an unknown person, or a request that a colleague has taken meanwhile", async () => {
    const [first, second, third] = several as readonly [ApprovalRequest, ApprovalRequest, ApprovalRequest];
    await assign([third], "oid-nobody");
    expect(await pages.world.tasks.get(`request/${third.id}`)).toBeUndefined();
    expect(await assign([first, second], "oid-Approver")).toContain("meanwhile: 2.");
    expect((await pages.world.tasks.get(`request/${second.id}`))?.owner?.name).toBe("Test Administrator");
    expect(await viewed("all")).toContain(`name="turn" value="1 request/${second.id}"`);
  });

  it("show decided requests, of all states or one, ordered by their last change", async () => {
    const [first, second, third] = several as readonly [ApprovalRequest, ApprovalRequest, ApprovalRequest];
    const at = Date.now();
    for (const [index, [verb, request]] of (
      [
        ["deny", third],
        ["approve", first],
        ["deny", second],
      ] as const
    ).entries()) {
      pages.setTime(new Date(at + index * 1_000));
      await decide(verb, [request]);
    }
    expect(rowsOf(await viewed("decided"))).toEqual([second.email, first.email, third.email]);
    expect(rowsOf(await viewed("decided", "&state=approved"))).toEqual([first.email]);
    expect(rowsOf(await viewed("mine"))).toEqual([]);
  });

  it("find only requests whose account is owed and not made, in whatever state they wait", async () => {
    const at = Date.now();
    const make = (name: string) => asked(pages, `${name}@owed.example`, name === "signs-up" ? { onApproval: "continue" } : {});
    const [waits, signsUp, tried, newer] = [await make("waits"), await make("signs-up"), await make("tried"), await make("newer")];
    pages.setTime(new Date(at));
    await decide("approve", [waits, signsUp, tried], { sure: "yes" });
    await pages.world.approvals.change(tried.id, (stored) => claim(stored, { holder: "w", leaseMs: 1_000 }, new Date(at)));
    pages.setTime(new Date(at + 600_000));
    await decide("approve", [newer], { sure: "yes" });
    const found = async (more: string) => rowsOf(await html(`/approvals?view=decided&account=owed&domain=owed.example${more}`)).sort();
    expect(await found("")).toEqual([tried.email, waits.email]);
    expect(await found("&state=approved")).toEqual([waits.email]);
  });

  it("show one request in a panel: the one in the address, or the first", async () => {
    const page = await viewed("decided", `&open=${several[0]?.id}`);
    expect(page).toMatch(/aria-current="true".*p0@views\.example.*<aside class="panel".*Decision<\/dt>.*Approved by Test Approver/s);
    expect(await viewed("all")).toMatch(/<aside class="panel".*p3@views\.example.*What we know.*If you approve.*Note for colleagues…/s);
  });

  it("mark requests that ask somebody else by name, in the queue, the panel and the question", async () => {
    const [sponsored, other] = [
      await asked(pages, "sponsored@named.example", { askedOf: "mina@contoso.com" }),
      await asked(pages, "other@named.example"),
    ];
    expect(rowsOf(await html("/approvals?view=others&domain=named.example"))).toEqual([sponsored.email]);
    expect(await html(`/approvals/requests/${sponsored.id}`)).toMatch(/Asked now<\/dt><dd[^>]*>mina@contoso\.com/);
    expect(await (await decide("approve", [sponsored, other])).text()).toMatch(
      /sponsored@named\.example<(?:(?!<li>).)*>mina@contoso\.com<.*other@named/s,
    );
    await decide("deny", [sponsored, other], { sure: "yes" });
  });

  it("link to the whole list if the filter matches nothing any more", async () => {
    expect(await (await pages.get("/approvals?view=all&domain=nobody.example", "Approver")).text()).toMatch(
      /No requests match\. <a href="\/approvals"[^>]*>Show the whole list</,
    );
  });
});

describe("undo", () => {
  const undoOn = (page: string) => /<div class="note good" role="status">.*?<\/div>/s.exec(page)?.[0] ?? "";
  const undo = async (form: string) => {
    const request = [...form.matchAll(/name="request" value="([^"]*)"/g)].map(([, value]) => value ?? "");
    return await pages.post("/approvals/decide", "Approver", { verb: "reopen", sure: "yes", back: "/approvals", request });
  };

  it("is offered in today's list to the decider, once for several decisions made together", async () => {
    // What one form decided has one time.
    pages.setTime(new Date(Date.now() + 60_000));
    const dana = { attributes: { displayName: "Dana Day" }, onApproval: "continue" } as const;
    const [one, ...several] = await seed(pages, "done.example", 3, () => dana);
    await decide("deny", [one as ApprovalRequest]);
    await decide("approve", several, { sure: "yes" });
    const rows = async (role: "Approver" | "Administrator") =>
      [...(await (await pages.get("/?view=done", role)).text()).matchAll(/<li class="done">.*?<\/li>/gs)]
        .map(String)
        .filter((row) => row.includes("Dana Day"));
    const own = await rows("Approver");
    expect(own.map((row) => row.replace(/<[^>]+>/g, "").replace(/\s+/g, " ")).toSorted()).toEqual([
      expect.stringMatching(/^You approved 2 people \(Dana Day, Dana Day\).*Undo 2$/),
      expect.stringMatching(/^You denied Dana Day.*Undo$/),
    ]);
    expect((await rows("Administrator")).join()).not.toContain("<button");
    await undo(own.find((row) => row.includes("denied")) ?? "");
    expect(await now(one as ApprovalRequest)).toMatchObject({ state: "pending" });
    expect(await rows("Approver")).toHaveLength(1);
  });

  it("has the word of invitations on the page of one: it is revoked, not denied", async () => {
    const [invited] = await seed(pages, "revoked.example", 1, () => ({
      ...{ state: "approved" as const, invitation: { code: "AAAA-3333-CCCD", sentAt: new Date().toISOString() } },
      passUntil: "2099-01-01T00:00:00.000Z",
    }));
    const request = invited as ApprovalRequest;
    const button = /<button type="submit" name="verb" value="deny"[^>]*>([^<]*)/;
    expect(button.exec(await html(`/approvals/requests/${request.id}`))?.[1]).toBe("Revoke");
    expect(await (await decide("deny", [request], { note: "x".repeat(2_000) })).text()).toContain("Revoke p0@revoked.example?");
    const { headers } = await decide("deny", [request]);
    const done = await html(headers.get("location") ?? "");
    expect(done).toContain("Invitation of p0@revoked.example revoked. The invitation lets nobody in.");
    const again = await (await decide("deny", [request])).text();
    expect(again).toMatch(/Invitation revoked by Test Approver already.*Invitation revoked by Test Approver at/s);
    expect(again).not.toContain("Denied");
  });

  it("is not offered for the invitations that today's list shows", async () => {
    const at = new Date().toISOString();
    const invited = {
      state: "approved" as const,
      decision: { verdict: "approved" as const, by: { kind: "console" as const, name: "Test Approver" }, at },
      invitation: { code: "AAAA-3333-CCCC", sentAt: at },
      attributes: { displayName: "Ines Invited" },
      passUntil: "2099-01-01T00:00:00.000Z",
    };
    await seed(pages, "guests.example", 2, () => invited);
    const rows = [...(await html("/?view=done")).matchAll(/<li class="done">.*?<\/li>/gs)]
      .map(String)
      .filter((row) => row.includes("Ines"));
    expect(rows.map((row) => row.replace(/<[^>]+>/g, "").replace(/\s+/g, " "))).toEqual([
      expect.stringMatching(/^(You|Test Approver) invited 2 people \(Ines Invited, Ines Invited\)[\d:]+$/),
    ]);
  });

  it.each(["approve", "deny"] as const)("takes back a recent decision: %s", async (verb) => {
    const several = await seed(pages, `${verb}-undo.example`, 2, () => ({ onApproval: "continue" }));
    const response = await decide(verb, several, { back: "/approvals", sure: "yes" });
    const form = undoOn(await html(response.headers.get("location") ?? ""));
    const said = verb === "approve" ? "You approved" : "You denied";
    expect(form).toMatch(new RegExp(`${said} .*@${verb}-undo\\.example and .*Undo 2<.*data-draft-done="oid-Approver/`, "s"));
    expect(await html((await undo(form)).headers.get("location") ?? "")).toContain("Decision undone for ");
    for (const each of several) expect(await now(each)).toMatchObject({ state: "pending" });
  });

  it("is not offered to other approvers, and is refused once the approved person was let in", async () => {
    const request = await asked(pages, "begun@undo.example", { onApproval: "continue" });
    const { headers } = await decide("approve", [request], { back: "/approvals" });
    const path = headers.get("location") ?? "";
    const form = undoOn(await html(path));
    expect(form).toMatch(/You approved begun@undo\.example\. The person may sign up until .*, once\..*Undo</s);
    expect(undoOn(await (await pages.get(path, "Administrator")).text())).toBe("");
    await pages.world.approvals.change(request.id, (stored) => usePass(stored, "call", new Date()));
    expect((await undo(form)).status).toBe(409);
    expect(await now(request)).toMatchObject({ state: "admitted" });
  });

  it("is not offered if the account is made at once: the person's page can end its access", async () => {
    const request = await asked(pages, "made@undo.example");
    expect(await html(`/approvals/requests/${request.id}`)).toMatch(/An account is created.*Undo can&#39;t take this back/s);
    const { headers } = await decide("approve", [request], { back: "/approvals" });
    expect(undoOn(await html(headers.get("location") ?? ""))).toMatch(/You approved .*The account is created next\.(?!.*<button)/s);
    await provisioned(request);
    const arrived = { id: "oid", personId: request.personId, email: request.email, emailProven: true, by: "provisioning" } as const;
    await pages.world
      .accounts()
      .change("oid", (stored) =>
        arrive(
          stored,
          { ...arrived, reference: request.reference, letInAt: request.requestedAt, arrivedAt: request.requestedAt },
          new Date(),
        ),
      );
    const ends = await html(`/approvals/requests/${request.id}`);
    expect(ends).toMatch(/action="\/people\/change".*name="person" value="account\/oid".*value="end-access"/s);
    const question = await pages.post("/people/change", "Approver", { verb: "end-access", person: "account/oid" });
    expect(await question.text()).toContain("made@undo.example");
    expect(await html(`/approvals/requests/${request.id}`)).toMatch(/<footer>.*End access….*Reopen<.*only if the account was deleted/s);
  });

  it("appears only once on a request's own page", async () => {
    const request = await asked(pages, "once@undo.example");
    const { headers } = await decide("deny", [request]);
    const page = await html(headers.get("location") ?? "");
    expect(page.match(/>Undo(<span[^>]*><\/span>)?<\/button>/g)).toHaveLength(1);
    expect((await html(`/approvals/requests/${request.id}`)).match(/>Undo(<span[^>]*><\/span>)?<\/button>/g)).toHaveLength(1);
  });

  it.each([
    { mine: "deny", theirs: "approve", state: "approved" },
    { mine: "approve", theirs: "deny", state: "denied" },
  ])("is refused if a colleague has decided since: $mine, then $theirs", async ({ mine, theirs, state }) => {
    const request = await asked(pages, `${mine}-colleague@undo.example`, { onApproval: "continue" });
    const { headers } = await decide(mine, [request], { back: "/approvals" });
    const form = undoOn(await html(headers.get("location") ?? ""));
    expect(form).toContain("<button");
    pages.setTime(new Date(Date.now() + 1_000));
    await decide("reopen", [(await now(request)) ?? request]);
    const fields = { verb: theirs, request: named((await now(request)) ?? request), sure: "yes" };
    await pages.post("/approvals/decide", "Administrator", fields);
    expect((await undo(form)).status).toBe(409);
    expect(await now(request)).toMatchObject({ state });
  });
});

describe("a decision on many requests", () => {
  const waiting = async () => /long\.example<\/bdi> <small>(\d+)</.exec(await html("/approvals?domain=long.example"))?.[1];
  const boxesOn = (page: string, isTicked = false) =>
    [...page.matchAll(/<input type="checkbox" name="request" value="([^"]*)"( checked)?/g)]
      .filter(([, , checked]) => !isTicked || checked !== undefined)
      .map(([, value]) => value ?? "");
  const approve = (request: readonly string[], more: Record<string, string> = {}) =>
    pages.post("/approvals/decide", "Approver", { verb: "approve", request, back: "/approvals?domain=long.example", ...more });

  it("approves only the 20 selected of 300 requests, after a question that names them", async () => {
    const before = Number(await waiting());
    const request = boxesOn(await html("/approvals?domain=long.example&sort=oldest")).slice(0, 20);
    const question = await (await approve(request)).text();
    expect(question).toContain("Approve 20 requests?");
    expect(question.match(/@long\.example/g)).toHaveLength(20);
    expect(await waiting()).toBe(String(before));
    const done = await approve(request, { sure: "yes", note: "partners" });
    expect(await html(done.headers.get("location") ?? "")).toContain("You approved 20 people");
    expect(await waiting()).toBe(String(before - 20));
  });

  it("selects everybody of a domain, but at most the first hundred", async () => {
    for (let left = Number(await waiting()); left > 0; left -= 100) {
      const ticked = boxesOn(await html("/approvals?domain=long.example&select=all"), true);
      expect(ticked).toHaveLength(Math.min(left, 100));
      const { headers } = await approve(ticked, { sure: "yes" });
      expect(headers.get("location")).toMatch(/^\/approvals\?domain=long\.example&undo=/);
      expect(await html(headers.get("location") ?? "")).toMatch(/role="status".*You approved \d+ people/s);
    }
    expect(await html("/approvals?domain=long.example")).toContain("No requests match");
  });

  it("reports that only the oldest requests were read if too many people wait", async () => {
    let time = Date.now();
    const clock = vi.spyOn(Date, "now").mockImplementation(() => (time += 10_000));
    try {
      const page = await html("/approvals?domain=nobody-of.example");
      expect(page).toContain("Only the oldest are sorted");
    } finally {
      clock.mockRestore();
    }
  });
});

describe("a person who asked before", () => {
  it("is marked with the differences, in the queue and on the page", async () => {
    const first = await asked(pages, "kim@before.example", { attributes: { displayName: "Kim Lee", city: "Seoul" } });
    await decide("deny", [first]);
    const identities = [{ issuer: "facebook.com", issuerAssignedId: "2" }];
    const second = await asked(pages, "kim@before.example", { identities, attributes: { displayName: "Kim Park", city: "Busan" } });
    expect(await html("/approvals?domain=before.example")).toMatch(/other name.*other provider.*other attributes/);
    const page = await html(`/approvals/requests/${second.id}`);
    expect(page).toMatch(new RegExp(`Compared with request <a [^>]*>${first.reference}</a>: other name, other provider, other attributes`));
    expect(page).toMatch(new RegExp(`Other requests</dt>.*${first.reference}.*google\\.com`));
    expect(page).toMatch(/<h1 class="entity">[\s\S]*Kim Park[\s\S]*City<\/dt>[\s\S]*Busan/);
    expect(page).toMatch(new RegExp(`Not as in request ${first.reference}.*Kim Lee.*Kim Park.*Seoul.*Busan`));
    await decide("reopen", [first]);
    // There is no request before it to compare with, and a denial that was undone is none.
    expect(await html(`/approvals/requests/${first.id}`)).not.toContain("Denied before");
  });
});

describe("notes on a decision", () => {
  it("are refused, and nothing is decided, if they have more than 1,000 characters", async () => {
    const several = [await asked(pages, "a-long@notes.example"), await asked(pages, "b-long@notes.example")];
    const response = await decide("deny", several, { sure: "yes", note: "x".repeat(1_001) });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(new RegExp(`${(several[1] as ApprovalRequest).id}/.*Too long`));
    expect(await now(several[0] as ApprovalRequest)).toMatchObject({ state: "pending" });
  });

  it("are shown again if the session has ended, with a link to the page on which they were written", async () => {
    const request = await asked(pages, "over@notes.example");
    const fields = { verb: "deny", request: named(request), note: "<i>half</i> written", [FORM_PAGE]: "/approvals?state=pending" };
    const over = await pages.post("/approvals/decide", "Approver", fields, { Cookie: "" });
    const page = await over.text();
    expect(over.status).toBe(401);
    expect(page).toContain("&lt;i&gt;half&lt;/i&gt; written");
    expect(page).toContain('href="/sign-in?to=%2Fapprovals%3Fstate%3Dpending"');
    const foreign = await pages.post("/approvals/decide", "Approver", fields, { Cookie: "", Origin: "https://evil.example" });
    expect(await foreign.text()).not.toContain("half");
    expect(await now(request)).toMatchObject({ state: "pending" });
  });
});

describe("searching", () => {
  it.each([
    { by: "code", of: ({ reference }: ApprovalRequest) => reference.toLowerCase().replace("-", " ") },
    { by: "address", of: ({ email }: ApprovalRequest) => ` ${email.toUpperCase()} ` },
    { by: "decision's code", of: () => "6666-7777" },
  ])("finds a request by its $by, and shows it in the panel", async ({ of }) => {
    const { email, requestedAt: at, id } = await asked(pages, "found@search.example");
    await pages.world.decisions.keep(record({ reference: "6666-7777", email, at, reasons: ["approval.requested"] }), 90);
    const page = await html(`/approvals?q=${encodeURIComponent(of((await pages.world.approvals.get(id)) as ApprovalRequest))}`);
    expect(rowsOf(page)).toEqual([email]);
    expect(page).toMatch(/>All waiting<.*<aside class="panel".*found@search\.example/s);
    expect(page).not.toMatch(/class="tabs".*aria-current.*class="chips"/s);
  });

  it("finds a request's page by its id", async () => {
    const { id } = await asked(pages, "found@search.example");
    expect((await pages.get(`/approvals?q=${id}`, "Reader")).headers.get("location")).toBe(`/approvals/requests/${id}`);
  });

  it("lists one address through two providers as two requests", async () => {
    const some = await asked(pages, "twice@search.example");
    const other = await asked(pages, "twice@search.example", { identities: [{ issuer: "facebook.com", issuerAssignedId: "2" }] });
    const page = await html("/approvals?q=twice@search.example");
    for (const { id } of [some, other]) expect(page).toContain(`href="/approvals?q=twice%40search.example&amp;open=${id}"`);
  });

  it("finds waiting people by a part of their name, and says if there is nobody", async () => {
    await asked(pages, "yuna@named.example", { attributes: { displayName: "Yuna Park" } });
    await asked(pages, "yuri@named.example", { attributes: { displayName: "Yuri Parkin" } });
    expect(await html("/approvals?q=park")).toMatch(/Yuna Park.*Yuri Parkin/s);
    expect(await html("/approvals?q=yuna+p")).not.toContain("Yuri");
    expect(await html("/approvals?q=%3C")).toContain("No requests match.");
  });

  it("says that it did not look at every waiting request, if there are too many", async () => {
    const request = (await pages.world.approvals.get((await asked(pages, "yuna@named.example")).id)) as ApprovalRequest;
    const { readableApprovals } = pages.world;
    const replaceWaiting = (pageCount: number) =>
      Object.assign(pages.world, {
        readableApprovals: (onUnreadable: never) => ({
          ...readableApprovals(onUnreadable),
          async *byState() {
            for (let page = 0; page < pageCount; page++) yield Array.from({ length: 100 }, () => request);
          },
        }),
      });
    replaceWaiting(21);
    expect(await html("/approvals?q=park")).toContain("Not every waiting request was searched");
    replaceWaiting(20);
    expect(await html("/approvals?q=lim")).not.toContain("Not every waiting request was searched");
    Object.assign(pages.world, { readableApprovals });
  });
});

describe("an unreadable row", () => {
  const broken = async (email: string, more: object = {}) => {
    const request = await asked(pages, email);
    const Item = marshall({ ...request, turn: "mended", ...more }, { removeUndefinedValues: true });
    await pages.database.client.call("PutItem", { TableName: "approvals-test", Item });
    return request;
  };
  const remove = ({ id }: ApprovalRequest) =>
    pages.database.client.call("DeleteItem", { TableName: "approvals-test", Key: marshall({ id }) });

  it.each([
    { where: "the queue", more: {}, path: () => "/approvals" },
    { where: "the queue that is read again", more: {}, path: () => "/approvals/live?state=pending" },
    { where: "another state's queue", more: { state: "failed" }, path: () => "/approvals?state=failed" },
    { where: "the search by code", more: {}, path: ({ reference }: ApprovalRequest) => `/approvals?q=${reference}` },
    { where: "the search by address", more: {}, path: ({ email }: ApprovalRequest) => `/approvals?q=${email}` },
    { where: "its own page", more: {}, path: ({ id }: ApprovalRequest) => `/approvals/requests/${id}` },
  ])("is omitted from $where, and named", async ({ more, path }) => {
    const request = await broken("broken@row.example", more);
    const page = await html(path(request));
    await remove(request);
    expect(page).toContain(
      `<code>${request.id}</code>: This row of the table of approvals cannot be read because of its column &quot;turn&quot;`,
    );
    expect(pages.failures).toEqual([]);
  });

  it("does not hide the other requests", async () => {
    const [request, other] = [await broken("broken@others.example"), await asked(pages, "fine@others.example")];
    const page = await html("/approvals");
    await remove(request);
    expect(page).toContain(other.email);
    expect(page).not.toContain(`/approvals/requests/${request.id}`);
  });
});

describe("the page of one request", () => {
  it("shows all that is known, the decision behind it, and typed text as harmless text", async () => {
    const nasty = `<script>alert(1)</script>\u202e`;
    const request = await asked(pages, "one@one.example", { emailProven: false, attributes: { displayName: nasty } });
    const at = request.requestedAt;
    await pages.world.decisions.keep(record({ reference: "7777-7777", email: request.email, at, reasons: ["approval.requested"] }), 90);
    const page = await html(`/approvals/requests/${request.id}`);
    expect(page).toContain('href="/decisions/7777-7777"');
    expect(page).toContain("lets people claim any address");
    expect(page).toContain("⟨U+202E⟩");
    expect(page).not.toMatch(/<script>|\u202e/);
    expect(page).toContain(`href="/audit?entry=${request.reference}"`);
  });

  it("explains in English and in Korean what to do about an account that could not be created", async () => {
    const request = await asked(pages, "advice@one.example");
    await failed(request);
    expect(await html(`/approvals/requests/${request.id}`)).toContain("Another account of the tenant has this address");
    expect(await html(`/approvals/requests/${request.id}?lang=ko`)).toContain("테넌트의 다른 계정이");
  });

  it.each(["none", "x".repeat(22)])("answers 404 if there is no request: %s", async (id) => {
    expect((await pages.get(`/approvals/requests/${id}`, "Reader")).status).toBe(404);
  });
});

describe("deciding", () => {
  it("approves one request, keeps who decided and why, and writes an entry into the audit trail", async () => {
    const request = await asked(pages, "approve@decide.example");
    const response = await decide("approve", [request], { note: " known\r\nsince 2024 " });
    expect(response.headers.get("location")).toMatch(new RegExp(`^/approvals/requests/${request.id}\\?undo=`));
    expect(await now(request)).toMatchObject({
      state: "approved",
      decision: { verdict: "approved", by: { kind: "console", name: "Test Approver" }, note: "known\nsince 2024" },
    });
    expect(await trail(request.reference)).toMatchObject([
      { by: "oid-Approver", action: "approvals.approve", before: { state: "pending" }, after: { state: "approved" }, outcome: "done" },
    ]);
  });

  it.each([
    { subject: "4f1f3c52-0e8a-4c5b-9d7e-0a1b2c3d4e5f", keeps: "4f1f3c52-0e8a-4c5b-9d7e-0a1b2c3d4e5f" },
    { subject: "another provider's", keeps: undefined },
  ])("keeps the approver's object id, so that they can become the sponsor: $keeps", async ({ subject, keeps }) => {
    const request = await asked(pages, `${subject.length}-sponsor@decide.example`);
    const Cookie = await pages.cookie("Approver", { subject });
    await pages.post("/approvals/decide", "Approver", { verb: "approve", request: named(request) }, { Cookie });
    expect((await now(request))?.decision?.account).toBe(keeps);
  });

  it("denies, reopens, and retries", async () => {
    const request = await asked(pages, "around@decide.example");
    await decide("deny", [request]);
    expect(await now(request)).toMatchObject({ state: "denied" });
    await decide("reopen", [request]);
    expect(await now(request)).toMatchObject({ state: "pending" });
    await failed(request);
    await decide("retry", [request]);
    expect(await now(request)).toMatchObject({ state: "approved" });
  });

  it("asks first about several requests, then decides on all", async () => {
    const several = [await asked(pages, "a@several.example", { emailProven: false }), await asked(pages, "b@several.example")];
    const question = await decide("approve", several, { back: "/approvals", note: "both" });
    const page = await question.text();
    expect(page).toContain("Approve 2 requests?");
    expect(page).toMatch(/<\/small> <span class="tag warn">Address not verified</);
    for (const each of several) expect(await now(each)).toMatchObject({ state: "pending" });
    const response = await decide("approve", several, { back: "/approvals", note: "both", sure: "yes" });
    expect(response.headers.get("location")).toMatch(/^\/approvals\?undo=/);
    for (const each of several) expect(await now(each)).toMatchObject({ state: "approved", decision: { note: "both" } });
  });

  it("reports which of several requests was not decided on, and why", async () => {
    const [some, other] = [await asked(pages, "c@several.example"), await asked(pages, "d@several.example", { onApproval: "continue" })];
    await decide("deny", [some]);
    const response = await decide("approve", [some, other], { sure: "yes", back: "/approvals" });
    // Reloading what came of it sends nothing again.
    const report = response.headers.get("location") ?? "";
    for (let times = 0; times < 2; times++) {
      const html = await (await pages.get(report, "Approver")).text();
      expect(html).toMatch(
        /c@several.*It is denied: reopen it first. Denied by Test Approver at .*d@several.*The person may sign up until/s,
      );
      expect(html).toMatch(new RegExp(`value="reopen".*name="request" value="${other.id}/[^"]*".*Undo</button>`, "s"));
      expect(html).not.toContain(some.id);
    }
    expect(await now(other)).toMatchObject({ state: "approved" });
  });

  it("names the first decider to the slower of two", async () => {
    const request = await asked(pages, "race@decide.example");
    const { change } = pages.world.approvals;
    vi.spyOn(pages.world.approvals, "change").mockImplementationOnce(async (...made) => {
      await decide("deny", [request]);
      return await change(...made);
    });
    const response = await decide("approve", [request]);
    expect(response.status).toBe(409);
    expect(await response.text()).toMatch(
      /<h1>Denied by Test Approver already<\/h1>.*It is denied: reopen it first\. Denied by Test Approver at \d+ [A-Z][a-z]{2} \d\d:/s,
    );
    expect((await trail(request.reference)).map(({ action, outcome }) => `${action} ${outcome}`).sort()).toEqual([
      "approvals.approve conflict",
      "approvals.deny done",
    ]);
  });

  it("does not take back an approval that was given while the page stood open", async () => {
    const request = await asked(pages, "unseen@decide.example");
    await decide("approve", [request]);
    const entries = (await trail(request.reference)).length;
    const response = await decide("deny", [request]);
    expect(response.status).toBe(409);
    expect(await response.text()).toMatch(/It is approved: deny it to take that back\. Approved by Test Approver/);
    expect(await now(request)).toMatchObject({ state: "approved" });
    expect(await trail(request.reference)).toHaveLength(entries);
  });

  it("takes back an approval that was visible in the queue or on the request's page", async () => {
    const [one, two] = [await asked(pages, "seen@decide.example"), await asked(pages, "seen-too@decide.example")];
    await decide("approve", [one, two], { sure: "yes" });
    const fieldOn = async (path: string, { id }: ApprovalRequest) =>
      new RegExp(`name="request" value="(${id}/[^"]*)"`).exec(await html(path))?.[1] ?? "";
    await pages.post("/approvals/decide", "Approver", { verb: "deny", request: await fieldOn("/approvals?state=approved", one) });
    await pages.post("/approvals/decide", "Approver", { verb: "deny", request: await fieldOn(`/approvals/requests/${two.id}`, two) });
    for (const each of [one, two]) expect(await now(each)).toMatchObject({ state: "denied" });
  });

  it("denies none of several requests if they were approved after the question was shown", async () => {
    const several = [await asked(pages, "e@several.example"), await asked(pages, "f@several.example")];
    const question = await (await decide("deny", several, { back: "/approvals" })).text();
    await decide("approve", several, { sure: "yes" });
    const request = [...question.matchAll(/name="request" value="([^"]*)"/g)].map(([, value]) => value ?? "");
    expect(request).toHaveLength(2);
    expect((await pages.sent("/approvals/decide", "Approver", { verb: "deny", request, sure: "yes" })).status).toBe(409);
    for (const each of several) expect(await now(each)).toMatchObject({ state: "approved" });
  });

  it("decides nothing if the person has asked again since", async () => {
    const request = await asked(pages, "anew@decide.example");
    const response = await decide("approve", [{ ...request, reference: "AAAA-AAAA" }]);
    expect(response.status).toBe(409);
    expect(await response.text()).toContain("asked again since");
    expect(await now(request)).toMatchObject({ state: "pending" });
  });

  it("fails if its entry in the audit trail cannot be written", async () => {
    const request = await asked(pages, "untold@decide.example");
    vi.spyOn(pages.world.audit, "transact").mockRejectedValueOnce(new Error("down"));
    expect((await decide("approve", [request])).status).toBe(503);
    expect(await now(request)).toMatchObject({ state: "pending" });
    pages.failures.length = 0;
  });

  it("does not reopen a request whose personal data was removed: the person may ask again", async () => {
    const request = await asked(pages, "stripped@decide.example");
    await decide("deny", [request]);
    await pages.world.approvals.change(request.id, (stored) => strip(stored, new Date(Date.now() + 31 * 86_400_000)));
    const response = await decide("reopen", [request]);
    expect(await (await pages.get(response.headers.get("location") ?? "", "Approver")).text()).toContain("they may sign up and ask again");
    expect(await now(request)).toMatchObject({ state: "expired" });
  });

  const id = "x".repeat(22);
  it.each([
    { given: "nothing chosen", fields: { verb: "approve", request: [] as string[] }, status: 400, says: "Choose at least one request" },
    { given: "an unknown verb", fields: { verb: "strip", request: [`${id}/A`] }, status: 400, says: "incomplete" },
    { given: "no id", fields: { verb: "approve", request: ["../x"] }, status: 400, says: "incomplete" },
    {
      given: "too many",
      fields: { verb: "approve", request: Array.from({ length: 101 }, (_, n) => `${id}/${n}`) },
      status: 400,
      says: "100",
    },
    { given: "an unknown request", fields: { verb: "approve", request: [`${id}/AAAA-AAAA`] }, status: 404, says: "no such request" },
  ])("answers $status to $given", async ({ fields, status, says }) => {
    const response = await pages.post("/approvals/decide", "Approver", fields);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(says);
  });

  it("links back to the same view of the queue if no request is selected", async () => {
    const fields = { verb: "approve", back: "/approvals?state=approved&domain=lee.example", request: [] as string[] };
    const html = await (await pages.post("/approvals/decide", "Approver", fields)).text();
    expect(html).toContain('href="/approvals?view=decided&amp;state=approved&amp;domain=lee.example"');
    expect(html).toMatch(/role="alert"[^>]* autofocus/);
  });

  it("refuses a note that is too long", async () => {
    const request = await asked(pages, "note@decide.example");
    expect((await decide("approve", [request], { note: "x".repeat(1_001) })).status).toBe(400);
    expect(await now(request)).toMatchObject({ state: "pending" });
  });
});

describe("after a decision", () => {
  it("the view shows the time of the decision, not the time since the request", async () => {
    const asked = [...(await seed(pages, "when.example", 3))] as [ApprovalRequest, ApprovalRequest, ApprovalRequest];
    pages.setTime(new Date(Date.now() + 3_600_000));
    await decide("deny", [asked[0]]);
    pages.setTime(new Date(Date.parse(asked[1].answerBy) + 1));
    const page = await html("/approvals?view=decided&domain=when.example");
    expect(page).toContain('<th scope="col">Decided</th>');
    expect(page).not.toContain('<th scope="col">Age</th>');
    const cells = [...page.matchAll(/<td class="number"><time datetime="([^"]*)"/g)].map(([, at]) => at);
    expect(cells).toEqual([(await now(asked[0]))?.decision?.at, asked[1].answerBy, asked[2].answerBy]);
  });

  it("the page offers no undo if the account exists, and advises to reopen only if the account was deleted", async () => {
    const [one, two] = (await seed(pages, "living.example", 2)) as [ApprovalRequest, ApprovalRequest];
    const { headers } = await decide("approve", [one, two], { back: "/approvals", sure: "yes" });
    for (const each of [one, two]) await provisioned(each);
    expect(await html(`/approvals/requests/${one.id}`)).toContain("Reopen it only if the account was deleted");
    const result = await html(headers.get("location") ?? "");
    expect(result).toMatch(/You approved .* and /);
    expect(result).not.toMatch(/Undo \d/);
  });
});
