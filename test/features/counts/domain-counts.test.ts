import type { DecisionRecord } from "../../../engine/sign-up/record";
import { countedDomain, domainAnswers, domainCounts } from "../../../features/counts/domain-counts";
import { decision } from "../../events/records";

const of = (given: object) => ({ ...decision, issuers: ["google.com"], ...given }) as DecisionRecord;
const refused = (...reasons: readonly string[]) => of({ verdict: "block", reasons });
const answer = "answers before-create-user";

it.each([
  [{ email: "kim@contoso.com", step: "before-create-user" }, "contoso.com"],
  [{ email: "kim@contoso.com", step: "after-sign-in" }, "contoso.com"],
  [{ email: "kim@contoso.com", step: "before-sending-token" }, undefined],
  [{ step: "before-create-user" }, undefined],
] as const)("%j counts for the domain %s", (given, domain) => expect(countedDomain(given)).toBe(domain));

it.each<[string, readonly DecisionRecord[], Readonly<Record<string, number>>, object]>([
  ["each reason once", [refused("a", "b", "a"), refused("b")], {}, { [`${answer} block`]: 2, "reasons a": 1, "reasons b": 2 }],
  ["no reason of those let in", [of({ verdict: "continue", reasons: ["a"] })], {}, { [`${answer} continue`]: 1 }],
  ["who waits for an approver", [refused("approval.pending")], {}, { [`${answer} waiting`]: 1, "reasons approval.pending": 1 }],
  ["what nobody named", [of({ verdict: "block", reasons: undefined })], {}, { [`${answer} block`]: 1, "reasons -": 1 }],
  [
    "a name as long as there is room",
    [refused("x".repeat(80)), refused("y".repeat(81))],
    {},
    { [`${answer} block`]: 2, [`reasons ${"x".repeat(80)}`]: 1, "reasons *": 1 },
  ],
  [
    "as many names as there is room for, of each kind",
    [refused("own.7"), refused("own.19"), refused("own.20"), refused("own.19")],
    Object.fromEntries(Array.from({ length: 19 }, (_, place) => [`reasons own.${place}`, 1])),
    { [`${answer} block`]: 4, "reasons own.7": 1, "reasons own.19": 2, "reasons *": 1 },
  ],
])("a domain's counts include %s", (_, records, counted, counts) => expect(domainCounts(records, counted)).toEqual(counts));

it("a domain's counts report answers and reasons, the most frequent first", () => {
  const counts = {
    "reasons a": 1,
    "reasons *": 2,
    "reasons -": 3,
    [`${answer} continue`]: 4,
    [`${answer} block`]: 5,
    [`${answer} invalid`]: 6,
    [`${answer} waiting`]: 7,
    "answers after-sign-in continue": 100,
    "answers after-sign-in block": 50,
  };
  expect(domainAnswers(counts)).toStrictEqual({
    answers: { continue: 4, waiting: 7, invalid: 6, block: 55 },
    wentOn: 100,
    reasons: [{ reason: "-", count: 3 }, { count: 2 }, { reason: "a", count: 1 }],
  });
});

it("people who pass after sign-in count as let in if no later step decides", () => {
  const { answers } = domainAnswers({ "answers after-sign-in continue": 3, "answers after-sign-in block": 2 });
  expect(answers).toEqual({ continue: 3, waiting: 0, invalid: 0, block: 2 });
});

it.each([
  ["people on a waiting list, whom earlier versions counted as refused", { block: 5, "approval.waitlisted": 3 }, { waiting: 3, block: 2 }],
  ["no more people than were stopped", { block: 1, "approval.waitlisted": 3 }, { waiting: 1, block: 0 }],
  ["nobody twice", { block: 5, waiting: 3, "approval.waitlisted": 2, "approval.pending": 1 }, { waiting: 3, block: 5 }],
])("a domain's counts report %s as waiting", (_, counted, expected) => {
  const counts = Object.entries(counted).map(([name, count]) => [name.includes(".") ? `reasons ${name}` : `${answer} ${name}`, count]);
  expect(domainAnswers(Object.fromEntries(counts)).answers).toMatchObject(expected);
});
