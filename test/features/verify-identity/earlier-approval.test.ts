import { REFERRED } from "../../../engine/sign-up/checks";
import { createRecords, recordId } from "../../../engine/sign-up/records";
import type { Context } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { type ApprovalRequest, requestId, requestKey } from "../../../features/approvals/request";
import { approve, deny } from "../../../features/approvals/transitions";
import { earlierApproval } from "../../../features/verify-identity/rule";
import { hashOf, NOW } from "../../engine/sign-up/people";
import { alice, kim, pending, rowOf } from "../approvals/requests";

const review = { verifications: [{ vendor: "acme", outcome: "review" }] };
const both = { verifications: [{ vendor: "other", outcome: "refuted" }, ...review.verifications] };
const waits = pending(review);
const pass = rowOf(approve(pending({ ...review, onApproval: "continue" }), { by: alice }, NOW));
const typed = { ...kim, attributes: { ...kim.attributes, displayName: "Lee" } };
const unseen = { ...kim, attributes: { ...kim.attributes, city: "Seoul" } };

/** What stands for the word of acme. */
function earlier(request: ApprovalRequest | undefined, signUp: SignUp = kim) {
  const key = requestKey(requestId(kim, hashOf));
  const records = createRecords([key], new Map(request === undefined ? [] : [[recordId(key), { ...request }]]));
  const context = { records, received: kim, now: NOW, hashOf };
  return earlierApproval("acme", signUp, context as unknown as Context);
}

const referred = (identity: string) => ({ findings: { identity, [REFERRED]: true } });

it.each<{ given: string; request: ApprovalRequest; signUp?: SignUp; leaves: object }>([
  { given: "the request waits", request: waits, leaves: referred("review") },
  { given: "two vendors were asked", request: pending(both), leaves: referred("review") },
  { given: "the person was denied", request: rowOf(deny(waits, { by: alice }, NOW)), leaves: referred("review") },
  { given: "the person has a pass", request: pass, leaves: { findings: { identity: "approved" } } },
])("the vendor is not asked again if $given", ({ request, signUp, leaves }) =>
  expect(earlier(request, signUp)).toEqual({ kind: "continue", evidence: { request: request.reference }, ...leaves }),
);

const verified = pending({ verifications: [{ vendor: "acme", outcome: "verified" }] });
it.each<{ given: string; request: ApprovalRequest | undefined; signUp?: SignUp }>([
  { given: "nobody asked for approval", request: undefined },
  { given: "the request knows of no vendor", request: pending() },
  { given: "it knows of another one alone", request: pending({ verifications: [{ vendor: "other", outcome: "review" }] }) },
  { given: "the vendor verified values of then", request: verified },
  { given: "the person may ask anew", request: rowOf(deny(pending({ ...review, askAgainAfterDays: 0 }), { by: alice }, NOW)) },
  { given: "the sign-up holds what nobody approved", request: pass, signUp: unseen },
  { given: "a rule insists on another value", request: pass, signUp: typed },
])("the vendor is asked again if $given", ({ request, signUp }) => expect(earlier(request, signUp)).toBeUndefined());
