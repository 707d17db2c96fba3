import { decide } from "../../../engine/sign-up/engine";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import { recordId } from "../../../engine/sign-up/records";
import { makeRule, type Row, type Rule } from "../../../engine/sign-up/rule";
import type { Attributes, SignUp, Trust } from "../../../engine/sign-up/sign-up";
import type { Effect, Evidence, Put, Write } from "../../../engine/sign-up/verdict";
import { approvalTexts } from "../../../features/approvals/approval-texts";
import { approvers, sponsor } from "../../../features/approvals/approvers";
import { type ApprovalRequest, type ApprovalState, requestId, requestKey } from "../../../features/approvals/request";
import { type RequestApprovalOptions, requestApproval } from "../../../features/approvals/request-approval";
import { approve, claim, complete, deny, fail, reopen } from "../../../features/approvals/transitions";
import { permittedValue } from "../../../features/permitted-value/rule";
import { codeRow, memory, listed as valueRow } from "../../engine/rules/memory-world";
import { saidBy } from "../../engine/rules/said-by";
import { block, effect, hashOf, invalid, NOW, saying, world } from "../../engine/sign-up/people";
import { alice, asking, DAY, HOUR, kim, later, MINUTE, pending, rowOf } from "./requests";

type Rules = Parameters<typeof beforeCreateUser>[0];

interface Scene {
  readonly request?: ApprovalRequest | undefined;
  readonly now?: Date;
  readonly signUp?: SignUp;
  readonly trust?: Trust;
  readonly before?: readonly Rule<"before-create-user">[];
  readonly write?: (write: Write) => Promise<boolean>;
}

/** What one call comes to: the page or "continue", and the request written. */
async function call(
  options: RequestApprovalOptions,
  { request, now = NOW, signUp = kim, trust = ["mail", "google.com"], before = [], write = async () => true }: Scene = {},
) {
  const written: Write[] = [];
  const rows = new Map<string, Row>(request === undefined ? [] : [[recordId(requestKey(request.id)), request as unknown as Row]]);
  const policy = beforeCreateUser([...before, requestApproval(options)] as unknown as Rules, { trust });
  const outside = world({
    now,
    read: async (keys) => new Map(keys.map(recordId).flatMap((id) => [...(rows.has(id) ? [[id, rows.get(id) as Row] as const] : [])])),
    write: async (each) => {
      written.push(each);
      return await write(each);
    },
  });
  const decision = await decide(policy, signUp, outside);
  const { answer } = decision;
  const said = answer.kind === "block" ? answer.reason : answer.kind;
  const [put] = written.filter((each) => each.table === "approvals") as Put[];
  return {
    said,
    answer,
    written,
    trace: decision.trace,
    failure: decision.failure,
    put,
    row: put?.item as unknown as ApprovalRequest | undefined,
  };
}

const then = "continue";
const approved = rowOf(approve(pending(), { by: alice }, NOW));
const provisioning = rowOf(claim(approved, { holder: "w", leaseMs: MINUTE }, NOW));
const provisioned = rowOf(complete(provisioning, "w", { id: "a" }, NOW));
const failed = rowOf(fail(provisioning, "w", { reason: "x" }, NOW));
const denied = rowOf(deny(pending(), { by: alice }, NOW));
const deniedForAMonth = rowOf(deny(pending({ askAgainAfterDays: 30 }), { by: alice }, NOW));
const pass = rowOf(approve(pending({ onApproval: "continue" }), { by: alice }, NOW));
const admitted = { ...pass, state: "admitted" as const, turn: 3 };
const account = { id: "0c1d" };
const listed = { unless: () => true };

