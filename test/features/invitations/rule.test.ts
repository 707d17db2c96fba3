import { decide } from "../../../engine/sign-up/engine";
import { buildPersonId } from "../../../engine/sign-up/person";
import { countedPerson } from "../../../engine/sign-up/person-key";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import type { Row, Rule } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { approvers, sponsor } from "../../../features/approvals/approvers";
import { buildApprovalEvent } from "../../../features/approvals/build-event";
import { invitationId, invitePerson } from "../../../features/approvals/invite-person";
import { type ApprovalRequest, requestId, requestKey } from "../../../features/approvals/request";
import { requestApproval } from "../../../features/approvals/request-approval";
import { approve, deny, expire } from "../../../features/approvals/transitions";
import { extend, resend } from "../../../features/invitations/invitation";
import { type InvitedOptions, invited } from "../../../features/invitations/rule";
import { codeRow, holderOf, listed, type Memory, memory } from "../../engine/rules/memory-world";
import { refusal } from "../../engine/rules/refusal";
import { saidBy } from "../../engine/rules/said-by";
import { hashOf, NOW, person } from "../../engine/sign-up/people";
import { alice, DAY, HOUR, later, rowOf } from "../approvals/requests";

const CODE = "QH7K-93FN-XAMT";
const sending = { by: alice, code: CODE, days: 14 };
const google = (issuerAssignedId: string) => [{ signInType: "federated", issuer: "google.com", issuerAssignedId }];
const facebook = [{ signInType: "federated", issuer: "facebook.com", issuerAssignedId: "9" }];
const kim = person({ email: "kim@gmail.com", identities: google("1"), attributes: {} });
const unproven = { ...kim, identities: facebook };
const typing = (code: string, signUp: SignUp = kim): SignUp => ({ ...signUp, attributes: { extension_InvitationCode: code } });

const sent = rowOf(invitePerson(undefined, { email: "kim@gmail.com" }, sending, hashOf, NOW));
const revoked = rowOf(deny(sent, { by: alice }, NOW));
const again = rowOf(resend(sent, { ...sending, code: "AAAA-3333-CCCC" }, NOW));

function tablesWith(...rows: readonly ApprovalRequest[]): Memory {
  return memory(rows.map((row) => [requestKey(row.id), row as unknown as Row]));
}

async function call(
  signUp: SignUp,
  tables: Memory,
  options: InvitedOptions = {},
  now = NOW,
  more: readonly Rule<"before-create-user">[] = [],
) {
  const rules = [invited(options), ...more] as unknown as readonly [Rule<"before-create-user">];
  const { answer, trace, failure } = await decide(
    beforeCreateUser(rules, { trust: options.trust === undefined ? ["mail", "google.com"] : "any" }),
    signUp,
    { ...tables.world, now },
  );
  expect(failure).toBeUndefined();
  const said = answer.kind === "block" ? answer.reason : answer.kind === "invalid" ? answer.problems[0]?.reason : "in";
  return { said, answer, findings: trace[0]?.findings };
}

