import type { MockInstance } from "vitest";
import { afterSignIn, beforeCreateUser } from "../../../../engine/sign-up/policy";
import { describeEffect } from "../../../../features/access-list/pages/search-hits";
import { accessList } from "../../../../features/access-list/rule";
import { requestPath } from "../../../../features/approvals/pages/approvals-parts";
import { requestApproval } from "../../../../features/approvals/request-approval";
import { asked, record, startConsole, type TestConsole } from "../../../console/support";

const asking = beforeCreateUser([accessList(), requestApproval({ when: "approval" })], { trust: "any" });
const silent = beforeCreateUser([accessList()], { trust: "any" });

const evidence = { entry: "wait.example", level: "domain" } as const;
const passed = { rule: "access-list", said: "continue", findings: { listed: "approval", referred: true }, evidence } as const;
const waits = { email: "lee@wait.example", rule: "request-approval", reasons: ["approval.requested"] } as const;
const noApproval = "access-list.no-approval";

const decisions = [
  record({
    ...{
      reference: "FACE-AAAA",
      email: "eve@free.example",
      issuers: ["facebook.com"],
      rule: "access-list",
      reasons: ["access-list.unlisted"],
    },
    trace: [{ rule: "access-list", said: "block", reasons: ["access-list.unlisted"] }],
  }),
  record({
    ...{ reference: "DNED-AAAA", email: "max@wait.example", rule: "access-list", reasons: ["access-list.denied"] },
    trace: [{ rule: "access-list", said: "block", reasons: ["access-list.denied"], evidence }],
  }),
  record({
    ...{ reference: "WAAT-AAAA", ...waits },
    trace: [passed, { rule: "request-approval", said: "block", reasons: ["approval.requested"] }],
  }),
  record({
    ...{ reference: "NNNE-AAAA", email: "ann@wait.example", reasons: [noApproval] },
    trace: [{ rule: "access-list", said: "block", reasons: [noApproval], evidence }],
  }),
  record({
    ...{ reference: "GNNE-AAAA", email: "jo@wait.example", step: "after-sign-in", verdict: "continue", rule: undefined, reasons: [] },
    trace: [passed],
  }),
];

let pages: TestConsole;
let policies: MockInstance;
let request: Awaited<ReturnType<typeof asked>>;
beforeAll(async () => {
  pages = await startConsole();
  policies = vi.spyOn(pages.world, "policiesAt").mockReturnValue([asking]);
  await pages.put({ entry: "wait.example", effect: "approval" });
  await pages.put({ entry: "ended.example", effect: "approval", expiresAt: "2020-01-01" });
  await pages.put({ entry: "no.example", effect: "deny" });
  await pages.put({ entry: "issuer:facebook.com", effect: "approval" });
  request = await asked(pages, "lee@wait.example");
  for (const each of decisions) await pages.world.decisions.keep(each, 30);
});
beforeEach(() => {
  vi.mocked(pages.world.policiesAt).mockReturnValue([asking]);
});
afterAll(() => {
  policies.mockRestore();
  return pages.close();
});

