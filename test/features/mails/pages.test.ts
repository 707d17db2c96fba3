import { mailStateStore } from "../../../adapters/mail/mail-states";
import type { Role } from "../../../console/session/roles";
import { type MailLine, type MailState, mailSubjects } from "../../../engine/mail/mail-line";
import { buildPersonId } from "../../../engine/sign-up/person";
import { beforeCreateUser, type Policy } from "../../../engine/sign-up/policy";
import { requestSubject } from "../../../engine/tasks/task";
import { accessList } from "../../../features/access-list/rule";
import { arrive } from "../../../features/accounts/change";
import { change, changeState } from "../../../features/approvals/change";
import { invitationId } from "../../../features/approvals/invite-person";
import { approve } from "../../../features/approvals/transitions";
import { askId, submitAsk } from "../../../features/asks/ask";
import { expiry } from "../../../features/expiry/rule";
import { accept, revokeInvitation } from "../../../features/invitations/invitation";
import { findReturnedMails } from "../../../features/invitations/returned-mails";
import { invited } from "../../../features/invitations/rule";
import { asked, record, startConsole, type TestConsole } from "../../console/support";
import { hashOf } from "../../engine/sign-up/people";
import { startClock } from "../../support/fake-timers";
import { newcomer } from "../accounts/accounts";
import { alice } from "../approvals/requests";

const DAY = 86_400_000;
const policy = beforeCreateUser([accessList({ otherwise: "continue" }), invited(), expiry({ lasts: "90d" })], { trust: "any" }) as Policy;

let pages: TestConsole;
beforeEach(async () => {
  startClock();
  pages = await startConsole();
  Object.assign(pages.world, { policiesAt: () => [policy] });
});
afterEach(() => pages.close());

const invite = (email: string) =>
  pages.sent("/people/invite", "Approver", { addresses: email, days: "14", sponsor: "", language: "ko", note: "" });
const rowOf = (email: string) => pages.world.approvals.get(invitationId(email, undefined, hashOf));
const letIn = async (id: string) => {
  const until = new Date(Date.now() + 10 * DAY).toISOString();
  const email = `${id}@partner.com`;
  const row = { ...newcomer, id, email, personId: buildPersonId(email, hashOf), sponsor: "mina@contoso.com", until };
  await pages.world.accounts().change(id, (stored) => arrive(stored, row, new Date(Date.now() - DAY)));
};
const note = async (subject: string, state: MailState, more: Partial<MailLine> = {}) => {
  const at = new Date().toISOString();
  const store = mailStateStore(
    { tables: pages.database.client, clock: { now: () => Date.now(), startTimer: () => () => undefined } as never },
    "ledger-test",
  );
  await store.note({ subject }, { id: `m-${state}`, kind: "invited", reader: "kim", state, at, sentAt: at, ...more });
};
const text = async (path: string, role: Role = "Approver") => await (await pages.get(path, role)).text();

/** Each thing that mails are about, and the pages that show what became of them. */
const places: readonly {
  readonly what: string;
  make(): Promise<string>;
  readonly paths: readonly string[];
  readonly sentence?: boolean;
}[] = [
  {
    what: "an invitation",
    make: async () => {
      await invite("kim@partner.com");
      return requestSubject((await rowOf("kim@partner.com"))?.id ?? "");
    },
    paths: ["/people?life=invited", "/people?email=kim%40partner.com", "/people?life=invited&open=kim%40partner.com"],
  },
  {
    what: "a request",
    make: async () => requestSubject((await asked(pages, "kim@partner.com")).id),
    paths: ["/approvals?view=all", "/approvals?q=kim%40partner.com", "/people?email=kim%40partner.com"],
  },
  {
    what: "an account",
    make: async () => {
      await letIn("kim");
      return mailSubjects.account("kim");
    },
    paths: ["/people?life=ending", "/people?email=kim%40partner.com"],
  },
  {
    what: "a decision",
    make: async () => {
      const decision = record({ email: "kim@partner.com" });
      await pages.world.decisions.keep(decision, 90);
      return mailSubjects.decision(decision.reference);
    },
    paths: ["/people?email=kim%40partner.com"],
  },
];

