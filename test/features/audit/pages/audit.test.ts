import { toItem, toRow } from "../../../../adapters/tables/item";
import { type AuditNews, numberText } from "../../../../features/audit/entry";
import { startConsole, type TestConsole } from "../../../console/support";
import { startClock } from "../../../support/fake-timers";

let pages: TestConsole;
beforeAll(async () => {
  // Some entries have the present time, and an entry's place is after those before it.
  startClock();
  pages = await startConsole();
  for (const [index, [by, subject, at]] of told.entries()) {
    const action = index % 2 === 0 ? "access-list.changed" : "profiles.changed";
    await pages.world.audit.tell(
      { by, name: "Kim", via: "console", action, outcome: "done", subject, after: { note: `n${index}` } },
      new Date(at),
    );
  }
  await pages.world.audit.tell(
    { by: "outside", via: "outside", action: "access-list.removed", outcome: "done", subject: "six.example" },
    new Date("2026-11-22T10:00:00Z"),
  );
});
afterAll(() => pages.close());

const told = [
  ["oid-1", "one.example", "2026-11-20T10:00:00Z"],
  ["oid-2", "one.example", "2026-11-20T10:00:00Z"],
  ["oid-1", "kim@gmail.com", "2026-11-20T11:00:00Z"],
  ["oid-1", "lee@contoso.com", "2026-11-21T10:00:00Z"],
  ["oid-2", '"><script>alert(1)</script>', "2026-11-21T10:00:00Z"],
] as const;

const htmlOf = async (query: Record<string, string>) => {
  const response = await pages.get(`/audit?${new URLSearchParams(query)}`, "Reader");
  return { status: response.status, html: await response.text() };
};
const notesIn = (html: string) => [...html.matchAll(/note: n(\d)/g)].map(([, number]) => Number(number));

it.each<[string, Record<string, string>, readonly number[]]>([
  ["nothing", {}, [4, 3, 2, 1, 0]],
  ["a day", { from: "2026-11-20", to: "2026-11-20" }, [2, 1, 0]],
  ["a day on", { from: "2026-11-21" }, [4, 3]],
  ["up to a day", { to: "2026-11-20" }, [2, 1, 0]],
  ["days before the first", { to: "2026-11-19" }, []],
  ["an entry", { entry: "one.example" }, [1, 0]],
  ["a person, in another spelling", { entry: "K.I.M+x@googlemail.com" }, [2]],
  ["an account's id", { operator: "oid-2" }, [4, 1]],
  ["part of a name", { operator: "ki", from: "2026-11-21" }, [4, 3]],
  ["a kind", { action: "data" }, [3, 1]],
  ["all together", { action: "data", operator: "oid-1", entry: "lee@contoso.com", from: "2026-11-21", to: "2026-11-21" }, [3]],
  ["what nobody changed", { entry: "x".repeat(10_000) }, []],
])("the audit page finds entries by %s", async (_, query, found) => {
  const { status, html } = await htmlOf(query);
  expect({ status, found: notesIn(html) }).toEqual({ status: 200, found });
  expect(html).not.toContain("<script>alert");
});

it.each([
  [{ from: "2026-13-01" }, "This is not a date"],
  [{ to: "yesterday" }, "This is not a date"],
])("the audit page explains the fault in %j", async (query, words) => {
  const { status, html } = await htmlOf(query);
  expect({ status, said: html.includes(words) }).toEqual({ status: 400, said: true });
});

it("the audit page shows the values that a changed row has lost, with readable dates", async () => {
  await pages.world.audit.tell(
    {
      ...{ by: "oid-1", name: "Kim", via: "console", action: "access-list.changed", outcome: "done", subject: "cut.example" },
      ...{ before: { effect: "allow", expiresAt: "2099-03-31", note: "Audit" }, after: { effect: "allow" } },
    },
    new Date("2026-11-23T10:00:00Z"),
  );
  const { html } = await htmlOf({ entry: "cut.example" });
  expect(html).toMatch(/: expires: 31 Mar 2099 → –, note: Audit → –</);
});

it("the audit page names a proposed edit by its kind, and shows no cell of the proposal's record", async () => {
  const draft = {
    means: "console",
    added: 1,
    changed: 0,
    removed: 0,
    allowed: 1,
    denied: 0,
    entry: "told.example",
    by: "oid-1",
    name: "Kim",
  };
  const at = new Date("2026-11-23T11:00:00Z");
  const proposal = await pages.world.proposals.buildProposal(draft as never, [], at);
  if (proposal === undefined) throw new Error("no proposal");
  const entry = { by: "outside", via: "outside", action: "access-list.proposed", subject: proposal.id } as const;
  await pages.world.audit.commit({ ...entry, after: { ...draft, writes: 1 } } as never, [proposal.write], at);
  const { html } = await htmlOf({ entry: proposal.id });
  expect(html).toContain("an edit: allow told.example");
  expect(html).not.toContain("oid-1");
  expect(html).not.toContain("writes");
  await pages.world.proposals.remove(proposal.id);
  const gone = await htmlOf({ entry: proposal.id });
  expect(gone.html).toMatch(/an edit<.*: added: 1</s);
  expect(gone.html).not.toMatch(/removed: |changed: /);
});