/** The words of a page, without its frame. */
async function wordsOf(path: string, language: "en" | "ko" = "en"): Promise<string> {
  const html = await (await pages.get(path, "Administrator", { "Accept-Language": language })).text();
  return html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

const one = (reference: string) => `/decisions/${reference}`;

describe("an approval entry of the list", () => {
  it.each<{ page: string; path: string; en: string; ko: string }>([
    {
      ...{ page: "the list of decisions, for somebody who waits", path: "/decisions?email=lee@wait.example" },
      ...{ en: "wait.example needs approval", ko: "wait.example 승인 필요" },
    },
    {
      ...{ page: "the list of decisions, for somebody who goes on to the form", path: "/decisions?email=jo@wait.example" },
      ...{ en: "wait.example needs approval", ko: "wait.example 승인 필요" },
    },
    {
      ...{ page: "the list of decisions, where no rule asks", path: "/decisions?email=ann@wait.example" },
      ...{ en: "wait.example needs approval: no rule asks for it", ko: "승인을 요청하는 규칙 없음" },
    },
    {
      ...{ page: "a decision", path: one("WAAT-AAAA") },
      ...{ en: "wait.example has people wait for approval (the domain of the address)", ko: "wait.example 항목이 승인을 기다리게 함" },
    },
    {
      ...{ page: "the domain", path: "/domains/wait.example" },
      ...{ en: "wait.example : approval", ko: "wait.example : 승인 대기" },
    },
    {
      ...{ page: "a domain without one, as a choice", path: "/domains/no.example" },
      ...{ en: "Have no.example wait for approval…", ko: "no.example 승인 대기…" },
    },
    {
      ...{ page: "a person's next try", path: "/people?email=new@wait.example" },
      ...{ en: "The list has this person wait for approval", ko: "목록에 따라 이 사람은 승인을 기다립니다" },
    },
    {
      ...{ page: "the panel of somebody who was refused and would wait now", path: one("DNED-AAAA") },
      ...{ en: "they wait for an approver once they try again", ko: "다시 시도하면 승인자의 결정을 기다립니다" },
    },
    {
      ...{ page: "the panel, where an allow of the address would not help", path: one("FACE-AAAA") },
      en: "Even with this address allowed, they would wait for approval with facebook.com: issuer:facebook.com (the provider, whatever the address) is closer",
      ko: "이 주소를 허용해도 facebook.com 계정으로는 승인을 기다립니다. issuer:facebook.com 항목(주소와 관계없이 그 제공자)이 더 가깝습니다",
    },
    {
      ...{ page: "the form that adds an entry, beside the choice", path: "/access-list" },
      ...{ en: "An approver decides about each of these people.", ko: "해당하는 사람마다 승인자가 결정합니다." },
    },
    {
      ...{ page: "the form that changes an entry", path: "/access-list?open=no.example" },
      ...{ en: "An approver decides about each of these people.", ko: "해당하는 사람마다 승인자가 결정합니다." },
    },
    {
      ...{ page: "the question before it is written", path: "/access-list/new?entry=new.example&effect=approval" },
      ...{ en: "An approver decides about each of these people.", ko: "해당하는 사람마다 승인자가 결정합니다." },
    },
    {
      ...{ page: "the palette", path: "/search?part=1&q=no.example" },
      ...{ en: "Have no.example wait for approval…", ko: "no.example 승인 대기…" },
    },
    {
      ...{ page: "the next try of somebody whose request waits", path: "/people?email=lee@wait.example" },
      ...{ en: "Their request for approval decides", ko: "승인 요청에 대한 결정에 따름" },
    },
  ])("is named as an approval on $page", async ({ path, en, ko }) => {
    expect(await wordsOf(path)).toContain(en);
    expect(await wordsOf(path, "ko")).toContain(ko);
  });

  it.each(["/decisions?email=jo@wait.example", one("GNNE-AAAA"), one("WAAT-AAAA")])("is not counted as an allow: %s", async (path) => {
    expect(await wordsOf(path)).not.toMatch(/wait\.example (is allowed|allows)/);
  });

  it.each(["approval", " Approval"])("is named in a search: %j", (effect) => {
    expect(describeEffect(effect)).toEqual({ note: "needs approval", tone: "asked" });
  });

  it("has its own colour in the list", async () => {
    const html = await (await pages.get("/access-list", "Reader")).text();
    expect(html).toMatch(/class="[^"]*asked[^"]*"[^>]*>(<[^>]*>)*Wait for approval/);
  });

  it("explains the choice by text beside it, without hovering", async () => {
    const html = await (await pages.get("/access-list", "Administrator")).text();
    const [, id] = /<select[^>]*name="effect"[^>]*aria-describedby="([^"]+)"/.exec(html) ?? [];
    expect(html).toMatch(new RegExp(`<p class="hint of-approval" id="${id}">`));
    expect(html).not.toMatch(/<select[^>]*name="effect"[^>]*title=/);
  });

  it("is explained by its effect in the question about selected entries", async () => {
    const html = await (await pages.post("/access-list/selected", "Administrator", { do: "approval", entry: "no.example" })).text();
    expect(html).toContain("An approver decides about each of these people.");
  });

  it.each([
    { page: "the panel of a decision", path: one("WAAT-AAAA"), says: /<li class="waiting">(?:(?!<\/li>).)*Access list/s },
    { page: "a person who waits", path: "/people?email=lee@wait.example", says: /class="tag asked">Waiting for approval/ },
    { page: "the palette", path: "/search?part=1&q=no.example", says: /class="mark asked">(?:(?!<\/li>).)*Have .*wait for approval/s },
  ])("has the colour of waiting requests: $page", async ({ path, says }) => {
    expect(await (await pages.get(path, "Administrator")).text()).toMatch(says);
  });

  it.each([one("WAAT-AAAA"), one("GNNE-AAAA")])("keeps the entry's letters at the beginning of a sentence: %s", async (path) => {
    expect(await wordsOf(path)).toMatch(/Why wait\.example needs approval/);
  });

  it.each([
    { typed: "approval no.example", language: "en", offers: "Have no.example wait for approval…" },
    { typed: "승인 no.example", language: "ko", offers: "no.example 승인 대기…" },
  ] as const)("is offered by the palette if one types $typed", async ({ typed, language, offers }) => {
    expect(await wordsOf(`/search?part=1&q=${encodeURIComponent(typed)}`, language)).toContain(offers);
  });

  it("is not offered by the palette if the domain already has an approval", async () => {
    expect(await wordsOf("/search?part=1&q=wait.example")).not.toContain("Have wait.example wait");
  });

  it("shows the allow button on its domain's page in the quiet style, not as the main button", async () => {
    const html = await (await pages.get("/domains/wait.example", "Administrator")).text();
    expect(html).toMatch(/<button type="submit" class="quiet"[^>]*>Allow wait\.example…/);
  });

  it("is shown with a request, as a link", async () => {
    const html = await (await pages.get(requestPath(request.id), "Approver")).text();
    expect(html).toMatch(/Sent by the access list.*?href="\/access-list\?open=wait\.example"/s);
  });
});

