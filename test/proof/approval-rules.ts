import { addressIn, holderOf, proves } from "./address";
import { type ApprovalSpec, type ApproverSays, countDays, type SignUpCall, type Spec, type Values } from "./scenario";
import { type Answer, type ApprovalRequest, block, DAY, gateOf, go, type SignUp, type State } from "./state";

/** Requests for approval, from docs/approvals.md and docs/decisions/0009 and 0019. */

export function decideOn({ at, decide, request: number }: ApproverSays, { requests }: State): void {
  const [person, request] = [...requests][number] ?? [];
  if (person === undefined || request === undefined) return;
  const state = stateAt(request, at);
  const { passFor = "7d", askAgainAfter = "never" } = request.options;
  if (decide === "approve" && state === "pending")
    requests.set(person, { ...request, state: "approved", passUntil: at + countDays(passFor) * DAY });
  if (decide === "deny" && (state === "pending" || state === "approved")) {
    requests.set(person, {
      ...request,
      state: "denied",
      mayAskAgainAt: askAgainAfter === "never" ? Number.POSITIVE_INFINITY : at + countDays(askAgainAfter) * DAY,
    });
  }
}

/** Time needs no write. */
function stateAt(request: ApprovalRequest, now: number): ApprovalRequest["state"] {
  if (request.state === "pending" && now >= request.answerBy) return "expired";
  if (request.state === "approved" && request.then === "continue" && now >= request.passUntil) return "expired";
  return request.state;
}

function mayAsk(request: ApprovalRequest, now: number): boolean {
  const state = stateAt(request, now);
  return state === "expired" || state === "admitted" || (state === "denied" && now >= request.mayAskAgainAt);
}

/** One request a person, at each gate. */
const keyOf = ({ call, person }: SignUp): string => `${gateOf(call)} ${holderOf(person)}`;

export function approvalStatus(signUp: SignUp, { requests }: State): Answer {
  const { person, now } = signUp;
  if (person.address === undefined) return person.identities.length === 0 ? block("request.email") : go;
  const request = requests.get(keyOf(signUp));
  if (request === undefined || mayAsk(request, now)) return go;
  const state = request.waitlist && request.state === "pending" ? "waitlisted" : stateAt(request, now);
  return state === "approved" && request.then === "continue" ? go : block(`approval.${state}`);
}

export function requestApproval({ options }: Spec<"requestApproval">, signUp: SignUp, { requests }: State): Answer {
  const { person, now, call } = signUp;
  const isNeeded = needsApproval(options, signUp);
  if (person.address === undefined) return isNeeded || person.identities.length === 0 ? block("request.email") : go;
  const request = requests.get(keyOf(signUp));
  const state = request && stateAt(request, now);
  if (request !== undefined && state === "approved") {
    const goesOn = request.then === "provision" ? block("approval.approved") : passed(request, signUp, requests);
    if (goesOn !== undefined) return goesOn;
  }
  const isSame = request !== undefined && request.call === callOf(call);
  const isAtOnce = isSame && now - request.calledAt < 2 * 60_000;
  if (request !== undefined && state === "admitted" && isRepeated(request, signUp)) return go;
  if (!isNeeded) return request === undefined || state === "admitted" ? go : admitted(request, signUp, requests);
  if (request !== undefined && state === "pending")
    return block(request.waitlist ? "approval.waitlisted" : isAtOnce ? "approval.requested" : "approval.pending");
  if (request !== undefined && state !== "approved" && !mayAsk(request, now)) return block(`approval.${state}`);
  return asked(options, signUp, requests);
}

function needsApproval({ unless, when }: ApprovalSpec, { findings, referred, waits }: SignUp): boolean {
  if (waits) return true;
  const isListed = (unless === "listed" || when === "unlisted") && findings.listed === "allow";
  const isSpared = isListed || (unless === "allowed" && findings.allowed === true);
  return isSpared || when === "approval" ? referred : true;
}

/** What was approved gets in; what the approver has not seen is a new request. */
function passed(request: ApprovalRequest, signUp: SignUp, requests: Map<string, ApprovalRequest>): Answer | undefined {
  return isNew(request, signUp) ? undefined : admitted(request, signUp, requests);
}

const isNew = (request: ApprovalRequest, { attributes }: Pick<SignUp, "attributes">) =>
  Object.entries(attributes).some(([name, value]) => value !== "" && !(name in request.attributes));

/** The values that an approval puts back before the rules decide. */
export function putBack(signUp: SignUp, { requests }: State): Values {
  const request = requests.get(keyOf(signUp));
  if (request === undefined || request.then !== "continue" || isNew(request, signUp)) return {};
  const isUsed = request.state === "admitted" && isRepeated(request, signUp);
  return isUsed || stateAt(request, signUp.now) === "approved" ? request.attributes : {};
}

/** The call that used a pass, once more. */
const isRepeated = ({ call, calledAt }: ApprovalRequest, signUp: Pick<SignUp, "call" | "now">) =>
  call === callOf(signUp.call) && signUp.now - calledAt < 10 * 60_000;

function admitted(request: ApprovalRequest, signUp: SignUp, requests: Map<string, ApprovalRequest>) {
  const { call, now } = signUp;
  const effectInside = () => requests.set(keyOf(signUp), { ...request, state: "admitted", call: callOf(call), calledAt: now });
  return { kind: "continue", effectInside, into: "approvals" } as const;
}

function asked(options: ApprovalSpec, signUp: SignUp, requests: Map<string, ApprovalRequest>): Answer {
  const { then = "provision", unproven = "block", answerWithin = "14d" } = options;
  const { person, now, call, attributes } = signUp;
  const waitlist = signUp.findings.waitlist === true;
  const isProven = proves(person);
  if (then === "continue" && !isProven && unproven === "block") return block("approval.address-unproven");
  if (signUp.hasProblems) return go;
  const request: ApprovalRequest = {
    state: "pending",
    waitlist,
    then: then === "continue" && !isProven ? "provision" : then,
    attributes: filledIn(attributes),
    call: callOf(call),
    calledAt: now,
    answerBy: waitlist ? Number.POSITIVE_INFINITY : now + countDays(answerWithin) * DAY,
    passUntil: 0,
    mayAskAgainAt: 0,
    options,
  };
  const later = () => requests.set(keyOf(signUp), request);
  return { kind: "block", reason: waitlist ? "approval.waitlisted" : "approval.requested", later };
}

export const filledIn = (attributes: Values): Values => Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ""));

/** What makes a call the same call: who signs up, with what. Fields that the form has and nobody has filled in are no part of it. */
function callOf({ at: _, email, attributes, collects: __, journey: ___, accountId, issuer, unread: ____, ...call }: SignUpCall): string {
  // Of somebody who signs in by a code, the address is the account; of another tenant's people Entra names none.
  const account =
    issuer === "entra" || (issuer === "mail" && call.tenant !== "workforce") ? [] : [addressIn(accountId)?.whole ?? accountId];
  return JSON.stringify({ ...call, issuer, account, email: addressIn(email)?.whole, attributes: filledIn(attributes) });
}
