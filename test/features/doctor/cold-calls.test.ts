import type { DecisionRecord } from "../../../engine/sign-up/record";
import { describeColdSignUps } from "../../../features/doctor/verbs/doctor";
import { decision } from "../../events/records";

const call = (personId: string, time: string, changes: Partial<DecisionRecord> = {}): DecisionRecord => ({
  ...decision,
  personId,
  id: `${personId}-${time}`,
  at: `2026-11-29T${time}:00.000Z`,
  ...changes,
});

it.each<{ given: string; records: readonly DecisionRecord[]; told: string }>([
  { given: "nobody", records: [], told: "none of 0 sign-ups in the last 7 days waited for a cold start" },
  { given: "a hot one", records: [call("kim", "08:00")], told: "none of 1 sign-up in the last 7 days waited for a cold start" },
  {
    given: "two cold calls of one person, newest first, and another person",
    records: [call("kim", "08:02", { coldMs: 500 }), call("kim", "08:00", { step: "after-sign-in", coldMs: 400 }), call("lee", "08:05")],
    told: "1 of 2 sign-ups in the last 7 days (50.0 %) waited for a cold start: 900 ms (median), 900 ms (p95)",
  },
  {
    given: "a person who comes again hours later, and one at two gates",
    records: [
      call("kim", "08:00", { coldMs: 500 }),
      call("kim", "12:00"),
      call("lee", "08:00", { gate: "suppliers" }),
      call("lee", "08:01"),
    ],
    told: "1 of 4 sign-ups in the last 7 days (25.0 %) waited for a cold start: 500 ms (median), 500 ms (p95)",
  },
  {
    given: "tokens, which are sent at sign-ins",
    records: [call("kim", "08:00", { step: "before-sending-token", coldMs: 500 })],
    told: "none of 0 sign-ups in the last 7 days waited for a cold start",
  },
])("doctor reports the share of slow sign-ups: $given", ({ records, told }) => expect(describeColdSignUps(records)).toBe(told));
