import { eachOutcome, outcomeSum, outcomeTotals, toOutcomeKind, waitsForApproval } from "../../../engine/sign-up/recording";
import { outcomesIn } from "../../../features/counts/counts";

it.each([
  ["approval.requested", true],
  ["approval.pending", true],
  ["approval.approved", true],
  ["approval.denied", false],
  [undefined, false],
])("a person stopped for %s waits for an approver: %s", (reason, waits) => expect(waitsForApproval(reason)).toBe(waits));

it.each([
  ["continue", [], "continue"],
  ["invalid", ["attribute.invalid"], "invalid"],
  ["block", ["access-list.denied"], "block"],
  ["block", ["access-list.denied", "approval.pending"], "waiting"],
  // Reasons of a policy's own may be called alike.
  ["invalid", ["approval.pending"], "invalid"],
  ["block", undefined, "block"],
] as const)("a sign-up answered with %s for %j has the outcome %s", (verdict, reasons, outcome) => {
  expect(toOutcomeKind({ verdict, reasons } as Parameters<typeof toOutcomeKind>[0])).toBe(outcome);
});

const answers = { continue: 7, block: 5, invalid: 2 };
it.each([
  ["nobody waits", [{ reason: "access-list.denied", count: 5 }], { continue: 7, waiting: 0, invalid: 2, block: 5 }],
  [
    "some wait",
    [
      { reason: "approval.requested", count: 1 },
      { reason: "access-list.denied", count: 2 },
      { reason: "approval.pending", count: 2 },
    ],
    { continue: 7, waiting: 3, invalid: 2, block: 2 },
  ],
  ["some were counted without their reason", [{ count: 5 }], { continue: 7, waiting: 0, invalid: 2, block: 5 }],
  ["a sign-up has two such reasons", [{ reason: "approval.pending", count: 6 }], { continue: 7, waiting: 5, invalid: 2, block: 0 }],
])("people who wait are counted apart from refused people: %s", (_, refusals, expected) => {
  expect(outcomesIn({ answers, refusals })).toEqual(expected);
});

it("counted outcomes can be added", () => {
  const one = { continue: 1, waiting: 2, invalid: 3, block: 4 };
  const other = { continue: 10, waiting: 20, invalid: 30, block: 40 };
  expect(outcomeTotals([one, other])).toEqual({ continue: 11, waiting: 22, invalid: 33, block: 44 });
  expect(outcomeTotals([])).toEqual({ continue: 0, waiting: 0, invalid: 0, block: 0 });
  expect([outcomeSum(one), outcomeSum({ block: 4 }), outcomeSum({})]).toEqual([10, 4, 0]);
  expect(eachOutcome((kind) => kind.length)).toEqual({ continue: 8, waiting: 7, invalid: 7, block: 5 });
});