describe("a person who needs approval", () => {
  it.each<{ given: string; request?: ApprovalRequest; after?: number; says: string; writes?: ApprovalState }>([
    { given: "has not asked", says: "approval.requested", writes: "pending" },
    { given: "waits", request: pending(), after: HOUR, says: "approval.pending" },
    { given: "waited in vain", request: pending(), after: 14 * DAY, says: "approval.requested", writes: "pending" },
    { given: "was denied just now", request: denied, says: "approval.denied" },
    { given: "was denied", request: denied, after: 1_000 * DAY, says: "approval.denied" },
    { given: "was denied for a month that lasts", request: deniedForAMonth, after: 29 * DAY, says: "approval.denied" },
    {
      given: "was denied for a month that is over",
      request: deniedForAMonth,
      after: 30 * DAY,
      says: "approval.requested",
      writes: "pending",
    },
    { given: "was reopened", request: rowOf(reopen(denied, { by: alice }, NOW)), after: HOUR, says: "approval.pending" },
    { given: "was approved", request: approved, after: 1_000 * DAY, says: "approval.approved" },
    { given: "gets an account", request: provisioning, says: "approval.approved" },
    { given: "has an account", request: provisioned, after: DAY - 1, says: "approval.provisioned" },
    { given: "had an account", request: provisioned, after: DAY, says: "approval.requested", writes: "pending" },
    { given: "cannot get an account", request: failed, after: DAY, says: "approval.failed" },
    { given: "has a pass", request: pass, after: 7 * DAY - 1, says: "continue", writes: "admitted" },
    { given: "let a pass lapse", request: pass, after: 7 * DAY, says: "approval.requested", writes: "pending" },
    { given: "went through just now", request: admitted, after: 10 * MINUTE - 1, says: "continue" },
    { given: "went through before", request: admitted, after: 10 * MINUTE, says: "approval.requested", writes: "pending" },
  ])("is answered by the state of their request ($given: $says)", async ({ request, after = 0, says, writes }) => {
    const { said, row, put } = await call({}, { request, now: later(after) });
    expect([said, row?.state]).toEqual([says, writes]);
    if (put !== undefined) expect(put.condition).toEqual(request === undefined ? "absent" : { turn: request.turn });
    // The row's own outcome counts, whatever the policy says by now.
    expect((await call({ then }, { request, now: later(after) })).said).toBe(says);
  });

  it("reads the page in each language of the texts", async () => {
    expect((await call({})).answer).toEqual({ kind: "block", reason: "approval.requested", message: approvalTexts["approval.requested"] });
  });

  it("leaves a request with the options of the policy", async () => {
    const { row } = await call({ then, answerWithin: "3d", askAgainAfter: "0d", ...(then === "continue" && { passFor: "1d" as const }) });
    expect(row).toMatchObject({
      onApproval: then,
      answerWithinDays: 3,
      askAgainAfterDays: 0,
      passDays: then === "continue" ? 1 : 7,
      answerBy: later(3 * DAY).toISOString(),
    });
    expect((await call({})).row).toEqual(pending(asking()));
  });

  it.each([
    { given: "an address", approver: " Lee@Contoso.com ", askedOf: "lee@contoso.com" },
    { given: "another list", approver: "lee@contoso.com", list: "codes", askedOf: "lee@contoso.com" },
    { given: "no address", approver: "Lee", askedOf: undefined },
    { given: "nothing", approver: undefined, askedOf: undefined },
    { given: "the person's own address", approver: kim.email, askedOf: undefined },
    { given: "the person's own address with a tag", approver: kim.email.replace("@", "+x@"), askedOf: undefined },
    { given: "an address, of another code", code: "B-2", approver: "lee@contoso.com", askedOf: undefined },
    { given: "an address, of a code that no key can hold", code: "x".repeat(2_000), approver: "lee@contoso.com", askedOf: undefined },
    { given: "an address, of no code", code: undefined, approver: "lee@contoso.com", askedOf: undefined },
  ])(
    "asks the code's approver if the code's row has the address of another person: $given",
    async ({ approver, list, askedOf, ...more }) => {
      const attributes = {
        ...kim.attributes,
        ...("code" in more ? more.code && { extension_Code: more.code } : { extension_Code: "A-1" }),
      };
      const row = valueRow(list ?? "extension_Code", "A-1");
      const tables = memory([[row, { ...(approver !== undefined && { approver }) }]]);
      const rule = requestApproval({ askedOf: sponsor({ code: "extension_Code", ...(list && { list }) }) });
      const signUp = { ...kim, attributes } as SignUp;
      const { answer } = await decide(beforeCreateUser([rule], { trust: ["mail", "google.com"] }), signUp, tables.world);
      expect(answer).toMatchObject({ reason: "approval.requested" });
      expect(tables.row(requestKey(requestId(signUp, hashOf)))?.askedOf).toBe(askedOf);
    },
  );

  it("asks the approver of a code typed in upper or lower case", async () => {
    const tables = memory([
      [valueRow("extension_Code", "A-1"), { approver: "lee@contoso.com" }],
      [codeRow("extension_Code", "a-1"), { people: ["somebody.else"] }],
    ]);
    const rules = [
      permittedValue("extension_Code" as never, { maxUses: 1, usedUp: "approval" }),
      requestApproval({ when: "approval", askedOf: sponsor({ code: "extension_Code" }) }),
    ] as const;
    const signUp = { ...kim, attributes: { extension_Code: "a-1" } } as SignUp;
    await decide(beforeCreateUser(rules, { trust: ["mail", "google.com"] }), signUp, tables.world);
    expect(tables.row(requestKey(requestId(signUp, hashOf)))).toMatchObject({ askedOf: "lee@contoso.com" });
  });

  it.each([
    { evidence: { vendor: "acme", identity: "review" }, verifications: [{ vendor: "acme", outcome: "review" }] },
    {
      evidence: { vendor: "acme", identity: "review", code: "REFER", reference: "4712", ledger: "x" },
      verifications: [{ vendor: "acme", outcome: "review", code: "REFER", reference: "4712" }],
    },
    { evidence: { vendor: "acme" }, verifications: undefined },
    { evidence: { identity: "skipped" }, verifications: undefined },
  ])("shows the approver the evidence of a vendor: $evidence", async ({ evidence, verifications }) => {
    const { row } = await call({}, { before: [saying("verify", { kind: "continue", evidence: evidence as Evidence })] });
    expect(row?.verifications).toStrictEqual(verifications);
  });

  it("leaves a request with the attributes that the policy names for approvers", async () =>
    expect((await call({ show: ["jobTitle", "extension_Team"] })).row?.show).toEqual(["jobTitle", "extension_Team"]));

  it.each([
    { issuers: ["google.com"], proven: true },
    { issuers: ["mail"], proven: true },
    { issuers: ["facebook.com"], proven: false },
    { issuers: [], proven: false },
    { issuers: ["google.com", "facebook.com"], proven: false },
    { issuers: ["facebook.com"], trust: ["facebook.com"], proven: true },
    { issuers: [], trust: ["entra"], proven: true },
    { issuers: [], trust: "any" as const, proven: true },
    { issuers: ["mail"], trust: [], proven: false },
  ])("has a proven address after a sign-in with $issuers: $proven (trust $trust)", async ({ issuers, trust, proven }) => {
    const signUp = { ...kim, identities: issuers.map((issuer) => ({ issuer, issuerAssignedId: issuer === "mail" ? kim.email : "1" })) };
    expect((await call({}, { signUp, ...(trust && { trust }) })).row?.emailProven).toBe(proven);
  });

  it("has no proven address if the passcode went to another address", async () => {
    const signUp = { ...kim, identities: [{ issuer: "mail", issuerAssignedId: "lee@example.org" }] };
    expect((await call({}, { signUp })).row?.emailProven).toBe(false);
  });
});

