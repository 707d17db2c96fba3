import type { DecisionRecord } from "../../../../engine/sign-up/record";
import type { Evidence, Findings } from "../../../../engine/sign-up/verdict";
import { deny } from "../../../../features/approvals/transitions";
import { accessList, beforeCreateUser, permittedValue, requestApproval } from "../../../../index";
import { asked, record, startConsole, type TestConsole } from "../../../console/support";
import { anyPolicy } from "../../../support/any-policy";

let console: TestConsole;
beforeAll(async () => {
  console = await startConsole();
});
afterAll(() => console.close());

it("the page shows data of an external tenant, attributes hidden in its form, and why a token got no claims", async () => {
  await console.world.decisions.keep(
    record({
      verdict: "continue",
      reasons: [],
      step: "before-sending-token",
      source: "external-tenant",
      application: "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33",
      ipAddress: "203.0.113.24",
      correlationId: "d3d2c1b0-a998-4776-8554-3f2e1d0c9b88",
      notCollected: ["city"],
      failure: "read",
    }),
    90,
  );
  const page = await (await console.get("/decisions/K7QD-9MXD", "Reader")).text();
  const facts = [...page.matchAll(/<dt>([^<]*)<\/dt><dd>([^<]*)/g)].map(([, name, value]) => [name, value]);
  expect(facts).toEqual(
    expect.arrayContaining([
      ["Application", "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33"],
      ["IP address", "203.0.113.24"],
      ["Correlation id, as in Entra&#39;s logs", "d3d2c1b0-a998-4776-8554-3f2e1d0c9b88"],
      ["Attributes set that the user flow does not collect", "City"],
      ["Failure", "the tables could not be read, so the token got no claims"],
    ]),
  );
});

it("the page names the policy version, and the version's commit if CloudFormation reports the commit", async () => {
  const whole = { id: "committed", reference: "CCCC-CCCC", policyVersion: "0123456789ab" };
  await console.world.decisions.keep(record(whole), 90);
  const facts = async () => {
    const page = await (await console.get("/decisions/CCCC-CCCC", "Reader")).text();
    return [...page.matchAll(/<dt>(Policy version|Commit)<\/dt><dd><code>([^<]*)/g)].map(([, name, value]) => [name, value]);
  };
  expect(await facts()).toEqual([["Policy version", "0123456789ab"]]);
  const { commitBehind } = console.world;
  Object.assign(console.world, {
    commitBehind: async (version: string) => version === "0123456789ab" && "3f2a1c0 and uncommitted changes",
  });
  try {
    expect(await facts()).toContainEqual(["Commit", "3f2a1c0 and uncommitted changes"]);
  } finally {
    Object.assign(console.world, { commitBehind });
  }
});

it("the page describes in words the findings and values of rules, without keys of rows", async () => {
  const rules = [
    { rule: "access-list", said: "continue", findings: { listed: "unlisted" } },
    { rule: "assign", said: "continue", set: ["extension_PartnerNumber"] },
    { rule: "verify-identity", said: "block", evidence: { vendor: "idology", ledger: "identity/idology/x" } },
  ] as const;
  await console.world.decisions.keep(record({ id: "words", reference: "WWWW-WWWW", trace: rules }), 90);
  const page = await (await console.get("/decisions/WWWW-WWWW", "Reader")).text();
  expect(page).toContain(">No entry matches, other rules decide");
  expect(page).toContain("Set Partner number");
  expect(page).not.toContain("identity/idology/x");
});

it("the page names the allowing entry, and each rule with findings in words, with the rule's code as tooltip", async () => {
  const trace = [
    {
      rule: "access-list",
      said: "continue",
      findings: { listed: "allow", allowed: true },
      evidence: { entry: "contoso.com", level: "domain" },
    },
    { rule: "request-approval", said: "continue" },
    { rule: "of-our-own", said: "continue", findings: { room: "12" } },
  ] as const;
  await console.world.decisions.keep(record({ id: "named", reference: "NNNN-NNNN", verdict: "continue", reasons: [], trace }), 90);
  const page = await (await console.get("/decisions/NNNN-NNNN", "Reader")).text();
  expect([...page.matchAll(/<b title="([^"]*)">([^<]*)/g)].map(([, code, name]) => [code, name])).toEqual([
    ["access-list", "Access list"],
    ["of-our-own", "of-our-own"],
  ]);
  expect(page).toContain(">contoso.com allows (the domain of the address)<");
});