it("the audit page reports all problems of a search at once", async () => {
  expect(await (await pages.get("/audit?from=x&to=x", "Reader")).text()).toMatch(/href="#from"[\s\S]*href="#to"/);
});

it("the audit page distinguishes accounts of the same name, and changes from outside Gatehouse", async () => {
  expect((await htmlOf({ to: "2026-11-20" })).html).toMatch(/Kim.*oid-2.*Kim.*oid-1/s);
  const { html } = await htmlOf({ from: "2026-11-22", to: "2026-11-22" });
  expect(html).toContain("Someone outside Gatehouse");
});

it.each(["x".repeat(2_000), "\u0000", "~"])("the audit page shows its first page for an invalid cursor: %#", async (after) => {
  const { status, html } = await htmlOf({ to: "2026-11-20", after });
  expect({ status, found: notesIn(html), failures: pages.failures }).toEqual({ status: 200, found: [2, 1, 0], failures: [] });
  expect(html).toContain("belongs to another search");
});

/** Of one import: many at the same moment, together more than one answer of DynamoDB's holds. */
const COUNT = 130;

it("the audit page shows every change page by page, and reports tampering only if an entry is missing", async () => {
  const cells = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`note${index}`, "x".repeat(2_000)]));
  const at = new Date("2026-11-23T10:00:00Z");
  for (let index = 0; index < COUNT; index++) {
    const subject = `entry-${String(index).padStart(8, "0")}.example`;
    await pages.world.audit.tell({ by: "oid-1", via: "console", action: "access-list.added", outcome: "done", subject, after: cells }, at);
  }
  const walk = async () => {
    const seen: string[] = [];
    let sound = true;
    let path: string | undefined = "/audit?from=2026-11-23&to=2026-11-23";
    while (path !== undefined) {
      const html: string = await (await pages.get(path, "Reader")).text();
      sound &&= !html.includes("tampered with");
      seen.push(...(html.match(/>entry-\d{8}/g) ?? []));
      path = /href="([^"]*)" rel="next"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
    }
    return { rows: seen.length, distinct: new Set(seen).size, sound };
  };
  expect(await walk()).toEqual({ rows: COUNT, distinct: COUNT, sound: true });
  await pages.database.client.call("DeleteItem", {
    TableName: "audit-test",
    Key: toItem({ trail: "entries", number: numberText(told.length + 1 + 30) }),
  });
  expect(await walk()).toEqual({ rows: COUNT - 1, distinct: COUNT - 1, sound: false });
});

const newestNumber = async () => (await pages.world.audit.page({}, undefined, 1)).entries[0]?.number ?? "";

it("the audit page shows a list of rows as lines, and the operator's name apart from the account id", async () => {
  const at = new Date("2026-11-24T10:00:00Z");
  await pages.world.audit.tell(
    {
      by: "oid-1",
      name: "Kim",
      via: "console",
      action: "access-list.added",
      outcome: "done",
      subject: "",
      after: { rows: ["a.example", "b.example"] },
    },
    at,
  );
  const { html } = await htmlOf({ open: await newestNumber() });
  expect(html).toContain("a.example\nb.example<");
  // The panel names the account, as a list does where two go by one name.
  expect(html).toContain('<span><bdi>Kim</bdi><small class="value"> oid-1</small></span>');
});

it("the audit page counts a change set's changes by kind, and omits kinds that did not occur", async () => {
  const set = "20261124-100000000-abcd";
  await pages.world.audit.tell(
    {
      ...{ by: "oid-1", name: "Kim", via: "console", action: "access-list.set-done", outcome: "done", subject: set, set, count: 311 },
      after: { means: "console import", added: 309, changed: 0, removed: 2, kept: 3 },
    },
    new Date("2026-11-24T10:00:00Z"),
  );
  const { html } = await htmlOf({ open: await newestNumber() });
  const facts = (/<aside.*?<\/aside>/s.exec(html)?.[0] ?? "").replaceAll(/<[^>]*>/g, "|").replaceAll(/\|+/g, "|");
  expect(facts).toContain("|Added|309|Left unchanged|3|Removed|2|");
});

const tell = async (news: Partial<AuditNews>) =>
  await pages.world.audit.tell(
    { by: "oid-1", name: "Kim", via: "console", action: "access-list.changed", outcome: "done", ...news },
    new Date("2026-11-25T10:00:00Z"),
  );