describe("two sign-up calls at the same time", () => {
  const other = { ...kim, attributes: { ...kim.attributes, displayName: "Lee" } };

  it.each<{ is: string; first?: ApprovalRequest; second: SignUp; says: readonly string[] }>([
    { is: "the call that uses a pass and its repeat", first: pass, second: kim, says: ["continue", "continue"] },
    { is: "two sign-ups with one pass", first: pass, second: other, says: ["approval.changed", "continue"] },
    { is: "the call that asks and its repeat", second: kim, says: ["approval.requested", "approval.requested"] },
    { is: "two sign-ups that ask", second: other, says: ["approval.pending", "approval.requested"] },
  ])("get these answers if they are $is: $says", async ({ first, second, says }) => {
    const tables = memory(first === undefined ? [] : [[requestKey(first.id), first as unknown as Row]]);
    const policy = beforeCreateUser([requestApproval({ then })], { trust: ["mail", "google.com"] });
    const later = new Date(NOW.getTime() + 1);
    const answers = await Promise.all([
      decide(policy, kim, { ...tables.world, now: NOW }),
      decide(policy, second, { ...tables.world, now: later }),
    ]);
    expect(answers.map(({ answer }) => (answer.kind === "block" ? answer.reason : answer.kind)).sort()).toEqual(says);
  });
});