it.each<{ what: string; code: string; rule?: string; found: Findings; evidence?: Evidence; why: string }>([
  {
    what: "entry",
    code: "KW4D-3333",
    found: { listed: "allow" },
    evidence: { entry: "issuer:google.com", level: "issuer" },
    why: "google.com is allowed",
  },
  {
    what: "partner's proof",
    code: "KW4D-4444",
    rule: "partners",
    found: { partner: "proven", allowed: true },
    why: "proven partner wingtiptoys.com",
  },
  {
    what: "invitation",
    code: "KW4D-6666",
    rule: "invited",
    found: { invited: "address", sponsor: "mina@contoso.com" },
    why: "invited, sponsor: mina@contoso.com",
  },
  { what: "rule of its own", code: "KW4D-7777", rule: "only-domains", found: { allowed: true }, why: "Allowed domains" },
])(
  "the page and the row say why the person was let in: through the $what",
  async ({ code, rule = "access-list", found, evidence, why }) => {
    const trace: DecisionRecord["trace"] = [
      { rule: "access-list", said: "continue", findings: { listed: "unlisted" }, evidence: { unproven: "wingtiptoys.com" } },
      { rule, said: "continue", findings: found, ...(evidence && { evidence }) },
    ];
    const email = `${code}@wingtiptoys.com`.toLowerCase();
    await console.world.decisions.keep(
      record({ id: code, reference: code, email, verdict: "continue", rule: undefined, reasons: [], trace }),
      90,
    );
    expect(await (await console.get(`/decisions/${code}`, "Reader")).text()).toMatch(
      new RegExp(`Why</h2><p><b><bdi class="value">${why}<`, "i"),
    );
    expect(await (await console.get(`/decisions?q=${email}`, "Reader")).text()).toContain(`>${why}</td>`);
  },
);

it("the page shows the line at which a rule threw", async () => {
  const [reference, at] = ["CCCC-CCCC", "at x (policy/before-create-user.ts:5:18)"];
  const thrown = { error: "TypeError", at: [at] };
  await console.world.decisions.keep(record({ id: reference, reference, email: "lee@contoso.com", failure: "rule", thrown }), 90);
  expect(await (await console.get(`/decisions/${reference}`, "Reader")).text()).toContain(
    "<dt>Thrown at</dt><dd><code>policy/before-create-user.ts:5:18 (TypeError)</code></dd>",
  );
});

