import { inState } from "../../../engine/approvals/in-state";
import type { ApprovalRequest, ApprovalState } from "../../../engine/approvals/request";
import { approve, deny } from "../../../engine/approvals/transitions";
import { NOW } from "../sign-up/people";
import { alice, DAY, later, pending, rowOf } from "./requests";

const waiting = pending();
const unanswered = pending({ answerWithinDays: 1 });
const unused = rowOf(approve(pending({ onApproval: "continue", passDays: 1 }), { by: alice }, NOW));
const denied = rowOf(deny(pending(), { by: alice }, NOW));

/** What a listing shows a day later, and what it asked the table for. */
async function listing(state: ApprovalState, order?: "oldest-first" | "newest-first") {
  const asked: unknown[] = [];
  const store = {
    async *byState(written: ApprovalState, how?: string) {
      asked.push([written, how]);
      yield [waiting, unanswered, unused, denied].filter((request) => request.state === written);
    },
  };
  const found: ApprovalRequest[] = [];
  for await (const page of inState(store, state, later(DAY), order)) found.push(...page);
  return { found, asked };
}

describe("requests that stand in a state", () => {
  it("do not include those whose time is over", async () =>
    expect(await listing("pending", "newest-first")).toEqual({ found: [waiting], asked: [["pending", "newest-first"]] }));

  it("are those the table says", async () => expect(await listing("denied")).toEqual({ found: [denied], asked: [["denied", undefined]] }));

  it("are expired by the clock, written or not", async () =>
    expect(await listing("expired", "oldest-first")).toEqual({
      found: [unanswered, unused],
      asked: [
        ["expired", "oldest-first"],
        ["pending", "oldest-first"],
        ["approved", "oldest-first"],
      ],
    }));
});