describe("a repeated sign-up call", () => {
  const { row } = { row: pending() };
  it.each([
    { given: "the same within two minutes", signUp: kim, after: 119_999, says: "approval.requested" },
    { given: "the same later", signUp: kim, after: 120_000, says: "approval.pending" },
    { given: "another one at once", signUp: { ...kim, attributes: { displayName: "Kim Lee" } }, after: 0, says: "approval.pending" },
  ])("gets the first call's answer only if it is the same and comes within two minutes: $given", async ({ signUp, after, says }) => {
    expect(await call({}, { request: row, signUp, now: later(after) })).toMatchObject({ said: says, written: [] });
  });

  it("is answered as pending if the first call writes its request at the same moment", async () => {
    expect((await call({}, { write: async () => false })).said).toBe("approval.pending");
  });

  it("is asked to sign up again if its pass was used or withdrawn at the same moment", async () => {
    expect((await call({}, { request: pass, write: async () => false })).said).toBe("approval.changed");
  });
});

describe("a pass", () => {
  const intern = { ...kim, attributes: { ...kim.attributes, jobTitle: "Intern" } };
  const seen = rowOf(approve(pending({ onApproval: then, signUp: intern }), { by: alice }, NOW));
  const typed = (attributes: Attributes): SignUp => ({ ...kim, attributes: { ...kim.attributes, ...attributes } });

  it("lets in the values that the approver saw, whatever is typed now", async () => {
    const { answer, row } = await call(
      { then },
      { request: seen, signUp: typed({ displayName: "Lee", jobTitle: "Global Administrator" }) },
    );
    expect(answer).toEqual({ kind: "continue", attributes: { displayName: "Kim", jobTitle: "Intern" } });
    expect(row?.state).toBe("admitted");
  });

  it("restores omitted values, with custom attributes under the names of this call", async () => {
    const { longNames: _, ...short } = kim;
    const { answer } = await call({ then }, { request: seen, signUp: { ...short, attributes: { displayName: "Kim" } } });
    expect(answer).toEqual({ kind: "continue", attributes: { jobTitle: "Intern", extension_Tier: "gold" } });
  });

  it("does not restore a value if the attribute of that name belongs to another app", async () => {
    const other = `extension_${"1".repeat(32)}_Tier`;
    const signUp = { ...kim, attributes: { extension_Tier: "x" }, longNames: { extension_Tier: other } };
    expect(await call({ then }, { request: seen, signUp })).toMatchObject({ said: "approval.requested" });
  });

  it("is void for values that the approver did not see; a new request shows old and new values", async () => {
    const { said, row } = await call({ then }, { request: seen, signUp: typed({ jobTitle: "Intern", city: "Seoul" }) });
    expect(said).toBe("approval.requested");
    expect(row).toMatchObject({
      state: "pending",
      attributes: { jobTitle: "Intern", city: "Seoul" },
      earlier: { reference: seen.reference, decision: { verdict: "approved", by: alice }, attributes: seen.attributes },
    });
    expect(row?.history.at(-1)?.note).toBe("The sign-up holds what was not approved: city.");
  });

  it("is good for one sign-up: a repeat of that call gets the same answer, any other call makes a new request", async () => {
    const signUp = typed({ jobTitle: "Global Administrator" });
    const used = (await call({ then }, { request: seen, signUp })).row;
    const repeat = await call({ then }, { request: used, signUp, now: later(10 * MINUTE - 1) });
    expect(repeat).toMatchObject({ answer: { kind: "continue", attributes: { jobTitle: "Intern" } }, written: [] });
    expect(await call({ then }, { request: used, signUp, now: later(10 * MINUTE) })).toMatchObject({ said: "approval.requested" });
    const third = await call({ then }, { request: used, signUp: typed({ jobTitle: "Intern" }) });
    expect(third).toMatchObject({ said: "approval.requested", row: { earlier: { attributes: seen.attributes } } });
  });

  it("is not given to people let in by the policy itself", async () => {
    const waived = (await call(listed, { request: seen && pending({ onApproval: then }) })).row;
    expect(waived?.state).toBe("admitted");
    expect((await call({ then }, { request: waived })).said).toBe("approval.requested");
  });

  it("must be approved anew if an earlier version gave it without the approved values; the history records why", async () => {
    const { shortNames: _, ...old } = seen;
    const { said, row } = await call({ then }, { request: old, signUp: intern });
    expect([said, row?.state]).toEqual(["approval.requested", "pending"]);
    expect(row?.history.at(-1)?.note).toMatch(/^An earlier version gave this approval/);
  });

  it("overrides the values that a rule sets", async () => {
    const sets = saying("sets", { kind: "continue", attributes: { jobTitle: "Boss" } });
    const { answer } = await call({ then }, { request: seen, signUp: intern, before: [sets] });
    expect(answer).toEqual({ kind: "continue", attributes: {} });
    const insists = makeRule({
      name: "insists",
      sets: ["jobTitle"],
      decide: ({ attributes: { jobTitle } }) => ({ kind: "continue", ...(jobTitle !== "Boss" && { attributes: { jobTitle: "Boss" } }) }),
    });
    expect((await call({ then }, { request: seen, signUp: intern, before: [insists] })).answer).toEqual({
      kind: "continue",
      attributes: {},
    });
  });

  it("is checked against the restored values, not the typed ones", async () => {
    const refuses = makeRule({
      name: "refuses",
      decide: ({ attributes }) => (attributes.jobTitle === "Intern" ? { kind: "block", reason: "no-interns" } : { kind: "continue" }),
    });
    const signUp = typed({ jobTitle: "Boss" });
    expect(await call({ then }, { request: seen, signUp, before: [refuses] })).toMatchObject({ said: "no-interns", written: [] });
  });
});