it.each(places)("mails about $what are told of where it is shown", async ({ make, paths }) => {
  const subject = await make();
  const untold = /came back|Mail waits|Mail is late/;
  await note(subject, "handed-over");
  for (const path of paths) expect([path, await text(path)]).toEqual([path, expect.not.stringMatching(untold)]);
  for (const [state, why, says] of [
    ["delayed", "MailboxFull", /Mail is late|Invitation: delayed, .*\(MailboxFull\)/],
    ["waiting", "quota", /Mail waits|Invitation: waits/],
    ["bounced", "Permanent/General", /Mail came back|Invitation: came back for good, .*\(Permanent\/General\)/],
  ] as const) {
    await note(subject, state, { id: "m", why });
    for (const path of paths) expect([path, await text(path)]).toEqual([path, expect.stringMatching(says)]);
  }
});

it("the panel beside the list says what its page says of a mail that nobody needs to look at", async () => {
  await invite("kim@partner.com");
  await note(requestSubject((await rowOf("kim@partner.com"))?.id ?? ""), "handed-over");
  for (const query of ["email=kim%40partner.com", "life=invited&open=kim%40partner.com"])
    expect(await text(`/people?${query}`)).toContain("Invitation: handed over to the reader&#39;s mail server");
});

it("a sponsor sees that mails to a guest came back", async () => {
  await letIn("kim");
  await note(mailSubjects.account("kim"), "bounced", { why: "Permanent/General" });
  const headers = { Cookie: await pages.cookie("Decider", { userNames: ["mina@contoso.com"] }) };
  expect(await (await pages.get("/asked?lang=en", "Decider", headers)).text()).toContain("Mail came back");
});

it("the list of partners, and a partner's panel, say that mails about its domain came back", async () => {
  await pages.post("/partners/add", "Administrator", { domain: "northwind.example" });
  await note(mailSubjects.partner("northwind.example"), "bounced", { kind: "partners", why: "Permanent/General" });
  const html = await text("/partners?open=northwind.example", "Reader");
  expect(html).toContain("Mail came back");
  expect(html).toContain("Mail to an approver: came back for good");
});

it("the inbox counts invitations, requests and people with access whose newest mail came back", async () => {
  for (const email of ["kim@partner.com", "lee@partner.com"]) {
    await invite(email);
    await note(requestSubject((await rowOf(email))?.id ?? ""), "bounced");
  }
  await note(requestSubject((await asked(pages, "ann@partner.com")).id), "complained");
  await letIn("mo");
  await note(mailSubjects.account("mo"), "bounced", { kind: "access to who renews" });
  const told = ["2 invitations came back", "Mails about 1 request came back", "Mails about the access of 1 person came back"];
  const html = await text("/", "Administrator");
  for (const each of told) expect(html).toContain(each);
  // The numbers open the rows that they count.
  await invite("ok@partner.com");
  await letIn("well");
  await asked(pages, "fine@partner.com");
  const linked = [...html.matchAll(/href="(\/(?:people\?life=(?:invited|in)|approvals\?)(?:&amp;)?mail=returned)"/g)].map(([, path = ""]) =>
    path.replace("&amp;", "&"),
  );
  const counted = await Promise.all([...new Set(linked)].map((path) => text(path)));
  expect(
    counted.map((list) => ["kim", "lee", "ann", "fine", "mo", "ok", "well"].filter((name) => list.includes(`${name}@partner.com`))),
  ).toEqual([["kim", "lee"], ["ann"], ["mo"]]);
  // Sent again.
  await note(requestSubject((await rowOf("lee@partner.com"))?.id ?? ""), "sent", { sentAt: new Date(Date.now() + 1_000).toISOString() });
  expect(await text("/", "Administrator")).toContain("1 invitation came back");
});

it("the inbox says how many mails came back for good and for now, and of each row which", async () => {
  const why = ["Permanent/General", "Transient/MailboxFull"];
  for (const [index, email] of ["kim@partner.com", "lee@partner.com"].entries()) {
    await invite(email);
    await note(requestSubject((await rowOf(email))?.id ?? ""), "bounced", { why: why[index] });
  }
  const { id } = await asked(pages, "ann@partner.com");
  for (const [index, reader] of ["it", "boss"].entries())
    await note(requestSubject(id), "bounced", { id: `m-${reader}`, kind: "approvers", reader, why: why[index] });
  for (const about of ["invitations", "requests"]) {
    const html = await text(`/?open=mail%2F${about}`, "Administrator");
    expect(html.split("came back for good (1), came back for now (1)").length).toBeGreaterThanOrEqual(3);
  }
  const panel = await text("/?open=mail%2Finvitations", "Administrator");
  for (const says of [/kim@partner\.com<.{0,80}Invitation: came back for good/s, /lee@partner\.com<.{0,80}Invitation: came back for now/s])
    expect(panel).toMatch(says);
});

