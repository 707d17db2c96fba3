import { type Proposal, proposalState } from "../../../features/access-list/proposal";

it.each([
  { state: "open", now: "2026-11-21T11:59:59.999Z", is: "open" },
  { state: "open", now: "2026-11-21T12:00:00Z", is: "expired" },
  { state: "confirmed", now: "2026-12-21T12:00:00Z", is: "confirmed" },
  { state: "rejected", now: "2026-12-21T12:00:00Z", is: "rejected" },
  { state: "confirmed", now: "2026-11-15T12:00:00Z", is: "confirmed" },
])("a proposal made on 14 November in the state $state is $is at $now", ({ state, now, is }) =>
  expect(proposalState({ state, at: "2026-11-14T12:00:00Z" } as Proposal, new Date(now))).toBe(is),
);