describe("a person with an unproven address", () => {
  const entra = { ...kim, identities: [] };

  it("gets no pass, and the page says so", async () => {
    expect(await call({ then }, { signUp: entra })).toMatchObject({ said: "approval.address-unproven", written: [] });
    expect(await call({ then, unproven: "block" }, { signUp: entra })).toMatchObject({ said: "approval.address-unproven" });
  });

  it("gets an account through Graph if the policy says so", async () => {
    expect((await call({ then, unproven: "provision" }, { signUp: entra })).row).toMatchObject({
      onApproval: "provision",
      emailProven: false,
    });
    expect((await call({ then, unproven: "provision" })).row).toMatchObject({ onApproval: then, emailProven: true });
    expect(requestApproval().uses?.slice(0, 2)).toEqual([
      { table: "approvals", access: "read" },
      { table: "approvals", access: "write" },
    ]);
    const workers = (options: RequestApprovalOptions) =>
      requestApproval(options).uses?.flatMap((use) => ("worker" in use ? use.worker : []));
    expect(workers({ then, unproven: "provision" })).toEqual(["approvals", "provisioning"]);
    expect(workers({ then, unproven: "block" })).toEqual(["approvals"]);
  });

  it("is not let in by a pass that an earlier version gave", async () => {
    const old = rowOf(approve(pending({ onApproval: then, signUp: entra, emailProven: false }), { by: alice }, NOW));
    expect(await call({ then }, { request: old, signUp: entra })).toMatchObject({ said: "approval.address-unproven", written: [] });
  });
});