it("the inbox counts decided requests whose answer came back, and not those that came in all the same", async () => {
  const say = { by: { kind: "console", name: "Mina" } } as const;
  const askAndGet = async (name: string, state: "approved" | "denied" | "admitted") => {
    const { id } = await asked(pages, `${name}@partner.com`);
    const now = new Date();
    await pages.world.approvals.change(id, (stored) => change(stored, now, undefined, (row) => changeState(row, state, say, now)));
    return { id };
  };
  const [told, denied] = [await askAndGet("told", "approved"), await askAndGet("denied", "denied")];
  const [asking, came] = [await askAndGet("asking", "approved"), await askAndGet("came", "admitted")];
  for (const { id } of [told, denied, came]) await note(requestSubject(id), "bounced", { kind: "applicant" });
  // A decision settles what approvers were asked.
  await note(requestSubject(asking.id), "bounced", { kind: "approvers" });
  const html = await text("/", "Administrator");
  expect(html).toContain("The answers to 2 requests came back");
  expect(html).toContain("/approvals?view=decided&amp;mail=returned");
  const list = await text("/approvals?view=decided&mail=returned");
  expect(["told", "denied", "asking", "came"].filter((name) => list.includes(`${name}@partner.com`))).toEqual(["told", "denied"]);
  const approved = await text("/approvals?view=decided&state=approved&mail=returned");
  expect(["told", "denied"].filter((name) => approved.includes(`${name}@partner.com`))).toEqual(["told"]);
});

it("of a revoked invitation no page says that its mail waits: it will not be sent", async () => {
  await invite("kim@partner.com");
  const { id = "" } = (await rowOf("kim@partner.com")) ?? {};
  await note(requestSubject(id), "waiting", { kind: "invitation.sent.v1", reader: undefined, why: "quota" });
  const paths = ["/people?life=invited", "/people?life=ended", "/people?email=kim%40partner.com", `/approvals/requests/${id}`];
  const waits = async () => await Promise.all(paths.map(async (path) => /Invitation: waits/.test(await text(path))));
  expect(await waits()).toEqual([true, false, true, true]);
  await pages.world.approvals.change(id, (stored) => revokeInvitation(stored, { by: alice }, new Date()));
  expect(await waits()).toEqual([false, false, false, false]);
});

it("the inbox counts a yes to a colleague that came back: nothing else tells them, although the request is over", async () => {
  const hana = { by: "oid-hana", name: "Hana", addresses: ["hana@contoso.com"] } as const;
  const wish = { email: "guest@partner.com", answerWithinDays: 14, days: 14, invites: "invitation" };
  const id = askId(wish.email, undefined, hana.by, hashOf);
  await pages.world.approvals.change(id, (stored) => submitAsk(stored, id, hana, wish, hashOf, new Date()));
  await pages.world.approvals.change(id, (stored) => approve(stored, { by: alice }, new Date()));
  await note(requestSubject(id), "bounced", { kind: "asker" });
  expect(await text("/", "Administrator")).toContain("The answer to 1 request came back");
  expect(await text("/approvals?view=decided&mail=returned")).toContain("guest@partner.com");
});

/** Things that are neither a request nor an account: what the inbox says, and the page that it opens. */
const others: readonly {
  readonly what: string;
  make(): Promise<string>;
  readonly kind: string;
  readonly says: string;
  readonly path: string;
  end(): Promise<unknown>;
}[] = [
  {
    what: "a partner",
    make: async () => {
      await pages.post("/partners/add", "Administrator", { domain: "northwind.example" });
      return mailSubjects.partner("northwind.example");
    },
    ...{ kind: "partners", says: "Mails about 1 partner came back", path: "/partners?open=northwind.example" },
    end: async () => {
      const html = await text("/partners?open=northwind.example", "Administrator");
      const [, version = ""] = /name="version" value="([^"]*)"/.exec(html) ?? [];
      await pages.post("/partners/remove", "Administrator", { domain: "northwind.example", version });
    },
  },
  {
    what: "a person turned away",
    make: async () => {
      await pages.world.decisions.keep(record({ id: "away", email: "kim@partner.com", verdict: "block" }), 90);
      return mailSubjects.decision(record({}).reference);
    },
    ...{ kind: "works-again", says: "Mails to 1 person turned away came back", path: `/decisions/${record({}).reference}` },
    end: () =>
      pages.world.decisions.keep(
        record({ id: "came", reference: "CAME-0001", at: new Date().toISOString(), email: "kim@partner.com", verdict: "continue" }),
        90,
      ),
  },
  ...(
    [
      ["domain/northwind.example", "/domains/northwind.example"],
      ["refused/2026-11-27T16", "/?open=refused%2F2026-11-27T16"],
    ] as const
  ).map(([subject, path]) => ({
    what: `the task ${subject}`,
    make: async () => {
      await pages.post("/tasks", "Approver", { subject, turn: "0", change: "assign", "form-page": "/" });
      return `task/${subject}`;
    },
    ...{ kind: "assignee", says: "Mails about 1 task came back", path },
    end: () => pages.post("/tasks", "Approver", { subject, turn: "1", change: "finish", "form-page": "/" }),
  })),
];