const ofThatDay = (view = "") => htmlOf({ from: "2026-11-25", to: "2026-11-25", view });

describe("a tab of the audit page", () => {
  beforeAll(async () => {
    await tell({ action: "session.begun", subject: "session-1" });
    await tell({ action: "decisions.exported", subject: "decisions.jsonl" });
    await tell({ action: "profiles.removed", subject: "tab@contoso.com", before: { note: "n" } });
  });

  it.each([
    ["", "tab@contoso.com"],
    ["exports", "decisions.jsonl"],
  ])("with the view %j shows only the entry %s", async (view, shown) => {
    const { html } = await ofThatDay(view);
    expect(["tab@contoso.com", "session-1", "decisions.jsonl"].filter((each) => html.includes(`>${each}<`))).toEqual([shown]);
  });

  it("names nobody by an id, not even for sign-ins", async () => {
    const { html } = await ofThatDay("sign-ins");
    expect(html).toContain("signed in");
    expect(html).not.toMatch(/session-1|oid-1/);
  });

  it("counts all people whom one act concerns, even if they are more than the rows of a page", async () => {
    for (let index = 0; index < 60; index++) {
      const act = { by: "oid-9", name: "Ann", via: "console", action: "approvals.deny", outcome: "done" } as const;
      const about = { subject: `K7QD-${index}`, after: { state: "denied", email: `p${index}@sixty.example` } };
      await pages.world.audit.tell({ ...act, ...about }, new Date("2026-11-23T10:00:00Z"));
    }
    expect((await htmlOf({ operator: "oid-9" })).html).toContain("60 people");
    expect((await htmlOf({ operator: "Ann" })).html).toContain("60 people");
  });

  it.each<[string, Partial<AuditNews>, string]>([
    ["an invitation revoked by an act", { after: { email: "kim@revoked.example" } }, "revoked the invitation of"],
    [
      "an invitation's row denied",
      { before: { state: "approved" }, after: { state: "denied", invitation: true } },
      "revoked the invitation of",
    ],
    ["a denied request", { before: { state: "pending" }, after: { state: "denied" } }, "denied"],
    ["an erased or counted denial", {}, "denied"],
  ])("tells a revoked invitation from a denial: %s", async (what, cells, says) => {
    const news = { by: "oid-5", name: what, via: "console", action: "approvals.deny", outcome: "done", subject: "K7QD-9MXD" } as const;
    await pages.world.audit.tell({ ...news, ...cells }, new Date("2026-11-24T10:00:00Z"));
    const { html } = await htmlOf({ operator: what });
    expect(html).toMatch(new RegExp(` ${says} <`));
    expect(html).not.toContain("invitation: true");
  });

  it("shows an act on several people as one row, with each person's address", async () => {
    for (const who of ["ann", "bob"])
      await tell({ action: "approvals.invite", subject: `YH77-${who}`, after: { email: `${who}@bulk.example` } });
    const { html } = await ofThatDay();
    expect(html.match(/invited/g)).toHaveLength(1);
    expect(html).toMatch(/<summary>.*Kim.* invited 2 people.*<\/summary>.*bob@bulk\.example.*ann@bulk\.example/s);
    const panels = [...(/<details>.*?<\/details>/s.exec(html)?.[0] ?? "").matchAll(/href="(\/audit\?[^"]*open=[^"]*)"/g)].map(
      ([, path]) => path,
    );
    expect(panels).toHaveLength(2);
    const ofAnn = await (await pages.get(panels[1]?.replaceAll("&amp;", "&") ?? "", "Reader")).text();
    expect(ofAnn).toMatch(/<p class="entity">.*Invited .*ann@bulk\.example/s);
    expect(html).not.toContain("YH77");
  });

  it.each([
    ["an invitation", "approvals.invite", "revoked the invitation of"],
    ["an approved request", "approvals.approve", "denied"],
  ])("tells by earlier entries what an old version's denial of an approved row was: %s", async (what, action, says) => {
    const news = { by: "oid-6", name: what, via: "console", outcome: "done", subject: `OLD-${action}` } as const;
    const rowOnly = { before: { state: "approved" }, after: { state: "denied" } };
    const at = new Date("2026-11-25T11:00:00Z");
    await pages.world.audit.tell({ ...news, action, after: { state: "approved" } }, at);
    const number = await pages.world.audit.tell({ ...news, ...rowOnly, action: "approvals.deny" }, at);
    const { html } = await htmlOf({ operator: what, open: number });
    expect(html.match(new RegExp(` ${says} <`, "g"))).toHaveLength(1);
    expect(html.split("<aside")[1]?.toLowerCase()).toContain(says);
  });
});

