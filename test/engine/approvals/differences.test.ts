import { differencesOf } from "../../../engine/approvals/differences";
import { approved } from "./requests";

const { reference, decision } = approved;
const before = { city: "Seoul", tier: "gold", languages: "ko" };

it.each([
  { given: "nothing was approved before", earlier: undefined, now: before, differs: [] },
  { given: "nothing changed", earlier: before, now: before, differs: [] },
  {
    given: "a value changed",
    earlier: before,
    now: { ...before, city: "Busan" },
    differs: [{ name: "city", before: "Seoul", now: "Busan" }],
  },
  { given: "a value is new", earlier: before, now: { ...before, unit: 7 }, differs: [{ name: "unit", before: undefined, now: 7 }] },
  {
    given: "values are gone",
    earlier: before,
    now: { tier: "gold" },
    differs: [
      { name: "city", before: "Seoul", now: undefined },
      { name: "languages", before: "ko", now: undefined },
    ],
  },
])("tells an approver how a request differs from the approved one: $given", ({ earlier, now, differs }) => {
  if (decision === undefined) throw new Error("nobody decided");
  const request = { attributes: now, ...(earlier && { earlier: { reference, decision, attributes: earlier } }) };
  expect(differencesOf(request as Parameters<typeof differencesOf>[0])).toEqual(differs);
});