describe("the page of a refusal", () => {
  const CODE = "KW3D-9MXD";
  const now = new Date("2026-11-21T10:00:00Z");
  const refusal = (more: Parameters<typeof record>[0]) =>
    console.world.decisions.keep(record({ at: now.toISOString(), reference: CODE, id: CODE, ...more }), 90);
  const show = async (role: "Reader" | "Administrator" = "Reader", code = CODE) =>
    await (await console.get(`/decisions/${code}`, role)).text();

  it("shows the reason, the entry and its state today, what helps, and the person's next answer", async () => {
    console.setTime(now);
    await refusal({});
    await console.put({ entry: "contoso.com", effect: "deny", note: "left us" });
    expect(await show()).toMatch(
      /Why.*contoso\.com is denied<\/bdi><\/b>: <bdi class="value">the domain of the address<\/bdi>.*How to let them in.*Allow the address itself.*If they tried now.*refuses this person.*open=contoso\.com.*contoso\.com<\/bdi><\/a>: <bdi class="value">deny<\/bdi>, .*left us/s,
    );
    await console.world.accessList.remove((await console.world.accessList.get("contoso.com")) ?? {});
    await console.put({ entry: "kim@contoso.com", effect: "allow" });
    const html = await show("Administrator");
    expect(html).toMatch(/contoso\.com<\/bdi><\/a> is no longer in the list.*lets this person in/s);
    expect(html).not.toMatch(/How to let them in|Allow the address itself|\/access-list\/add/);
    await console.world.accessList.remove((await console.world.accessList.get("kim@contoso.com")) ?? {});
  });

  it.each([
    { rules: [], reason: "unlisted", says: "No entry counts: they would be let in" },
    { rules: [], reason: "denied", says: "No entry counts: they would be let in" },
    {
      rules: [requestApproval({ unless: "allowed" })],
      reason: "unlisted",
      says: "No entry counts: they would be asked for approval",
    },
  ])("predicts the same answer to a new try as the person's page does: $reason, $says", async (given) => {
    const { rules, reason, says } = given;
    const policiesAt = vi
      .spyOn(console.world, "policiesAt")
      .mockReturnValue([anyPolicy([accessList({ otherwise: "continue" }), ...rules])]);
    const evidence = reason === "denied" ? { evidence: { entry: "gone.example", level: "domain" } } : {};
    const trace = [{ rule: "access-list", said: "block" as const, reasons: [`access-list.${reason}`], ...evidence }];
    const [code, email] = ["KW3D-9MXT", "tom.becker@gone.example"];
    await refusal({ reference: code, id: code, email, reasons: [`access-list.${reason}`], trace });
    const html = await show("Reader", code);
    expect(html).toMatch(new RegExp(`If they tried now.*${says}<`, "s"));
    expect(html.includes("they can try again")).toBe(reason === "denied");
    expect(await (await console.get(`/people?email=${email}`, "Reader")).text()).toMatch(new RegExp(`If they tried now.*${says}<`, "s"));
    policiesAt.mockRestore();
  });

  it.each([
    { unproven: "block" as const, says: "They would be refused: approval.address-unproven [^<]*" },
    { unproven: "provision" as const, says: "No entry counts: they would be asked for approval" },
  ])("explains that an allow has no effect because nobody verified the address: $says", async ({ unproven, says }) => {
    const list = accessList({ otherwise: "continue", trust: ["google.com"] });
    const asking = requestApproval({ unless: "allowed", then: "continue", unproven });
    const policiesAt = vi
      .spyOn(console.world, "policiesAt")
      .mockReturnValue([anyPolicy([list, asking], { trust: ["mail", "google.com"] })]);
    const evidence = { entry: "issuer:facebook.com", level: "veto" };
    const trace = [{ rule: "access-list", said: "block" as const, reasons: ["access-list.denied"], evidence }];
    const [code, email] = ["KW3D-9MXY", "l.novak@novak.example"];
    await console.put({ entry: "novak.example", effect: "allow" });
    await refusal({ reference: code, id: code, email, issuers: ["facebook.com"], reasons: ["access-list.denied"], trace });
    const html = await show("Reader", code);
    expect(html).toMatch(new RegExp(`If they tried now.*${says}<.*novak\\.example.*no provider proved`, "s"));
    expect(html).toContain("sign up in a way that proves the address");
    expect(html).not.toMatch(/they can try again/);
    const person = await (await console.get(`/people?email=${email}`, "Reader")).text();
    expect(person).toMatch(new RegExp(`If they tried now.*${says}<.*novak\\.example.*no provider proved`, "s"));
    policiesAt.mockRestore();
  });

  it("shows a check as failed, not as passed, if the person was let in because a system failed", async () => {
    const code = "KW3D-9MXW";
    const failed = {
      rule: "verify-identity",
      said: "continue" as const,
      upstreamFailure: { service: "idology", kind: "timeout" as const },
    };
    await refusal({ reference: code, id: code, verdict: "continue", rule: undefined, reasons: [], trace: [failed] });
    const html = await show("Reader", code);
    expect(html).toMatch(/Why<\/h2><p class="note warn">The call to IDology failed: no answer in time\./);
    expect(html).toMatch(/<li class="block">(?:(?!<li).)*Identity check<\/b> <span class="hint">Failed/s);
  });

  it("says that an open request decides, unless the list decides", async () => {
    const rules = [accessList({ otherwise: "continue" }), requestApproval({ unless: "allowed" })] as const;
    const policy = beforeCreateUser(rules, { trust: "any" });
    const open = await asked(console, "kim@contoso.com");
    const { policiesAt } = console.world;
    Object.assign(console.world, { policiesAt: () => [policy] });
    const code = "KW3D-9MXN";
    await refusal({ reference: code, id: code, rule: "request-approval", reasons: ["approval.requested"], trace: [] });
    expect(await show("Reader", code)).toMatch(
      /If they tried now.*Their request for approval decides.*href="\/approvals\?q=kim%40contoso\.com">See the request/s,
    );
    const trace = [{ rule: "not-domains", said: "block" as const, reasons: ["domain.refused"] }];
    await console.world.approvals.change(open.id, (row) => deny(row, { by: { kind: "console", name: "Ann" } }, now));
    await refusal({ reference: "KW3D-9MXQ", id: "other", rule: "not-domains", reasons: ["domain.refused"], trace });
    expect(await show("Reader", "KW3D-9MXQ")).toMatch(
      /If they tried now.*They would be refused: approval.denied.*The last refusal came from the rule Refused domains/s,
    );
    Object.assign(console.world, { policiesAt });
  });

  it("shows no refusal if the person has an approved account to sign in with", async () => {
    const [code, email] = ["KW3D-9MXP", "vera.farouk@contoso.com"];
    const trace = [{ rule: "request-approval", said: "block" as const, reasons: ["approval.provisioned"] }];
    await refusal({ reference: code, id: code, email, rule: "request-approval", reasons: ["approval.provisioned"], trace });
    const html = await show("Administrator", code);
    expect(html).toMatch(
      /<span class="tag good">Has an account<.*If they tried now.*<span class="outcome continue">They sign in with their account</s,
    );
    expect(html).not.toMatch(/>Refused<|How to let them in|other rules decide/);
    const row = (await (await console.get(`/decisions?q=${email}`, "Reader")).text()).split("<tbody>").at(-1);
    expect(row).toContain('<span class="outcome continue">Has an account</span>');
  });

  it("names the value that the person must correct, and omits the access list, which cannot help", async () => {
    const code = "KW3D-9MXK";
    const rule = "permitted-value";
    const trace = [{ rule, said: "invalid" as const, reasons: ["value.not-permitted"] }];
    const wrong = { asked: ["extension_PartnerNumber"], trace };
    await refusal({ reference: code, id: code, verdict: "invalid", rule, reasons: ["value.not-permitted"], ...wrong });
    const policiesAt = vi.spyOn(console.world, "policiesAt").mockReturnValue([anyPolicy([permittedValue("extension_PartnerNumber")])]);
    const html = await show("Administrator", code);
    policiesAt.mockRestore();
    expect(html).toMatch(/A value is not permitted<\/bdi><\/b>: <bdi class="value">Partner number</);
    expect(html).toMatch(/If they tried now.*Asked to correct again, until it is right: Partner number/s);
    expect(html).not.toMatch(/lets this person in|\/access-list\/add/);
    expect(await (await console.get("/decisions?q=kim@contoso.com", "Reader")).text()).toContain(
      ">a value is not permitted: Partner number<",
    );
  });

  it("does not advise an allow of the address if another entry would still deny", async () => {
    const code = "KW3D-9MXM";
    await refusal({ reference: code, id: code, issuers: ["facebook.com"] });
    await console.put({ entry: "issuer:facebook.com", effect: "deny" });
    const html = await show("Administrator", code);
    expect(html).toMatch(/would not let them in with facebook\.com: issuer:facebook\.com \(.*\) is closer/);
    expect(html).not.toMatch(/Allow the address itself|\/access-list\/add/);
  });

  it("links to the person and the local simulator, and offers an allow only to administrators", async () => {
    const reader = await show();
    expect(reader).toContain('href="/people?email=kim%40contoso.com"');
    expect(reader).not.toContain("/access-list/add");
    Object.assign(console.world, { simulatorUrl: "http://127.0.0.1:8082" });
    const html = await show("Administrator");
    expect(html).toContain('href="http://127.0.0.1:8082/?recorded=KW3D-9MXD"');
    const [form = ""] = /<form[^>]*action="\/access-list\/add".*?<\/form>/s.exec(html) ?? [];
    const fields = new Map([...form.matchAll(/<input[^>]* name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]));
    expect(Object.fromEntries(fields)).toMatchObject({
      entry: "kim@contoso.com",
      effect: "allow",
      note: "After decision KW3D-9MXD",
      back: "/people?email=kim%40contoso.com",
      expiresAt: expect.stringMatching(/^2026-11-/),
    });
  });

  it("judges and offers to allow the account, not the address, if the person only typed the address", async () => {
    const owner = "owner@typed.example";
    const typed = { email: owner, emailTyped: true, issuers: ["apple.com"], reasons: ["access-list.unlisted"] } as const;
    await console.put({ entry: owner, effect: "allow" });
    await refusal({ ...typed, signedInAs: { issuer: "apple.com", id: "000123.abc" } });
    expect(await show("Administrator")).toMatch(/If they tried now.*refuses this person.*value="issuer:apple\.com\/000123\.abc"/s);
    await refusal({ ...typed, reference: "KW3D-9MXH", id: "typist" });
    expect(await show("Administrator", "KW3D-9MXH")).not.toContain("/access-list/add");
    await console.world.accessList.remove((await console.world.accessList.get(owner)) ?? {});
  });

  it("offers no allow if a denied provider takes precedence over every address", async () => {
    const trace = [{ ...record().trace[0], evidence: { entry: "issuer:google.com", level: "veto" } }] as DecisionRecord["trace"];
    await refusal({ reference: "KW3D-9MXF", id: "veto", trace });
    const html = await show("Administrator", "KW3D-9MXF");
    expect(html).toContain("no other entry can overrule it");
    expect(html).not.toMatch(/\/access-list\/add|Change the entry/);
    await console.put({ entry: "issuer:google.com", effect: "deny" });
    expect(await show("Administrator", "KW3D-9MXF")).toMatch(/<footer>.*class="button"[^>]*>Change the entry…/s);
    expect(await show("Reader", "KW3D-9MXF")).not.toContain("Change the entry");
    await console.world.accessList.remove((await console.world.accessList.get("issuer:google.com")) ?? {});
  });

  it.each([
    {
      what: "a vendor that a rule asked",
      code: "KW3D-9MXG",
      more: {
        rule: "verify-identity",
        reasons: ["identity.unavailable"],
        trace: [
          { rule: "access-list", said: "continue" },
          {
            rule: "verify-identity",
            said: "block",
            reasons: ["identity.unavailable"],
            upstreamFailure: { service: "idology", kind: "unauthorised" },
          },
        ],
        calls: [{ service: "idology", ms: 3_800 }],
      },
      says: /IDology.*it does not accept our credentials.*Fix IDology.*Still refused until IDology recovers/s,
    },
    {
      what: "a rule that a failed call ended",
      code: "KW3D-9MXH",
      more: {
        rule: undefined,
        reasons: ["gatehouse.unavailable"],
        failure: "rule",
        trace: [{ rule: "lookup", said: "failed", upstreamFailure: { service: "crm", kind: "timeout" } }],
      },
      says: /Fix crm.*Still refused until crm recovers/s,
    },
    {
      what: "a table that could not be read",
      code: "KW3D-9MXJ",
      more: { rule: undefined, reasons: ["gatehouse.unavailable"], failure: "read", trace: [] },
      says: /tables could not be read.*may try again.*Refused again only if it fails again/s,
    },
  ])("names the system or table to repair, and offers no allow, if an outage caused the refusal: $what", async ({ code, more, says }) => {
    await refusal({ reference: code, id: code, ...(more as object) });
    const html = await show("Administrator", code);
    expect(html).toMatch(says);
    expect(html).not.toContain("/access-list/add");
  });

  it.each([
    {
      why: "a rule that failed",
      code: "KW3D-9MXA",
      more: { rule: undefined, reasons: [], trace: [], failure: "read" as const },
      says: /tables could not be read.*may try again/s,
    },
    {
      why: "a rule of the policy's own",
      code: "KW3D-9MXC",
      more: { rule: "own", reasons: ["own.reason"], trace: [] },
      says: /own\.reason.*your own policy/s,
    },
    {
      why: "a request",
      code: "KW3D-9MXE",
      more: { rule: "request-approval", reasons: ["approval.pending"], trace: [] },
      says: /approve the request.*approvals\?q=kim/s,
    },
  ])("explains $why in words", async ({ code, more, says }) => {
    await refusal({ reference: code, id: code, ...(more as object) });
    expect(await show("Reader", code)).toMatch(says);
  });
});