describe("an invitation to an address", () => {
  it.each<{ who: string; row?: ApprovalRequest; signUp: SignUp; options?: InvitedOptions; after?: number; says: string }>([
    { who: "the person, by their provider's word", row: sent, signUp: kim, says: "in" },
    { who: "another spelling of the mailbox", row: sent, signUp: { ...kim, email: "k.i.m+x@googlemail.com" }, says: "in" },
    { who: "the person, who shows the code", row: sent, signUp: typing(CODE), says: "in" },
    { who: "an address that nobody proves", row: sent, signUp: unproven, says: "invitation.none" },
    { who: "such an address with the code", row: sent, signUp: typing(CODE, unproven), says: "in" },
    { who: "the code in small letters, without dashes", row: sent, signUp: typing(" qh7k 93fnxamt", unproven), says: "in" },
    {
      who: "another address with the code",
      row: sent,
      signUp: typing(CODE, { ...kim, email: "lee@gmail.com" }),
      says: "invitation.unknown-code",
    },
    { who: "a wrong code", row: sent, signUp: typing("QH7K-93FN-XAMX", unproven), says: "invitation.unknown-code" },
    { who: "a code that no list can hold", row: sent, signUp: typing("x".repeat(300), unproven), says: "invitation.unknown-code" },
    { who: "the code before the last one sent", row: again, signUp: typing(CODE, unproven), says: "invitation.unknown-code" },
    { who: "the last code sent", row: again, signUp: typing("AAAA-3333-CCCC", unproven), says: "in" },
    { who: "somebody else", row: sent, signUp: { ...kim, email: "lee@gmail.com" }, says: "invitation.none" },
    { who: "the person at another gate", row: sent, signUp: { ...kim, gate: "suppliers" }, says: "invitation.none" },
    { who: "the person, just before the end", row: sent, signUp: kim, after: 14 * DAY - 1, says: "in" },
    { who: "the person, after the end", row: sent, signUp: kim, after: 14 * DAY, says: "invitation.expired" },
    {
      who: "the person, after the end was written down",
      row: rowOf(expire(sent, later(15 * DAY))),
      signUp: kim,
      after: 15 * DAY,
      says: "invitation.expired",
    },
    { who: "the code, after the end", row: sent, signUp: typing(CODE, unproven), after: 14 * DAY, says: "invitation.expired" },
    { who: "an address that nobody proves, after the end", row: sent, signUp: unproven, after: 14 * DAY, says: "invitation.none" },
    {
      who: "the person, after the policy's days",
      row: sent,
      signUp: kim,
      options: { lasts: "3d" },
      after: 3 * DAY,
      says: "invitation.expired",
    },
    {
      who: "the person, after it was extended",
      row: rowOf(extend(sent, { by: alice }, later(30 * DAY), NOW)),
      signUp: kim,
      after: 20 * DAY,
      says: "in",
    },
    { who: "the person, after it was taken back", row: revoked, signUp: kim, says: "invitation.none" },
    { who: "the code, after it was taken back", row: revoked, signUp: typing(CODE, unproven), says: "invitation.none" },
    { who: "the address alone where codes count", row: sent, signUp: kim, options: { by: ["code"] }, says: "invitation.none" },
    {
      who: "the code where addresses count",
      row: sent,
      signUp: typing(CODE, unproven),
      options: { by: ["address"] },
      says: "invitation.none",
    },
    { who: "nobody invited", signUp: kim, says: "invitation.none" },
  ])("gives the expected answer to $who: $says", async ({ row, signUp, options, after = 0, says }) => {
    const tables = tablesWith(...(row === undefined ? [] : [row]));
    expect((await call(signUp, tables, options, later(after))).said).toBe(says);
  });

  it("is revealed only to a person who proves that the address is theirs", async () => {
    const invitedOne = await call(unproven, tablesWith(sent));
    const nobody = await call(unproven, tablesWith());
    expect(invitedOne.answer).toEqual(nobody.answer);
    expect(invitedOne.findings).toEqual(nobody.findings);
  });

  it("is used up by one account, which is admitted again until its end", async () => {
    const tables = tablesWith(sent);
    expect((await call(kim, tables)).said).toBe("in");
    expect(tables.row(requestKey(sent.id))).toMatchObject({ state: "admitted", history: [{}, { to: "admitted" }] });
    expect((await call(kim, tables)).said).toBe("in");
    expect((await call({ ...kim, attributes: { city: "Seoul" } }, tables, {}, later(HOUR))).said).toBe("in");
    expect((await call({ ...kim, identities: google("2") }, tables)).said).toBe("invitation.none");
    expect((await call(kim, tables, {}, later(14 * DAY))).said).toBe("invitation.none");
    expect((await call(kim, tables, { lasts: "3d" }, later(3 * DAY - 1))).said).toBe("in");
    expect((await call(kim, tables, { lasts: "3d" }, later(3 * DAY))).said).toBe("invitation.none");
  });

  it("admits one of two accounts that come at once", async () => {
    let waiting = 2;
    let all = () => {};
    const both = new Promise<void>((resolve) => {
      all = resolve;
    });
    const tables = memory([[requestKey(sent.id), sent as unknown as Row]], async () => {
      waiting -= 1;
      if (waiting === 0) all();
      await both;
    });
    const answers = await Promise.all([call(kim, tables), call({ ...kim, identities: google("2") }, tables)]);
    expect(answers.map(({ said }) => said).sort()).toEqual(["approval.changed", "in"]);
  });

  it("lets the account that used it in again until the invitation is revoked", async () => {
    const tables = tablesWith(sent);
    expect([(await call(kim, tables)).said, (await call(kim, tables, {}, later(DAY))).said]).toEqual(["in", "in"]);
    const used = tables.row(requestKey(sent.id)) as unknown as ApprovalRequest;
    expect((await call(kim, tablesWith(rowOf(deny(used, { by: alice }, later(DAY)))), {}, later(DAY))).said).toBe("invitation.none");
  });

  describe("cannot be used by guessing its code", () => {
    const wrong = ["a", "b", "c", "d", "e", "f"].map((letter) => `QH7K-93FN-XAM${letter}`);
    const guessing = async (tables: Memory, by: SignUp, count: number, options: InvitedOptions = {}) => {
      const said: unknown[] = [];
      for (const each of wrong.slice(0, count)) said.push((await call(typing(each, by), tables, options)).said);
      return said;
    };

    it("even the right code fails after five wrong ones, until the next day", async () => {
      const tables = tablesWith(sent);
      const asked = await guessing(tables, unproven, 6);
      expect(asked).toEqual([...Array(5).fill("invitation.unknown-code"), "code.too-many-guesses"]);
      expect((await call(typing(CODE, unproven), tables)).said).toBe("code.too-many-guesses");
      expect(tables.row(requestKey(sent.id))).toMatchObject({ state: "approved" });
      expect((await call(typing(CODE, unproven), tables, {}, later(DAY))).said).toBe("in");
    });

    it("the right code is accepted after four wrong ones, and counts as one guess however often it is typed", async () => {
      const tables = tablesWith(sent);
      await guessing(tables, unproven, 4);
      expect((await call(typing(CODE, unproven), tables)).said).toBe("in");
      expect((await call(typing(CODE, unproven), tables)).said).toBe("in");
      expect(await guessing(tables, unproven, 5)).toEqual([...Array(4).fill("invitation.unknown-code"), "code.too-many-guesses"]);
    });

    it("one of six codes that come at once is refused as one guess too many", async () => {
      const tables = tablesWith(sent);
      const answers = await Promise.all([...wrong.slice(0, 5), CODE].map((each) => call(typing(each, unproven), tables)));
      expect(answers.filter(({ said }) => said === "code.too-many-guesses")).toHaveLength(1);
    });

    it("guesses at an ended invitation count as well", async () => {
      const tables = tablesWith(sent);
      const after = later(14 * DAY);
      for (const each of wrong.slice(0, 5)) await call(typing(each, unproven), tables, {}, after);
      expect((await call(typing(CODE, unproven), tables, {}, after)).said).toBe("code.too-many-guesses");
    });

    it("strangers use up none of the invited person's guesses", async () => {
      const tables = tablesWith(sent);
      const strangers = [
        { ...unproven, identities: [{ issuer: "facebook.com", issuerAssignedId: "stranger" }] },
        { ...kim, emailTyped: true as const, identities: google("stranger") },
      ];
      for (const each of strangers) await guessing(tables, each, 5);
      expect((await call(typing(CODE, unproven), tables)).said).toBe("in");
    });

    it("a person who proves the address gets in without the right code, even after too many guesses", async () => {
      const tables = tablesWith(sent);
      await guessing(tables, kim, 5, { by: ["code"] });
      expect((await call(typing(CODE), tables, { by: ["code"] })).said).toBe("code.too-many-guesses");
      expect((await call(typing(wrong[5] as string), tables)).said).toBe("in");
    });
  });

  it("belongs to one mailbox and one gate", () => {
    const of = (email: string, gate?: string) => invitationId(email, gate, hashOf);
    expect(of("K.im+a@googlemail.com".toLowerCase())).toBe(of("kim@gmail.com"));
    expect(of("kim@gmail.com", "default")).toBe(of("kim@gmail.com"));
    expect(of("kim@gmail.com", "suppliers")).not.toBe(of("kim@gmail.com"));
  });
});