describe("a person who needs no approval", () => {
  it.each<{ given: string; request?: ApprovalRequest; after?: number; says: string; writes?: ApprovalState }>([
    { given: "never asked", says: "continue" },
    { given: "waits", request: pending(), says: "continue", writes: "admitted" },
    { given: "waited in vain", request: pending(), after: 14 * DAY, says: "continue", writes: "admitted" },
    { given: "was denied", request: denied, says: "continue", writes: "admitted" },
    { given: "was approved", request: approved, says: "approval.approved" },
    { given: "gets an account", request: provisioning, says: "approval.approved" },
    { given: "has an account", request: provisioned, says: "approval.provisioned" },
    { given: "had an account", request: provisioned, after: DAY, says: "continue", writes: "admitted" },
    { given: "cannot get an account", request: failed, says: "continue", writes: "admitted" },
    { given: "cannot get an account that was begun", request: { ...failed, account }, says: "approval.failed" },
    { given: "was denied after an account was begun", request: { ...denied, account }, says: "approval.denied" },
    { given: "has a pass", request: pass, says: "continue", writes: "admitted" },
    { given: "went through", request: admitted, after: DAY, says: "continue" },
  ])("is answered by the state of their request ($given: $says)", async ({ request, after = 0, says, writes }) => {
    const { said, row } = await call(listed, { request, now: later(after) });
    expect([said, row?.state]).toEqual([says, writes]);
  });

  it("is not let in while their request is being decided", async () => {
    expect((await call(listed, { request: pending(), write: async () => false })).said).toBe("approval.changed");
  });

  it.each<{ options: RequestApprovalOptions; listed: string; says: string }>([
    { options: { unless: ({ findings }) => findings.listed === "allow" }, listed: "allow", says: "continue" },
    { options: { unless: ({ findings }) => findings.listed === "allow" }, listed: "unlisted", says: "approval.requested" },
    { options: { when: ({ findings }) => findings.listed !== "allow" }, listed: "allow", says: "continue" },
    { options: { when: ({ findings }) => findings.listed !== "allow" }, listed: "unlisted", says: "approval.requested" },
    { options: { when: ({ signUp }) => signUp.attributes.extension_Tier === "gold" }, listed: "allow", says: "approval.requested" },
  ])(
    "is recognised by `when` or `unless`, from the sign-up and the findings ($options, $listed: $says)",
    async ({ options, listed: finding, says }) => {
      const finder = makeRule({ name: "list", decide: () => ({ kind: "continue", findings: { listed: finding } }) });
      expect((await call(options, { before: [finder] })).said).toBe(says);
    },
  );

  it.each([{ unless: async () => false }, { when: () => undefined }, { unless: () => "no" }])(
    "gets an error as the answer if `when` or `unless` returns neither true nor false: %p",
    async (options) => {
      expect(await call(options as never)).toMatchObject({ said: "gatehouse.unavailable", failure: { why: "rule" } });
    },
  );
});

