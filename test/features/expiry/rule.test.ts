import { catalogues } from "../../../engine/messages/index";
import { decide } from "../../../engine/sign-up/engine";
import { buildPersonId } from "../../../engine/sign-up/person";
import type { RecordKey, Row } from "../../../engine/sign-up/rule";
import type { Step } from "../../../engine/sign-up/sign-up";
import { endAccessNow, extendAccess, letEnd } from "../../../features/accounts/change";
import { readRequest, requestId, requestKey } from "../../../features/approvals/request";
import { requestApproval } from "../../../features/approvals/request-approval";
import { approve, claim, complete, submit } from "../../../features/approvals/transitions";
import { accessEndedKey, accessEndedKeys, accessEndedRow } from "../../../features/expiry/ended";
import { type ExpiryOptions, expiry } from "../../../features/expiry/rule";
import { expiryOfGates } from "../../../features/expiry/stack/expiry-of-gates";
import { texts as expiryTexts } from "../../../features/expiry/texts";
import { memory } from "../../engine/rules/memory-world";
import { saidBy } from "../../engine/rules/said-by";
import { hashOf, NOW, person } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";
import { arrived, day, rowOf } from "../accounts/accounts";
import { asking, rowOf as okay } from "../approvals/requests";

const kim = person({ email: "kim@gmail.com", identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "1" }] });
const personId = buildPersonId("kim@gmail.com", hashOf);
const kims = (cells: { gate?: string; email?: string } = {}) => arrived({ personId, email: "kim@gmail.com", ...cells });
const placeOf = (gate?: string, email = "kim@gmail.com") => accessEndedKey({ email, ...(gate !== undefined && { gate }) }, hashOf);
const over = (gate?: string) => accessEndedRow(kims(gate === undefined ? {} : { gate }), "ended", NOW, hashOf);

async function said(options: Partial<ExpiryOptions>, ended: boolean, { gate, signUp = kim }: { gate?: string; signUp?: typeof kim } = {}) {
  const rows = ended ? [[placeOf(gate), over(gate)] as const] : [];
  const rule = expiry({ lasts: "180d", ...options });
  const rules = options.otherwise === "approval" ? ([rule, requestApproval({ when: "approval" })] as const) : ([rule] as const);
  const { answer, failure } = await decide(anyPolicy(rules, { trust: options.trust ?? ["mail", "google.com"] }), signUp, {
    ...memory(rows).world,
    now: NOW,
  });
  expect(failure).toBeUndefined();
  return answer.kind === "block" ? answer.reason : answer.kind;
}

