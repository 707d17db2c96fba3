import {
  pageInState,
  placeAfter,
  type RequestPage,
  type RequestPages,
  readInState,
  type StatePlace,
} from "../../../features/approvals/in-state";
import type { ApprovalRequest, ApprovalState } from "../../../features/approvals/request";
import { approve, deny } from "../../../features/approvals/transitions";
import { NOW } from "../../engine/sign-up/people";
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
  for await (const page of readInState(store, state, later(DAY), order)) found.push(...page);
  return { found, asked };
}

describe("the requests in a state", () => {
  it("omit expired requests if the state is pending", async () =>
    expect(await listing("pending", "newest-first")).toEqual({ found: [waiting], asked: [["pending", "newest-first"]] }));

  it("are those that the table gives", async () =>
    expect(await listing("denied")).toEqual({ found: [denied], asked: [["denied", undefined]] }));

  it("include all expired requests if the state is expired, even before the table records their end", async () =>
    expect(await listing("expired", "oldest-first")).toEqual({
      found: [unanswered, unused],
      asked: [
        ["expired", "oldest-first"],
        ["pending", "oldest-first"],
        ["approved", "oldest-first"],
      ],
    }));
});

describe("a page of the requests in a state", () => {
  const place = { id: unanswered.id, changedAt: unanswered.changedAt };
  /** A day later, from a table that gives this page. */
  const paged = async (state: ApprovalState, page: RequestPage<typeof place>, from?: StatePlace) => {
    const asked: unknown[] = [];
    const store: RequestPages = {
      async pageByState(...places) {
        asked.push(places);
        return page;
      },
    };
    return { ...(await pageInState(store, state, later(DAY), "oldest-first", from)), asked };
  };

  it.each<[string, ApprovalState, StatePlace | undefined, readonly ApprovalRequest[], typeof place | undefined, object]>([
    [
      "begins with the state's first, and leaves out those whose time is over",
      "pending",
      undefined,
      [waiting, unanswered],
      undefined,
      { items: [waiting], asked: [["pending", "oldest-first", undefined]] },
    ],
    [
      "goes on after a row",
      "pending",
      { written: "pending", after: place },
      [unanswered],
      place,
      { items: [], next: { written: "pending", after: place }, asked: [["pending", "oldest-first", place]] },
    ],
    [
      "goes on with those that the clock ended",
      "expired",
      undefined,
      [],
      undefined,
      { items: [], next: { written: "pending" }, asked: [["expired", "oldest-first", undefined]] },
    ],
    [
      "reads all of these",
      "expired",
      { written: "pending" },
      [waiting, unanswered],
      place,
      { items: [unanswered], next: { written: "pending", after: place }, asked: [["pending", "oldest-first", undefined]] },
    ],
    [
      "ends with the approvals that nobody used",
      "expired",
      { written: "approved" },
      [unused],
      undefined,
      { items: [unused], asked: [["approved", "oldest-first", undefined]] },
    ],
  ])("%s", async (_, state, from, items, next, expected) =>
    expect(await paged(state, { items, ...(next && { next }) }, from)).toStrictEqual(expected),
  );

  it("can start right after a given request", () =>
    expect(placeAfter(denied)).toEqual({ written: "denied", after: { id: denied.id, changedAt: denied.changedAt } }));
});
