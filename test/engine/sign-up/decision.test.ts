import { refusal } from "../../../engine/sign-up/decision";
import type { Step } from "../../../engine/sign-up/sign-up";

describe("a call that no rule got to see", () => {
  it.each<{ step: Step; answer: object }>([
    { step: "after-sign-in", answer: { kind: "block", reason: "request.email" } },
    { step: "before-create-user", answer: { kind: "block", reason: "request.email" } },
    { step: "before-sending-token", answer: { kind: "continue", attributes: {} } },
  ])("at $step gets $answer, and no rule is said to have done so", ({ step, answer }) =>
    expect(refusal("request.email", step)).toEqual({ answer, trace: [], replayed: [] }),
  );
});
