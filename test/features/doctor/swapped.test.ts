import type { Step } from "../../../engine/sign-up/sign-up";
import type { ListedDecision } from "../../../features/decisions/store/decisions";
import { swappedFaults } from "../../../features/doctor/verbs/table-checks";

const [first, last]: readonly Step[] = ["after-sign-in", "before-create-user"];
const decision = (step: Step | undefined, minute: number, changed: Partial<ListedDecision> = {}) =>
  ({ step, at: `2026-11-20T10:0${minute}:00.000Z`, source: "b2b", email: "mina@example.com", reasons: [], ...changed }) as ListedDecision;
const of = (email: string) => ({ email });

it.each<{ given: string; decisions: readonly ListedDecision[]; ids: readonly string[] }>([
  { given: "nobody", decisions: [], ids: [] },
  { given: "a sign-up in its order", decisions: [decision(last, 2), decision(first, 1)], ids: [] },
  { given: "a sign-up in the other order", decisions: [decision(first, 2), decision(last, 1)], ids: ["rows.swapped"] },
  {
    given: "one of two, whose sign-up began before",
    decisions: [decision(first, 2), decision(last, 1), decision(last, 4, of("jo@example.com")), decision(first, 3, of("jo@example.com"))],
    ids: [],
  },
  { given: "two gates, each in one step", decisions: [decision(first, 2, { gate: "suppliers" }), decision(last, 1)], ids: [] },
  {
    given: "local accounts of B2C, which skip a step",
    decisions: [decision(first, 2, { source: "b2c" }), decision(last, 1, { source: "b2c" })],
    ids: [],
  },
  {
    given: "a body that names another step",
    decisions: [decision(first, 1, { source: "b2c", reasons: ["request.step"] })],
    ids: ["rows.other-step"],
  },
  {
    given: "one such body among others, as smoke sends it",
    decisions: [decision(first, 1, { source: "b2c", reasons: ["request.step"] }), decision(first, 2, { source: "b2c" })],
    ids: [],
  },
])("doctor judges by the decisions whether the connectors are swapped: $given", ({ decisions, ids }) => {
  expect(swappedFaults(decisions).map(({ id }) => id)).toEqual(ids);
});