describe("a gate without a rule that asks for approval", () => {
  beforeEach(() => {
    vi.mocked(pages.world.policiesAt).mockReturnValue([silent]);
  });

  it.each<{ page: string; path: string; en: string; ko: string }>([
    {
      ...{ page: "the list's warnings", path: "/access-list?problem=1" },
      ...{ en: "No approver is asked, so this entry denies. Put requestApproval after accessList", ko: "거부로 처리됩니다" },
    },
    {
      ...{ page: "the form", path: "/access-list/new?entry=new.example&effect=approval" },
      ...{ en: "No approver is asked, so this entry denies. Put requestApproval after accessList", ko: "거부로 처리됩니다" },
    },
    {
      ...{ page: "the head of the domain's page", path: "/domains/wait.example" },
      ...{ en: "wait.example Needs approval Asks nobody", ko: "wait.example 승인 필요 승인 요청 안 됨" },
    },
    {
      ...{ page: "the domain's page", path: "/domains/wait.example" },
      ...{ en: "No approver is asked, so this entry denies.", ko: "거부로 처리됩니다" },
    },
    {
      ...{ page: "the form that adds an entry", path: "/access-list" },
      ...{ en: "No approver is asked, so this entry denies.", ko: "거부로 처리됩니다" },
    },
    {
      ...{ page: "a person's next try", path: "/people?email=new@wait.example" },
      ...{ en: "The list wants approval, and no rule of the gate asks for it: they are refused", ko: "규칙이 없어 거부됩니다" },
    },
    {
      ...{ page: "the decision", path: one("NNNE-AAAA") },
      ...{ en: "to before-create-user, or change the entry to allow or deny", ko: "항목을 허용 또는 거부로 바꾸세요" },
    },
  ])("is pointed out on $page", async ({ path, en, ko }) => {
    expect(await wordsOf(path)).toContain(en);
    expect(await wordsOf(path, "ko")).toContain(ko);
  });

  it.each(["ended.example", "no.example"])("is not mentioned for %s, as that entry makes nobody wait", async (entry) => {
    expect(await wordsOf(`/access-list?open=${entry}`)).not.toMatch(new RegExp(`${entry} Asks nobody`));
    expect(await wordsOf("/access-list?problem=1")).not.toContain(entry);
  });

  it("is pointed out once for a row that is flagged for it, in the reader's language", async () => {
    const problem = "no rule asks for approval at default: there it denies";
    await pages.put({ entry: "flag.example", effect: "approval", problem });
    for (const language of ["en", "ko"] as const) expect(await wordsOf("/access-list?open=flag.example", language)).not.toContain(problem);
    expect(await wordsOf("/access-list?open=flag.example", "ko")).not.toContain("승인을 요청하는 규칙이 없는 게이트");
    expect(await wordsOf("/access-list?problem=1")).toMatch(/flag\.example .*No approver is asked/);
    await pages.world.accessList.remove((await pages.world.accessList.get("flag.example")) ?? {});
  });

  it.each(["/domains/no.example", "/search?part=1&q=no.example"])("makes the console offer no approval of a domain: %s", async (path) => {
    expect(await wordsOf(path)).not.toContain("wait for approval…");
  });
});

describe("an edit that turns a deny of many people into an approval", () => {
  it.each([
    { list: "before-create-user", policy: [asking] },
    { list: "both steps", policy: [afterSignIn([accessList()], { trust: "any" }), asking] },
  ])("lets nobody in by itself, with the list in $list", async ({ list, policy }) => {
    vi.mocked(pages.world.policiesAt).mockReturnValue(policy);
    const domain = list.includes("both") ? "both.example" : "turn.example";
    await pages.put({ entry: domain, effect: "deny" });
    for (let index = 0; index < 12; index++) {
      const at = `${domain[0]?.toUpperCase()}${String.fromCharCode(65 + index)}AA`;
      const evidence = { entry: domain, level: "domain" } as const;
      const trace = [{ rule: "access-list", said: "block", reasons: ["access-list.denied"], evidence }] as const;
      const step = list.includes("both") ? "after-sign-in" : "before-create-user";
      await pages.world.decisions.keep(record({ reference: `${at}-TTTT`, email: `p${index}@${domain}`, step, trace }), 30);
    }
    const words = await wordsOf(`/access-list/new?entry=${domain}&effect=approval`);
    expect(words).toContain("Depends on an approver: 12 people");
    const html = await (await pages.get(`/access-list/new?entry=${domain}&effect=approval`, "Administrator")).text();
    expect(html).toMatch(/class="outcome waiting">Depends on an approver/);
    expect(html).toMatch(/class="tag asked">Depends on an approver/);
    expect(words).not.toMatch(/Let in on their next try|Type turn|Type both/);
  });
});
