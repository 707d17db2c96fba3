import { findAccountWait, sumAccountWaits } from "../../../features/approvals/account-wait";
import type { ApprovalRequest } from "../../../features/approvals/request";
import { claim, release, retry } from "../../../features/approvals/transitions";
import { NOW } from "../../engine/sign-up/people";
import { alice, approved, at, later, lease, MINUTE, pass, provisioning, rowOf } from "./requests";

const unavailable = { reason: "unavailable", graph: "503 serviceNotAvailable" };
const released = rowOf(release(provisioning, lease.holder, later(8 * MINUTE), later(1), unavailable));
const retried = rowOf(retry(released, { by: alice }, later(MINUTE)));

it.each<{ given: string; request: ApprovalRequest; after: number; wait: ReturnType<typeof findAccountWait> }>([
  { given: "an approval of this moment", request: approved, after: 1_000, wait: undefined },
  { given: "an approval that no worker took up", request: approved, after: 3 * MINUTE, wait: { since: NOW.toISOString() } },
  { given: "a first try", request: provisioning, after: MINUTE, wait: undefined },
  { given: "a worker that was cut off", request: provisioning, after: 6 * MINUTE, wait: { since: NOW.toISOString(), tried: "before" } },
  {
    given: "a try that was put off",
    request: released,
    after: 1_000,
    wait: { since: NOW.toISOString(), failure: unavailable, nextTry: later(8 * MINUTE).toISOString() },
  },
  { given: "a try that an operator asked for", request: retried, after: MINUTE, wait: { since: NOW.toISOString(), tried: "before" } },
  {
    given: "a second try",
    request: rowOf(claim(retried, lease, later(MINUTE))),
    after: MINUTE,
    wait: { since: NOW.toISOString(), tried: "now" },
  },
  { given: "a pass", request: pass, after: 60 * MINUTE, wait: undefined },
  { given: "an account", request: at.provisioned, after: 60 * MINUTE, wait: undefined },
  // The page of failed requests shows these.
  { given: "a failure that a retry does not mend", request: at.failed, after: 60 * MINUTE, wait: undefined },
])("an account waits, or not: $given", ({ request, after, wait }) => {
  expect(findAccountWait(request, later(after))).toEqual(wait);
});

it("several waits are summed up by the longest, the most frequent failure and the soonest try", () => {
  expect(sumAccountWaits([])).toBeUndefined();
  const throttled = { reason: "throttled" };
  expect(
    sumAccountWaits([
      { since: later(2).toISOString(), failure: throttled, nextTry: later(9).toISOString() },
      { since: later(1).toISOString(), failure: unavailable, nextTry: later(8).toISOString() },
      { since: later(3).toISOString(), failure: unavailable },
    ]),
  ).toEqual({ count: 3, since: later(1).toISOString(), failure: unavailable, nextTry: later(8).toISOString() });
});