it.each(others)("the inbox tells of mails about $what that came back, and opens it, until that is over", async ({ make, end, ...told }) => {
  const { kind, says, path } = told;
  const subject = await make();
  await note(subject, "handed-over", { kind });
  expect(await text("/", "Administrator")).not.toContain(says);
  await note(subject, "bounced", { kind, id: "m-2", why: "Permanent/General" });
  const html = await text("/", "Administrator");
  expect(html).toContain(says);
  const [, panel = ""] = /href="([^"]*open=mail[^"]*)"/.exec(html) ?? [];
  expect(await text(panel.replaceAll("&amp;", "&"), "Administrator")).toContain(`href="${path}"`);
  if (!path.startsWith("/?")) expect(await text(path)).toContain("came back for good");
  await end();
  expect(await text("/", "Administrator")).not.toContain(says);
});

it("a task that somebody else has by now is told of by the mail to them", async () => {
  await others.at(-1)?.make();
  const subject = `task/refused/2026-11-27T16`;
  await note(subject, "bounced", { kind: "assignee", reader: "kim", id: "m-1" });
  await note(subject, "handed-over", { kind: "assignee", reader: "lee", id: "m-2", sentAt: new Date(Date.now() + 1_000).toISOString() });
  expect(await text("/", "Administrator")).not.toContain("Mails about 1 task");
});

it("the list of partners has the filter of those about whom a mail came back", async () => {
  for (const domain of ["northwind.example", "well.example"]) await pages.post("/partners/add", "Administrator", { domain });
  await note(mailSubjects.partner("northwind.example"), "bounced", { kind: "partners" });
  const domains = async (query: string) => {
    const html = await text(`/partners?${query}`);
    return ["northwind.example", "well.example"].filter((domain) => html.includes(domain));
  };
  expect(await domains("mail=returned")).toEqual(["northwind.example"]);
  expect(await domains("mail=returned&state=proven")).toEqual([]);
  expect(await text("/", "Administrator")).toContain('href="/partners?mail=returned"');
});

it("a list of those about whom mails came back goes on after its first page", async () => {
  const names = Array.from({ length: 60 }, (_, index) => `g${String(index).padStart(2, "0")}`);
  for (const name of names) {
    await letIn(name);
    await note(mailSubjects.account(name), "bounced", { id: `m-${name}` });
  }
  const shown: string[] = [];
  let path: string | undefined = "/people?life=in&mail=returned";
  for (let pagesRead = 0; path !== undefined && pagesRead < 3; pagesRead++) {
    const html = await text(path);
    shown.push(...names.filter((name) => html.includes(`${name}@partner.com`)));
    path = /href="([^"]*after=[^"]*)"[^>]*rel="next"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
  }
  expect(shown.sort()).toEqual(names);
});

it("mails that came back are counted whole, however many they are", async () => {
  const subjects = Array.from({ length: 450 }, (_, index) => `account/a${index}`);
  const line: MailLine = {
    id: "m",
    kind: "access",
    reader: "kim",
    state: "bounced",
    at: "2026-11-20T10:00:00.000Z",
    sentAt: "2026-11-20T10:00:00.000Z",
  };
  const { accounts } = await findReturnedMails(
    {
      returnedSubjects: async () => subjects,
      readLines: async (read) => new Map(read.map((subject) => [subject, [line]])),
      getRequests: async () => [],
      getAccount: async (id) => ({ ...newcomer, id, state: "in" }) as never,
      getPartner: async () => undefined,
      getTasks: async () => new Map(),
      decisions: { byReference: async () => [], newestOf: async () => ({ records: [] }) },
    },
    new Date(),
  );
  expect(accounts).toHaveLength(450);
});