it.each<[string, Partial<AuditNews>, string]>([
  ["an entry", { subject: "link.example" }, "/access-list?open=link.example"],
  [
    "a change set",
    { action: "access-list.imported", subject: "20261125-100000000-abcd", set: "20261125-100000000-abcd", count: 3 },
    "/audit/sets/one?id=20261125-100000000-abcd",
  ],
  [
    "a proposal",
    { action: "access-list.proposal-rejected", subject: "20261125-100000001-abcd" },
    "/access-list/proposals?id=20261125-100000001-abcd",
  ],
  ["a request", { action: "approvals.deny", subject: "Q7BH-2NRC" }, "/search?q=Q7BH-2NRC"],
  ["a profile", { action: "profiles.added", subject: "link@contoso.com" }, "/profiles?open=link%40contoso.com"],
  ["a permitted value", { action: "reference-data.added", subject: "codes/a/b" }, "/reference-data/list?list=codes&amp;open=a%2Fb"],
])("the audit page links to %s", async (_, news, path) => {
  await tell(news);
  expect((await ofThatDay()).html).toContain(`<a href="${path}">`);
});

describe("the undo of an edit made outside Gatehouse", () => {
  const entry = "wrong.example";
  const [before, after] = [
    { entry, effect: "deny", note: "was" },
    { entry, effect: "allow" },
  ];
  const fieldsOf = (html: string) => {
    const [form = ""] = html.match(/<form method="post" action="\/access-list\/entry\/restore"[^>]*>.*?<\/form>/s) ?? [];
    return Object.fromEntries(
      [...form.matchAll(/name="(key|set|number|version)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
  };

  it.each([
    ["changed", before, after],
    ["added", undefined, after],
    ["removed", before, undefined],
  ])("works if the edit %s an entry", async (what, was, is) => {
    await pages.database.client.call("DeleteItem", { TableName: pages.database.tableName, Key: toItem({ entry }) });
    if (is !== undefined) await pages.put(is);
    await tell({
      by: "outside",
      via: "outside",
      action: `access-list.${what}`,
      subject: entry,
      ...(was && { before: was }),
      ...(is && { after: is }),
    });
    const fields = fieldsOf(
      (await pages.get(`/audit?entry=${entry}`, "Administrator")).status === 200
        ? await (await pages.get(`/audit?entry=${entry}`, "Administrator")).text()
        : "",
    );
    expect(fields).toMatchObject({ key: entry, number: await newestNumber() });
    const restore = (more: Record<string, string>) =>
      pages.post("/access-list/entry/restore", "Administrator", { ...fields, ...more } as Record<string, string>);
    expect(await (await restore({ anyway: "1" })).text()).toContain("Undo this change");
    expect(await pages.world.accessList.get(entry)).toEqual(is && toItem(is));
    const asked = await restore({ anyway: "1", sure: "yes" });
    const back = await pages.get(asked.headers.get("location") ?? "", "Administrator");
    expect(asked.headers.get("location")).toMatch(/^\/audit\?done=restored&set=/);
    expect(await back.text()).toMatch(/You (undid the change of|brought back) [\s\S]*action="\/audit\/sets\/undo"/);
    expect(toRow((await pages.world.accessList.get(entry)) ?? {})).toEqual(was === undefined ? {} : expect.objectContaining(was));
  });

  it("is not offered to readers, or after a later edit of the entry", async () => {
    await pages.put({ entry, effect: "allow" });
    await tell({ by: "outside", via: "outside", subject: entry, before, after });
    expect(fieldsOf((await htmlOf({ entry })).html)).toEqual({});
    await pages.put({ entry, effect: "allow", note: "mine" });
    const html = await (await pages.get(`/audit?entry=${entry}`, "Administrator")).text();
    expect(html).not.toContain(`value="${await newestNumber()}"`);
  });
});

it("the audit page shows an act as one line, however many minutes and entries it took and whoever acted meanwhile", async () => {
  const at = (index: number) => new Date(Date.parse("2026-12-26T10:00:30Z") + index * 1_000);
  for (let index = 0; index < 200; index++) {
    const row = { subject: `LINE-${index}`, after: { state: "approved", email: `p${index}@line.example` } };
    const act = {
      by: "oid-7",
      name: "Bo",
      via: "command",
      action: "approvals.invite",
      outcome: "done",
      act: "20261126-100030000-aaaa",
    } as const;
    await pages.world.audit.tell({ ...act, ...row }, at(index));
    if (index === 100) await pages.world.audit.tell({ ...act, by: "oid-8", name: "Cy", act: "20261126-100130000-bbbb", ...row }, at(index));
  }
  const { html } = await htmlOf({ from: "2026-12-26", to: "2026-12-26" });
  expect(html.match(/ invited /g)).toHaveLength(2);
  expect(html).toMatch(/Bo.* invited 200 people/s);
  expect(html).toContain("p100@line.example");
  expect(html).not.toContain('rel="next"');
});
