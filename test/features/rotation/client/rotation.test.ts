import fc from "fast-check";
import { type PasswordState, UNSEEN_PASSES_MS } from "../../../../adapters/aws/credentials";
import { MS_PER_DAY } from "../../../../engine/sign-up/time";
import { nextTask } from "../../../../features/rotation/client/rotation";
import { runs } from "../../../support/runs";

const now = new Date("2026-11-20T12:00:00Z");
const MONTH = 30 * MS_PER_DAY;
function password(days: number, changed: Partial<PasswordState> = {}): PasswordState {
  return { madeAt: new Date(now.getTime() - days * MS_PER_DAY), hasPrevious: true, notSeenAt: [], ...changed };
}
const unseen = { notSeenAt: ["before-create-user"] };
const inUse = (minutesAgo: number) => ({ previousSeenAt: new Date(now.getTime() - minutesAgo * 60_000) });
const alone = { hasPrevious: false };

describe("the next step", () => {
  it.each([
    { that: "the first of all", state: password(0, alone), asked: "rotate", scheduled: "rest" },
    { that: "is due", state: password(30, alone), asked: "rotate", scheduled: "rotate" },
    { that: "was made now", state: password(0, unseen), asked: "prove", scheduled: "prove" },
    { that: "was not seen for six days", state: password(6, unseen), asked: "prove", scheduled: "prove" },
    { that: "was seen at every step", state: password(0.5), asked: "drop", scheduled: "drop" },
    { that: "was seen a minute after it was made", state: password(1 / 1_440), asked: "prove", scheduled: "prove" },
    { that: "was seen, and the one before is still shown", state: password(0.5, inUse(15)), asked: "prove", scheduled: "prove" },
    {
      that: "was seen, and the one before was noted a minute, the gateway's five and ten quiet ones ago",
      state: password(0.5, inUse(16)),
      asked: "drop",
      scheduled: "drop",
    },
    { that: "was seen, so that the one before has ended by itself", state: password(2), asked: "rotate", scheduled: "drop" },
    { that: "was never seen, and the one before has ended", state: password(7, unseen), asked: "rotate", scheduled: "mend" },
    { that: "was never seen, and is due again", state: password(30, unseen), asked: "rotate", scheduled: "rotate" },
    { that: "was seen and is due again", state: password(30), asked: "rotate", scheduled: "rotate" },
  ])("is right for a password that $that", ({ state, asked, scheduled }) => {
    expect({ asked: nextTask(state, now, 0), scheduled: nextTask(state, now, MONTH) }).toEqual({ asked, scheduled });
  });

  it("never makes a third password, and never ends one that a connector may still show", () => {
    const states = fc.record({
      days: fc.double({ min: 0, max: 60, noNaN: true }),
      hasPrevious: fc.boolean(),
      notSeenAt: fc.subarray(["after-sign-in", "before-create-user"]),
    });
    fc.assert(
      fc.property(states, fc.constantFrom(0, MONTH), ({ days, ...changed }, everyMs) => {
        const state = password(days, changed);
        const isInUse = state.hasPrevious && state.notSeenAt.length > 0 && days * MS_PER_DAY < UNSEEN_PASSES_MS;
        if (isInUse) expect(nextTask(state, now, everyMs)).toBe("prove");
      }),
      { numRuns: runs(40, 2_000) },
    );
  });

  it("ends in rest after any action and any interruption", () => {
    const after: Partial<Record<string, Partial<PasswordState>>> = {
      rotate: { madeAt: now, hasPrevious: true, ...unseen },
      prove: { notSeenAt: [] },
      drop: alone,
      mend: alone,
    };
    let state = password(31, alone);
    const tasks = Array.from({ length: 5 }, (_, index) => {
      const task = nextTask(state, new Date(now.getTime() + index * 8 * 60_000), MONTH);
      state = { ...state, ...after[task] };
      return task;
    });
    expect(tasks).toEqual(["rotate", "prove", "drop", "rest", "rest"]);
  });
});