describe("the address of an invitation that came back", () => {
  const person = async () => {
    const row = await rowOf("kim@partnr.com");
    return `request/${row?.id}/${row?.turn}`;
  };
  const correct = async (fields: Readonly<Record<string, string | undefined>>) =>
    await pages.sent("/people/change", "Approver", { verb: "correct", back: "/people?life=invited", person: await person(), ...fields });

  beforeEach(async () => {
    await invite("kim@partnr.com");
    await note(requestSubject((await rowOf("kim@partnr.com"))?.id ?? ""), "bounced", { why: "Permanent/General" });
  });

  it("can be corrected, or the invitation sent again, where that is shown", async () => {
    const id = (await rowOf("kim@partnr.com"))?.id;
    for (const path of ["/people?email=kim%40partnr.com", `/approvals/requests/${encodeURIComponent(id ?? "")}`]) {
      const html = await text(path);
      for (const verb of ["resend", "correct"]) expect([path, html]).toEqual([path, expect.stringContaining(`value="${verb}"`)]);
      expect(await text(path, "Reader")).not.toContain('value="correct"');
    }
  });

  it("is corrected by one act: the wrong one is revoked, and the right one invited until the same end", async () => {
    expect(await (await correct({})).text()).toContain("The right address");
    const html = await (await correct({ sure: "yes", to: "Kim@partner.com" })).text();
    expect(html).toContain("Invitation sent to kim@partner.com instead");
    const [wrong, right] = [await rowOf("kim@partnr.com"), await rowOf("kim@partner.com")];
    expect([wrong?.state, right?.state]).toEqual(["denied", "approved"]);
    expect(right?.passUntil).toBe(wrong?.answerBy);
    expect(right?.locales).toEqual(["ko"]);
    expect(right?.history.at(-1)?.act).toBe(wrong?.history.at(-1)?.act);
  });

  it.each([
    { what: "corrected", change: { verb: "correct", to: "kim@partner.com" }, says: /corrected the address of <a[^>]*>kim@partnr\.com/ },
    { what: "revoked", change: { verb: "revoke", note: "No longer needed." }, says: /revoked the invitation of <a[^>]*>kim@partnr\.com/ },
  ])("is told of as $what, not as denied, among what was done", async ({ change, says }) => {
    await correct({ ...change, sure: "yes" });
    const done = await text("/?view=done");
    expect(done.replaceAll(/<\/?bdi[^>]*>/g, "")).toMatch(says);
    expect(done).not.toContain("denied");
  });

  it.each([
    { to: "kim", says: "address" },
    { to: "kim@partnr.com", says: "same" },
  ])("stays as it is if the right one is $to", async ({ to }) => {
    await correct({ sure: "yes", to });
    expect((await rowOf("kim@partnr.com"))?.state).toBe("approved");
  });

  it("stays as it is if the list denies the right one", async () => {
    await pages.put({ entry: "partner.com", effect: "deny" });
    await correct({ sure: "yes", to: "kim@partner.com", told: "kim@partner.com" });
    expect((await rowOf("kim@partnr.com"))?.state).toBe("approved");
    expect(await rowOf("kim@partner.com")).toBeUndefined();
  });

  it("is corrected only after what speaks against the right one was told", async () => {
    await pages.put({ entry: "issuer:mail", effect: "deny" });
    const html = await (await correct({ sure: "yes", to: "kim@partner.com" })).text();
    expect(html).toContain('name="told" value="kim@partner.com"');
    expect((await rowOf("kim@partnr.com"))?.state).toBe("approved");
  });

  it("stays as it is if the invitation was used meanwhile", async () => {
    const seen = await person();
    const row = await rowOf("kim@partnr.com");
    await pages.world.approvals.change(row?.id ?? "", (stored) => accept(stored, "call", "holder", new Date()));
    await pages.sent("/people/change", "Approver", { verb: "correct", back: "/people", person: seen, sure: "yes", to: "kim@partner.com" });
    expect((await rowOf("kim@partnr.com"))?.state).toBe("admitted");
    expect(await rowOf("kim@partner.com")).toBeUndefined();
  });
});