describe("a code that was handed out", () => {
  const list = "extension_InvitationCode";
  const handedOut = () => memory([[listed(list, "FAIR-3G7K"), {}]]);

  it("admits one person whose address is proven", async () => {
    const tables = handedOut();
    expect((await call(typing("fair-3g7k", unproven), tables)).said).toBe("invitation.address-unproven");
    expect(await call(typing("fair-3g7k"), tables)).toMatchObject({ said: "in", findings: { invited: "code" } });
    expect(tables.row(codeRow(list, "fair-3g7k"))).toMatchObject({ people: [expect.any(String)] });
    expect((await call(typing("FAIR-3G7K"), tables)).said).toBe("in");
    expect((await call(typing("FAIR-3G7K", { ...kim, email: "lee@gmail.com", identities: google("2") }), tables)).said).toBe(
      "code.used-up",
    );
  });

  it("allows five guesses a day", async () => {
    const tables = handedOut();
    const tries = ["a", "b", "c", "d", "e", "f"].map((letter) => `FAIR-3G7${letter}`);
    const said: unknown[] = [];
    for (const each of tries) said.push((await call(typing(each), tables)).said);
    expect(said).toEqual([...Array(5).fill("invitation.unknown-code"), "code.too-many-guesses"]);
  });
});

describe("the complete result of the rule is as expected", () => {
  const list = "extension_InvitationCode";
  const rows = [[listed(list, "FAIR-3G7K"), {}]] as const;
  const typed = typing("FAIR-3G7K");
  const place = holderOf(typed);
  const usedUp = { kind: "block", ...refusal("code.used-up") };
  const tooMany = { kind: "block", ...refusal("code.too-many-guesses") };
  const guesses = { table: "ledger", key: { id: `guesses/${list}/${countedPerson(typed, hashOf)}` } } as const;
  const guess = (text: string) => ({
    ...guesses,
    slots: "tries-2026-03-01",
    holder: hashOf(JSON.stringify(["guess", list, text])),
    atMost: 5,
    set: { personId: buildPersonId(kim.email, hashOf), expires: NOW.getTime() / 1_000 + 172_800 },
    onConflict: tooMany,
    always: true,
  });
  const problem = (reason: string) => ({ kind: "invalid", problems: [{ attribute: list, ...refusal(reason) }] });

  it("for a code that was handed out", async () =>
    expect(await saidBy(invited(), typed, { rows })).toStrictEqual({
      kind: "continue",
      findings: { invited: "code" },
      effects: [guess("fair-3g7k"), { ...codeRow(list, "fair-3g7k"), slots: "people", holder: place, atMost: 1, onConflict: usedUp }],
    }));

  it("for a code that was used up, that was never handed out, or that was guessed too often", async () => {
    const used = [[codeRow(list, "fair-3g7k"), { people: ["somebody"] }]] as const;
    expect(await saidBy(invited(), typed, { rows: [...rows, ...used] })).toStrictEqual({
      ...problem("code.used-up"),
      effects: [guess("fair-3g7k")],
    });
    expect(await saidBy(invited(), typing("WRONG"))).toStrictEqual({
      ...problem("invitation.unknown-code"),
      effects: [guess("wrong")],
    });
    const tried = [[guesses, { "tries-2026-03-01": ["a", "b", "c", "d", "e"] }]] as const;
    expect(await saidBy(invited(), typed, { rows: [...rows, ...tried] })).toStrictEqual({
      ...tooMany,
      evidence: { ledger: guesses.key.id },
    });
    expect(await saidBy(invited(), typing("x".repeat(300)))).toStrictEqual(problem("invitation.unknown-code"));
  });

  it.each([
    { sponsor: undefined, says: {} },
    { sponsor: "mina@contoso.com", says: { sponsor: "mina@contoso.com" } },
  ])("for an invitation of $sponsor", async ({ sponsor, says }) => {
    const row = rowOf(invitePerson(undefined, { email: kim.email, ...(sponsor && { sponsor }) }, sending, hashOf, NOW));
    const held = [[requestKey(row.id), row as unknown as Row]] as const;
    expect(await saidBy(invited(), kim, { rows: held })).toStrictEqual({
      kind: "continue",
      findings: { invited: "address", ...says },
      evidence: { invitation: row.reference, ...says },
      effects: [
        {
          table: "approvals",
          item: expect.objectContaining({ id: row.id, state: "admitted" }),
          condition: expect.anything(),
          identityColumns: ["turn", "state", "call"],
          onlyIfAdmitted: true,
          onConflict: { kind: "block", ...refusal("approval.changed") },
        },
      ],
    });
    const over = { rows: held, now: later(14 * DAY) };
    expect(await saidBy(invited(), kim, over)).toStrictEqual({ kind: "block", ...refusal("invitation.expired") });
    expect(await saidBy(invited({ otherwise: "approval" }), kim, over)).toStrictEqual({
      kind: "continue",
      findings: { invited: "expired", referred: true, ...says },
    });
    expect(await saidBy(invited({ otherwise: "waitlist" }), kim, over)).toStrictEqual({
      kind: "continue",
      findings: { invited: "expired", referred: true, ...says, waitlist: true },
    });
  });

  it("for a person without an address, for whom no row of an invitation is read", async () => {
    const nameless = { ...kim, email: "" };
    expect(invited().needs?.(nameless, hashOf, NOW)).toEqual([]);
    expect(await saidBy(invited(), nameless)).toStrictEqual({ kind: "block", ...refusal("invitation.none") });
  });
});

