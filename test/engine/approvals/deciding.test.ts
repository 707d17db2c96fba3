import type { TransitionResult } from "../../../engine/approvals/change";
import { type Changing, decideRequest } from "../../../engine/approvals/deciding";
import type { Stored } from "../../../engine/approvals/request";
import { approve, deny, reopen } from "../../../engine/approvals/transitions";
import { alice, bob, kim, later, MINUTE, pending, rowOf } from "./requests";

/** A table whose request is changed by others between our reads. */
function tableOf(...reads: readonly Stored[]): Changing {
  return {
    async change(_, transition) {
      let outcome: TransitionResult | undefined;
      for (const stored of reads) outcome = transition(stored);
      return outcome as TransitionResult;
    },
  };
}

const asked = pending();
const approved = rowOf(approve(asked, { by: alice }, later(MINUTE)));
const denied = rowOf(deny(asked, { by: alice }, later(MINUTE)));
const again = rowOf(reopen(denied, { by: alice }, later(2 * MINUTE)));

describe("a denial", () => {
  it.each([
    { given: "pending all along", reads: [asked], why: undefined },
    { given: "approved when the call began", reads: [approved], why: undefined },
    { given: "approved meanwhile", reads: [asked, approved], why: "approved" },
    { given: "looked at while it was pending", reads: [approved], seen: asked, why: "approved" },
    { given: "looked at when it was approved", reads: [approved], seen: approved, why: undefined },
    { given: "denied meanwhile", reads: [asked, denied], why: "already" },
    { given: "reopened since it was looked at", reads: [again], seen: denied, why: undefined },
    { given: "unknown", reads: [undefined], why: "unknown" },
  ])("takes back no approval unseen: $given", async ({ reads, seen, why }) => {
    const result = await decideRequest(tableOf(...reads), "deny", { id: asked.id, by: bob, ...(seen && { seen }) }, later(3 * MINUTE));
    expect(result.ok ? undefined : result.why).toBe(why);
    if (!result.ok && why === "approved") {
      expect(result).toMatchObject({
        decision: { by: alice },
        message: expect.stringMatching(/^It is approved \(approved by alice at .*deny it/),
      });
    }
  });

  it("looks at the request under the code, too", async () => {
    const { reference } = pending({ signUp: { ...kim, email: "other@contoso.com" } });
    const result = await decideRequest(tableOf(approved), "deny", { id: asked.id, by: bob, reference }, later(MINUTE));
    expect(result).toMatchObject({ ok: false, why: "asked-anew" });
  });
});
