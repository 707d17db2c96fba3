import type { SignUp } from "../../../engine/sign-up/sign-up";
import { checkPass, type Pass, restoreAttributes } from "../../../features/approvals/pass";
import type { ApprovalRequest } from "../../../features/approvals/request";
import { approve, deny, hashCall, usePass, waive } from "../../../features/approvals/transitions";
import { hashOf, NOW } from "../../engine/sign-up/people";
import { alice, at, bob, DAY, kim, later, MINUTE, pass, pending, rowOf } from "./requests";

const used = rowOf(usePass(pass, hashCall(kim, hashOf), NOW));

interface Call {
  readonly attributes?: Readonly<Record<string, string | number>>;
  readonly received?: SignUp;
  readonly after?: number;
}

const callAt = ({ attributes, received = kim, after = 0 }: Call) => ({
  signUp: { ...kim, ...(attributes && { attributes: { ...kim.attributes, ...attributes } }) },
  received,
  now: later(after),
  hashOf,
});
const passAt = (request: ApprovalRequest, call: Call): Pass => checkPass(request, callAt(call));

const other = { ...kim, attributes: { displayName: "Lee" } };

it.each<Call & { given: string; request: ApprovalRequest }>([
  { given: "nobody has approved", request: pending({ onApproval: "continue" }) },
  { given: "the approval makes an account", request: at.approved },
  { given: "the person was denied", request: rowOf(deny(pass, { by: bob }, NOW)) },
  { given: "its time is over", request: pass, after: 7 * DAY },
  { given: "another call has used it", request: used, received: other },
  { given: "the call that used it comes again ten minutes later", request: used, after: 10 * MINUTE },
  { given: "the policy let the person in, nobody approved", request: rowOf(waive(pending(), NOW)) },
  {
    given: "an approver said no before the policy let the person in",
    request: { ...rowOf(waive(at.denied, NOW)), call: hashCall(kim, hashOf) },
  },
])("there is no pass if $given", ({ request, ...call }) => expect(passAt(request, call)).toEqual({ kind: "none" }));

it.each<Call & { given: string; request: ApprovalRequest; used?: true }>([
  { given: "the sign-up is what was approved", request: pass },
  { given: "its last moment has not passed", request: pass, after: 7 * DAY - 1 },
  { given: "another call comes before it is used", request: pass, received: other },
  { given: "a field is there and empty", request: pass, attributes: { city: "" } },
  { given: "the call that used it comes again", request: used, after: 10 * MINUTE - 1, used: true },
])("a pass is good if $given", ({ request, used: isUsed = false, ...call }) =>
  expect(passAt(request, call)).toEqual({ kind: "good", used: isUsed }),
);

it.each<Call & { given: string; request?: ApprovalRequest; puts: object }>([
  { given: "the person typed another name", attributes: { displayName: "Lee" }, puts: kim.attributes },
  { given: "the person left a field empty", attributes: { displayName: "" }, puts: kim.attributes },
  { given: "the call that used it comes again", request: used, attributes: { displayName: "Lee" }, puts: kim.attributes },
  { given: "the person typed what nobody has seen", attributes: { displayName: "Lee", city: "Seoul" }, puts: {} },
  { given: "its time is over", after: 7 * DAY, puts: {} },
  { given: "nobody has proven the address", request: { ...pass, emailProven: false }, puts: {} },
])("a pass restores $puts before the rules decide if $given", ({ request = pass, puts, ...call }) =>
  expect(restoreAttributes(request, callAt(call))).toEqual(puts),
);

const { shortNames: _, ...older } = pass;
const empty = { ...kim, attributes: { ...kim.attributes, city: "" } };
const withEmpty = rowOf(approve(pending({ onApproval: "continue", signUp: empty }), { by: alice }, NOW));

it.each<Call & { given: string; request: ApprovalRequest; why: string }>([
  {
    given: "nobody has proven the address",
    request: { ...pass, emailProven: false },
    why: "Nobody has proven the address, so the approval lets nobody in.",
  },
  {
    given: "an earlier version gave it",
    request: older,
    why: "An earlier version gave this approval without recording what was approved, so the approvers are asked again.",
  },
  {
    given: "the sign-up has values that nobody has seen",
    request: pass,
    attributes: { displayName: "Lee", city: "Seoul", extension_Unit: 7 },
    why: "The sign-up holds what was not approved: city, extension_Unit, displayName.",
  },
  {
    given: "a value stands where an empty one was approved",
    request: withEmpty,
    attributes: { city: "Seoul" },
    why: "The sign-up holds what was not approved: city.",
  },
  {
    given: "a rule insists on other values than those put back, and on a new one",
    request: withEmpty,
    attributes: { displayName: "Lee", city: "Seoul" },
    why: "The sign-up holds what was not approved: city, displayName.",
  },
])("a pass is void if $given", ({ request, why, ...call }) => expect(passAt(request, call)).toEqual({ kind: "void", why }));