describe("people who are not invited", () => {
  const approval = requestApproval({ when: "approval", then: "continue" });
  const requestOf = (tables: Memory) => tables.row(requestKey(requestId(kim, hashOf)));

  it.each([
    { row: undefined, invited: "none" },
    { row: sent, invited: "expired" },
  ])("wait for an approver, who sees the reason: $invited", async ({ row, invited: finding }) => {
    const tables = tablesWith(...(row === undefined ? [] : [row]));
    const { said, findings } = await call(kim, tables, { otherwise: "approval" }, later(14 * DAY), [approval]);
    expect(said).toBe("approval.requested");
    expect(findings).toMatchObject({ invited: finding, referred: true });
    expect(requestOf(tables)).not.toHaveProperty("waitlist");
  });

  const sponsored = rowOf(invitePerson(undefined, { email: "kim@gmail.com", sponsor: "mina@contoso.com" }, sending, hashOf, NOW));
  it.each<{ who: string; signUp: SignUp; otherwise?: "approval" | "waitlist"; askedOf: string | undefined }>([
    { who: "whose invitation ended", signUp: kim, askedOf: "mina@contoso.com" },
    { who: "who type its code", signUp: typing(CODE), askedOf: "mina@contoso.com" },
    { who: "who only type an invited address", signUp: unproven, askedOf: undefined },
    { who: "on the waiting list", signUp: kim, otherwise: "waitlist", askedOf: undefined },
  ])(
    "send their request to the invitation's sponsor or to nobody in particular: people $who",
    async ({ signUp, otherwise = "approval", askedOf }) => {
      const tables = tablesWith(sponsored);
      const { findings } = await call(signUp, tables, { otherwise }, later(14 * DAY), [approval]);
      expect(tables.row(requestKey(requestId(signUp, hashOf)))?.askedOf).toBe(askedOf);
      if (signUp === unproven) expect(findings).not.toHaveProperty("sponsor");
    },
  );

  it("stay on a waiting list without an end", async () => {
    const tables = memory();
    expect((await call(kim, tables, { otherwise: "waitlist" }, NOW, [approval])).said).toBe("approval.waitlisted");
    expect(requestOf(tables)).toMatchObject({ state: "pending", waitlist: true, answerWithinDays: 3_650 });
    expect((await call(kim, tables, { otherwise: "waitlist" }, later(1_000 * DAY), [approval])).said).toBe("approval.waitlisted");
  });

  it.each<{ policy: string; rule: ReturnType<typeof requestApproval> }>([
    { policy: "stages that name nobody", rule: requestApproval({ when: "approval", stages: [{ by: sponsor() }] }) },
    {
      policy: "a stage that escalates",
      rule: requestApproval({ when: "approval", stages: [{ by: approvers("A"), orElse: approvers("B"), within: "1h" }] }),
    },
    {
      policy: "an approver of the code",
      rule: requestApproval({ when: "approval", askedOf: sponsor({ attribute: "city" as never, domains: ["contoso.com"] }) }),
    },
  ])("go on the waiting list, and no approver is asked, if the policy has $policy", async ({ rule }) => {
    const tables = memory();
    const signUp = { ...kim, attributes: { ...kim.attributes, city: "lee@contoso.com" } } as SignUp;
    expect((await call(signUp, tables, { otherwise: "waitlist" }, NOW, [rule])).said).toBe("approval.waitlisted");
    const request = requestOf(tables) as unknown as ApprovalRequest;
    for (const name of ["stages", "asked", "escalatesAt", "askedOf"]) expect(request).not.toHaveProperty(name);
    expect(buildApprovalEvent(undefined, request)).toMatchObject({ type: "approval.requested.v1", detail: { waitlist: true } });
    expect(rowOf(approve(request, { by: alice }, later(DAY)))).toMatchObject({ state: "approved" });
  });

  it("need a requestApproval rule if they are sent to approval", () => {
    expect(() => beforeCreateUser([invited({ otherwise: "approval" })], { trust: ["mail", "google.com"] })).toThrow(/requestApproval/);
  });
});

it.each<{ options: unknown; says: RegExp }>([
  { options: { by: [] }, says: /by must list "address", "code" or both, not \[\]/ },
  { options: { by: ["mail"] }, says: /by must list/ },
  { options: { by: ["address"], code: "extension_Code" }, says: /code needs "code" in by/ },
  { options: { lasts: "0d" }, says: /lasts is "0d"; it must be whole days from "1d" to "3650d"/ },
  { options: { otherwise: "deny" }, says: /otherwise must be one of approval, waitlist, continue, block, not "deny"/ },
  { options: { trust: "mail" }, says: /trust must list the identity providers/ },
  { options: { until: 3 }, says: /no option "until"/ },
])("refuses $options", ({ options, says }) => {
  expect(() => invited(options as InvitedOptions)).toThrow(says);
});