describe("requestApproval with other rules", () => {
  const code = saying("code", { kind: "continue", effects: [effect("used-up")] as Effect[] });

  it("writes the effects of accepting rules with a new request, but not if an earlier request is denied or waits", async () => {
    expect((await call({}, { before: [code] })).written.map(({ table }) => table)).toEqual(["accessList", "approvals"]);
    expect((await call({}, { before: [code], request: denied })).written).toEqual([]);
    expect((await call({}, { before: [code], request: pending() })).written).toEqual([]);
  });

  it("stops the request if somebody else used up the code meanwhile", async () => {
    const { said, written } = await call({}, { before: [code], write: async ({ table }) => table !== "accessList" });
    expect([said, written.length]).toEqual(["lost", 1]);
  });

  it("makes no request while the person must correct a value", async () => {
    const outcome = await call({}, { before: [saying("asking", invalid("city"))] });
    expect(outcome).toMatchObject({
      said: "invalid",
      written: [],
      trace: [{ said: "invalid" }, { rule: "request-approval", said: "skipped" }],
    });
  });

  it("uses up no pass while the person must correct a value or a later rule refuses", async () => {
    expect(await call({}, { request: pass, before: [saying("asking", invalid("city"))] })).toMatchObject({ said: "invalid", written: [] });
    expect(await call({}, { request: pass, before: [saying("no", block("no"))] })).toMatchObject({ said: "no", written: [] });
  });

  it("may come after a rule that sends the identity to review, but not before it", () => {
    const review = { ...saying("verify", { kind: "continue" }), requires: ["identity"] };
    expect(() => beforeCreateUser([review, requestApproval()], { trust: ["mail", "google.com"] })).not.toThrow();
    expect(() => beforeCreateUser([requestApproval(), review], { trust: ["mail", "google.com"] })).toThrow(/identity/);
  });
});

describe("a row that cannot be read", () => {
  it("lets nobody in", async () => {
    expect((await call(listed, { request: { ...pass, state: "ok" as never } })).said).toBe("gatehouse.unavailable");
  });
});

