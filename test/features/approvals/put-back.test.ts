import { putBack } from "../../../features/approvals/change";
import { stateAt } from "../../../features/approvals/state-at";
import { claim, retry } from "../../../features/approvals/transitions";
import { NOW } from "../../engine/sign-up/people";
import { approved, bob, later, lease, MINUTE, pass, pending, provisioning, rowOf } from "./requests";

const madeAt = later(MINUTE);

describe("a request restored from a backup", () => {
  it.each([
    ["waits for an answer as before", pending(), "pending"],
    ["keeps its pass", pass, "approved"],
    ["has no account made by itself, approved", approved, "failed"],
    ["has no account made by itself, in a worker's hands", provisioning, "failed"],
  ] as const)("%s", (_, request, state) => {
    const back = putBack(request, madeAt);
    expect(stateAt(back, later(MINUTE))).toBe(state);
    expect(claim(back, lease, later(2 * MINUTE)).ok).toBe(false);
    // Ids of events hold the count: those of the time that was lost are never used again.
    expect(back.turn).toBeGreaterThan(request.turn + 100);
    expect(putBack(request, madeAt)).toEqual(back);
  });

  it("gets its account only after an operator has checked and retried", () => {
    const back = putBack(approved, madeAt);
    const line = { at: madeAt.toISOString(), from: "approved", to: "failed", by: { kind: "gatehouse", name: "restore" } };
    expect(back).toMatchObject({ failure: { reason: "restored" }, changedAt: line.at });
    expect(back.history).toEqual([...approved.history, line]);
    const again = rowOf(retry(back, { by: bob }, NOW));
    expect(claim(again, lease, NOW).ok).toBe(true);
  });
});