describe("expiry()", () => {
  it.each([
    ["lets everybody pass", said({}, false), "continue"],
    ["refuses a person whose access ended", said({}, true), "access.ended"],
    [
      "knows them by every spelling of their mailbox",
      said({}, true, { signUp: { ...kim, email: "k.i.m+x@googlemail.com" } }),
      "access.ended",
    ],
    ["lets them ask for renewal", said({ otherwise: "approval" }, true), "approval.requested"],
    ["asks nobody else for approval", said({ otherwise: "approval" }, false), "continue"],
    ["does not count the end of another gate", said({}, true, { gate: "partners" }), "continue"],
    ["counts its own gate's", said({}, true, { gate: "partners", signUp: { ...kim, gate: "partners" } }), "access.ended"],
  ])("%s", async (_, answer, expected) => expect(await answer).toBe(expected));

  const since = day(0).toISOString();
  const endedAt = NOW.toISOString();
  const byCode = (email: string) => ({ ...kim, email, identities: [{ issuer: "mail", issuerAssignedId: email }] });
  it.each([
    ["kim@contoso.com", "kim+1@contoso.com"],
    ["kim+1@contoso.com", "kim@contoso.com"],
    ["kim+1@contoso.com", "kim+2@contoso.com"],
    ["kim@hanmail.net", "kim@daum.net"],
    ["strasse@fabrikam.com", "straße@fabrikam.com"],
    ["straße@fabrikam.com", "strasse+1@fabrikam.com"],
  ])("treats access that ended for %s as ended for the same person at %s", async (email, other) => {
    const rows = [[placeOf(undefined, email), accessEndedRow(kims({ email }), "disabled", NOW, hashOf)]] as const;
    for (const otherwise of ["block", "approval"] as const) {
      const tables = memory(rows);
      const policy = anyPolicy([expiry({ lasts: "180d", otherwise }), requestApproval({ when: "approval" })]);
      const { answer } = await decide(policy, byCode(other), { ...tables.world, now: NOW });
      expect(answer).toMatchObject({ reason: otherwise === "block" ? "access.ended" : "approval.requested" });
      const request = tables.row(requestKey(requestId(byCode(other), hashOf)));
      expect(request?.renews).toEqual(otherwise === "block" ? undefined : { since, endedAt, how: "on-its-day" });
    }
  });

  it("finds the row that an earlier version stored, with its letters unfolded", async () => {
    const email = "straße@fabrikam.com";
    const [, earlierKey] = accessEndedKeys({ email }, hashOf);
    const rows = [[earlierKey as RecordKey, accessEndedRow(kims({ email }), "ended", NOW, hashOf)]] as const;
    const { answer } = await decide(anyPolicy([expiry({ lasts: "180d" })]), byCode(email), { ...memory(rows).world, now: NOW });
    expect(answer).toMatchObject({ reason: "access.ended" });
  });

  describe("for a person whose address a stranger uses", () => {
    const entra = { ...kim, identities: [] };
    const strangers = [
      { how: "by typing it", signUp: { ...kim, emailTyped: true as const } },
      { how: "by a provider that proves none", signUp: { ...kim, identities: [{ issuer: "facebook.com", issuerAssignedId: "9" }] } },
      { how: "by an Entra account", signUp: entra },
      { how: "by a code to another address", signUp: { ...byCode("lee@contoso.com"), email: kim.email } },
    ];

    it.each(strangers)("blocks the stranger who uses the address $how, with the same text as a denial by the list", async ({ signUp }) => {
      const { answer } = await decide(anyPolicy([expiry({ lasts: "180d" })]), signUp, {
        ...memory([[placeOf(), over()]]).world,
        now: NOW,
      });
      expect(answer).toMatchObject({ kind: "block", reason: "access.unproven" });
      for (const { language, reasons } of catalogues)
        expect(expiryTexts["access.unproven"]).toHaveProperty([language], reasons["access-list.denied"]);
    });

    it.each(strangers)(
      "refers the stranger who uses the address $how to the approver, without data about the person",
      async ({ signUp }) => {
        const tables = memory([[placeOf(), over()]]);
        const policy = anyPolicy([expiry({ lasts: "180d", otherwise: "approval" }), requestApproval({ when: "approval" })], {
          trust: ["mail", "google.com"],
        });
        const { answer, trace } = await decide(policy, signUp, { ...tables.world, now: NOW });
        expect(answer).toMatchObject({ reason: "approval.requested" });
        expect(trace[0]).toMatchObject({ findings: { access: "unproven", referred: true } });
        expect(trace[0]).not.toHaveProperty("evidence");
        expect(tables.row(requestKey(requestId(signUp, hashOf)))).toMatchObject({ emailProven: false });
        expect(tables.row(requestKey(requestId(signUp, hashOf)))).not.toHaveProperty("renews");
      },
    );

    it("accepts the word of providers that the policy trusts", async () => {
      expect(await said({ trust: ["entra"] }, true, { signUp: entra })).toBe("access.ended");
      expect(await said({ trust: ["entra"] }, true)).toBe("access.unproven");
    });
  });

  const alice = { kind: "cli", name: "alice" } as const;
  const row = arrived({ personId, email: "kim@gmail.com", until: day(10).toISOString() });
  const early = rowOf(endAccessNow(row, { by: alice }, day(5)));
  const left = rowOf(letEnd(row, { by: { kind: "console", name: "Mina" } }, day(5)));

  it.each([
    { given: "ended on its day", account: row, renews: { since, endedAt, how: "on-its-day" } },
    { given: "was ended early", account: early, renews: { since, endedAt, how: "early", by: "alice" } },
    { given: "was not renewed by the sponsor", account: left, renews: { since, endedAt, how: "not-renewed", by: "Mina" } },
    {
      given: "was extended, and ended on its day",
      account: rowOf(extendAccess(early, day(20).toISOString(), { by: alice }, day(6))),
      renews: { since, endedAt, how: "on-its-day" },
    },
  ])("records in a request for renewal how access ended: it $given", async ({ account, renews }) => {
    const tables = memory([[placeOf(), accessEndedRow(account, "disabled", NOW, hashOf)]]);
    const policy = anyPolicy([expiry({ lasts: "180d", otherwise: "approval" }), requestApproval({ when: "approval" })]);
    await decide(policy, kim, { ...tables.world, now: NOW });
    const request = tables.row(requestKey(requestId(kim, hashOf)));
    expect(readRequest(request ?? {}).renews).toEqual(renews);
  });

  const made = (at: Date) => {
    const approved = okay(approve(okay(submit(undefined, asking({ signUp: kim }), at)), { by: alice }, at));
    return okay(complete(okay(claim(approved, { holder: "w", leaseMs: 60_000 }, at)), "w", { id: "a" }, at));
  };
  it.each([
    { given: "an hour before it ended", hours: -1, says: "approval.requested" },
    { given: "just after it ended", hours: 1, says: "approval.provisioned" },
  ])("answers a person whose access ended, and whose account was made $given: $says", async ({ hours, says }) => {
    const request = made(new Date(NOW.getTime() + hours * 3_600_000));
    const tables = memory([
      [placeOf(), accessEndedRow(early, "disabled", NOW, hashOf)],
      [requestKey(request.id), request as unknown as Row],
    ]);
    const policy = anyPolicy([expiry({ lasts: "180d", otherwise: "approval" }), requestApproval({ when: "approval" })]);
    const { answer } = await decide(policy, kim, { ...tables.world, now: new Date(NOW.getTime() + 2 * 3_600_000) });
    expect(answer).toMatchObject({ reason: says });
  });

  const endedRow = { at: NOW.toISOString(), since: day(0).toISOString(), how: "early", by: "alice" };
  it.each([
    {
      given: "refused",
      otherwise: "block" as const,
      row: endedRow,
      says: { kind: "block", reason: "access.ended", message: expiryTexts["access.ended"] },
    },
    {
      given: "referred, with what the approver reads",
      otherwise: "approval" as const,
      row: endedRow,
      says: {
        kind: "continue",
        findings: { access: "ended", referred: true },
        evidence: { since: endedRow.since, endedAt: endedRow.at, how: "early", by: "alice" },
      },
    },
    {
      given: "referred, by a row that says nothing",
      otherwise: "approval" as const,
      row: {},
      says: { kind: "continue", findings: { access: "ended", referred: true } },
    },
  ])("decides on a person whose access ended: $given", async ({ otherwise, row, says }) =>
    expect(await saidBy(expiry({ lasts: "180d", otherwise }), kim, { rows: [[placeOf(), row]] })).toStrictEqual(says),
  );

  it("admits a person without an address, and reads no row", async () => {
    const nameless = { ...kim, email: "" };
    expect(expiry({ lasts: "180d" }).needs?.(nameless, hashOf, NOW)).toEqual([]);
    expect(await saidBy(expiry({ lasts: "180d" }), nameless)).toStrictEqual({ kind: "continue" });
  });

  it("explains the remedy in every language", () => {
    expect(Object.keys(expiryTexts["access.ended"])).toHaveLength(8);
  });

  it.each<[Partial<ExpiryOptions>, string]>([
    [{ lasts: "0d" }, "lasts"],
    [{ lasts: "1.5d" }, "lasts"],
    [{ lasts: "4000d" }, "lasts"],
    [{ renew: "nobody" as never }, "renew"],
    [{ remind: [7, 7] }, "remind"],
    [{ idle: "0d" }, "idle"],
    [{ idle: "7d", askGraph: true }, "idle"],
    [{ idle: "90d", remind: [] }, "idle"],
    [{ unredeemed: "5d" }, "unredeemed"],
    [{ idle: "90d", askGraph: "yes" as never }, "askGraph"],
    [{ remind: [180] }, "remind"],
    [{ remind: [0] }, "remind"],
    [{ remind: [6, 5, 4, 3, 2, 1] }, "remind"],
    [{ then: { disable: -1 } }, "disable"],
    [{ then: { delete: 0 } }, "delete"],
    [{ then: "delete" as never }, "then"],
    [{ then: { disabled: 0 } as never }, "disabled"],
    [{ otherwise: "waitlist" as never }, "otherwise"],
    [{ day: 180 } as never, "day"],
  ])("rejects the option %j by name", (options, name) => {
    expect(() => expiry({ lasts: "180d", ...options })).toThrow(name);
  });

  it.each<[ExpiryOptions, object]>([
    [{ lasts: "180d" }, { days: 180, renew: "sponsor", remind: [30, 7], disable: 0 }],
    [
      { lasts: "180d", idle: "90d", askGraph: true, unredeemed: "30d" },
      { days: 180, idle: 90, asksGraph: true, unredeemed: 30, renew: "sponsor", remind: [30, 7], disable: 0 },
    ],
    [
      { lasts: "180d", idle: "30d" },
      { days: 180, idle: 30, renew: "sponsor", remind: [30, 7], disable: 0 },
    ],
    [{ lasts: "20d" }, { days: 20, renew: "sponsor", remind: [7], disable: 0 }],
    [
      { lasts: "90d", remind: [7, 30], then: { disable: 2, delete: 30 } },
      { days: 90, renew: "sponsor", remind: [30, 7], disable: 2, delete: 30 },
    ],
    [
      { lasts: "90d", renew: "approvers", remind: [], then: { delete: "never" } },
      { days: 90, renew: "approvers", remind: [], disable: 0 },
    ],
  ])("passes %j to the worker under the name of the gate", (options, settings) => {
    const step = { step: "before-create-user" as Step, file: "p/before-create-user.ts", policy: anyPolicy([expiry(options)]) };
    expect(
      expiryOfGates([
        { name: "default", policy: [] },
        { name: "partners", policy: [step] },
      ]),
    ).toEqual({ partners: settings });
    const twice = { ...step, policy: anyPolicy([expiry(options), expiry({ lasts: "3d" })]) };
    expect(() => expiryOfGates([{ name: "default", policy: [twice] }])).toThrow("expiry is there twice");
  });
});