describe("unusable options", () => {
  it.each([
    { options: { unless: () => true, when: () => true }, says: /not both/ },
    { options: { unless: true }, says: /function/ },
    { options: { then: "create" }, says: /"provision" or "continue"/ },
    { options: { answerWithin: "0d" }, says: /answerWithin is "0d"/ },
    { options: { answerWithin: "1.5d" }, says: /answerWithin/ },
    { options: { askAgainAfter: "-1d" }, says: /askAgainAfter/ },
    { options: { askAgainAfter: "always" }, says: /askAgainAfter is "always"/ },
    { options: { passFor: "Infinityd" }, says: /passFor/ },
    {
      options: { then: "continue", unproven: "continue" },
      says: /"block" or "provision", not "continue"; otherwise somebody could get in/,
    },
    { options: { unproven: "block" }, says: /needs then: "continue"/ },
    { options: { passFor: "3d" }, says: /passFor needs then: "continue"/ },
    ...["extension_Code", { attribute: "extension_Code" }, approvers("it@contoso.com"), null].map((askedOf) => ({
      options: { askedOf },
      says: /askedOf is a sponsor, like sponsor\(\{ code:/,
    })),
    { options: { show: "jobTitle" }, says: /show must be a list of short names/ },
    { options: { show: ["jobTitle", ""] }, says: /show must be a list of short names/ },
    { options: { show: ["jobTitle", 7] }, says: /show must be a list of short names/ },
    { options: { answerWithin: "3651d" }, says: /answerWithin is "3651d"; it must be whole days from "1d" to "3650d"/ },
    { options: { answerWithin: "14" }, says: /answerWithin is "14"/ },
    { options: { provenBy: ["mail"] }, says: /provenBy/ },
  ])("are refused: $options", ({ options, says }) => expect(() => requestApproval(options as never)).toThrow(says));

  it("do not include a period of ten years", () => expect(() => requestApproval({ answerWithin: "3650d" })).not.toThrow());
});

it("a request's key is built from the person", () =>
  expect(requestApproval().needs?.(kim, hashOf, NOW)).toEqual([requestKey(requestId(kim, hashOf))]));

describe("the whole answer of the rule", () => {
  const stored = (request: ApprovalRequest) => [[requestKey(request.id), request as unknown as Row]] as const;
  const text = (reason: keyof typeof approvalTexts) => ({ kind: "block", reason, message: approvalTexts[reason] });

  it("contains the write of a new request, which a repeated call then finds", async () => {
    expect(await saidBy(requestApproval(), kim)).toStrictEqual({
      ...text("approval.requested"),
      effects: [
        {
          table: "approvals",
          item: expect.objectContaining({ state: "pending" }),
          condition: "absent",
          identityColumns: ["turn", "state", "call"],
          onConflict: text("approval.pending"),
        },
      ],
      deferred: true,
    });
    expect(await saidBy(requestApproval(), kim, { rows: stored(pending()) })).toStrictEqual(text("approval.requested"));
  });

  it("closes the request of a person who needs no approval", async () => {
    const rule = requestApproval({ unless: () => true });
    expect(await saidBy(rule, kim)).toStrictEqual({ kind: "continue", effects: [] });
    const { effects } = await saidBy(rule, kim, { rows: stored(pending()) });
    expect(effects).toStrictEqual([
      {
        table: "approvals",
        item: expect.objectContaining({ state: "admitted" }),
        condition: expect.anything(),
        onConflict: text("approval.changed"),
      },
    ]);
  });

  it("asks no approver about a person on the waiting list, and answers a repeated call with the waiting-list text", async () => {
    const findings = { waitlist: true };
    const { effects: [first] = [] } = await saidBy(requestApproval(), kim, { findings });
    const request = (first as Put).item as unknown as ApprovalRequest;
    expect(request).not.toHaveProperty("askedOf");
    expect(await saidBy(requestApproval(), kim, { findings, rows: stored(request) })).toStrictEqual(text("approval.waitlisted"));
  });

  it.each([
    { stageMail: undefined, mail: {} },
    { stageMail: false, mail: {} },
    { stageMail: true, mail: { news: true } },
  ])("contains the stages of a request, with stageMail $stageMail", async ({ stageMail, mail }) => {
    const rule = requestApproval({ stages: [{ by: approvers("A") }], ...(stageMail !== undefined && { stageMail }) });
    const { effects: [first] = [] } = await saidBy(rule, kim);
    const list = [{ by: ["role:A"], need: 1 }];
    expect((first as Put).item.stages).toStrictEqual({ list, running: 0, since: NOW.toISOString(), votes: [], ...mail });
  });

  it.each([
    { given: "somebody else", cell: "Mina@Contoso.com", askedOf: "mina@contoso.com" },
    { given: "the person, by another spelling", cell: kim.email.replace("@", "+x@"), askedOf: undefined },
    { given: "no address", cell: 7, askedOf: undefined },
  ])("asks the sponsor that an earlier rule found if that is another person's address: $given", async ({ cell, askedOf }) => {
    const { effects: [first] = [] } = await saidBy(requestApproval(), kim, { findings: { sponsor: cell } });
    expect((first as Put).item.askedOf).toBe(askedOf);
  });

  it.each([
    { options: { when: () => "yes" }, name: "when", said: '"yes"' },
    { options: { unless: () => undefined }, name: "unless", said: "undefined" },
  ])(
    "is an error if `$name` returns neither true nor false",
    async ({ options, name, said }) =>
      await expect(saidBy(requestApproval(options as never), kim)).rejects.toThrow(
        new TypeError(`requestApproval: \`${name}\` must return true or false; it returned ${said}.`),
      ),
  );
});

it.each(["approval.requested", "approval.pending", "approval.waitlisted"] as const)(
  "the text %s promises no mail, in any language, since a deployment may send none",
  (reason) => {
    const promise = /mail|메일|メール|邮件|correo|courriel|schreiben Ihnen|écrirons|escribiremos|escreveremos|write to you/i;
    expect(Object.values(approvalTexts[reason]).filter((text) => promise.test(text))).toEqual([]);
  },
);
