import { type Address, addressIn, deniedMailboxOf, holderOf, mailboxOf, proves } from "./address";
import { countDays, type Ends, type Invites, type Spec, type Values } from "./scenario";
import { type Answer, block, DAY, gateOf, go, type SignUp, type State } from "./state";
import { guess, permittedValue } from "./table-rules";

/** Invitations, from docs/invitations.md. */

export const CODE = "extension_InvitationCode";

function keyOf(gate: string | undefined, email: string, spelled = (address: Address) => mailboxOf(address)): string {
  const address = addressIn(email);
  return `${gate ?? "default"} ${address === undefined ? email : spelled(address)}`;
}

export function invite({ at, invite: email, gate, code, days }: Invites, { invitations }: State): void {
  const known = invitations.get(keyOf(gate, email));
  if (known?.state === "approved" && at < known.until) return;
  invitations.set(keyOf(gate, email), { state: "approved", code, sentAt: at, until: at + days * DAY });
}

export function end({ at, end: what, of: email, gate }: Ends, { invitations, ended }: State): void {
  const known = invitations.get(keyOf(gate, email));
  if (what === "access") ended.add(keyOf(gate, email, deniedMailboxOf));
  else if (known !== undefined && known.state !== "denied" && at < known.until)
    invitations.set(keyOf(gate, email), { ...known, state: "denied" });
}

export function invited({ options }: Spec<"invited">, signUp: SignUp, state: State): Answer {
  const { by = ["address", "code"], lasts, otherwise = "block", unless, trust } = options;
  const { person, call, now, attributes } = signUp;
  const key = keyOf(gateOf(call), person.address?.whole ?? "");
  const invitation = state.invitations.get(key);
  const typed = by.includes("code") ? String(attributes[CODE] ?? "").trim() : "";
  const isProven = proves(person, trust);
  const needsNoCode = by.includes("address") && isProven;
  const showsCode = typed !== "" && invitation !== undefined && plain(typed) === plain(invitation.code);
  const isShown = invitation !== undefined && invitation.state !== "denied" && (showsCode || needsNoCode);
  const isOver =
    invitation !== undefined &&
    now >= Math.min(invitation.until, lasts ? invitation.sentAt + countDays(lasts) * DAY : Number.POSITIVE_INFINITY);
  const usedBy = holderOf(person);
  const isIn = isShown && !isOver && (invitation.usedBy ?? usedBy) === usedBy;
  // Whom another rule has let in shows no code, but for people whom the list has wait: their own code spares them the approver.
  const isSpared = unless !== undefined && signUp.findings.allowed === true && !(isIn && needsNoCode);
  if (isSpared) {
    if (signUp.findings.listed !== "approval" || typed === "" || person.address === undefined || typed.length > 256) return go;
    const stopped = guess(CODE, typed.replace(/\s/g, "").toLowerCase(), 5, signUp, state);
    if (stopped !== undefined) return stopped.kind === "block" && stopped.reason === "code.too-many-guesses" ? go : stopped;
    if (!isIn) return go;
  }
  if (!isSpared && typed !== "" && person.address !== undefined && !(isIn && needsNoCode)) {
    const stopped = guess(CODE, typed.replace(/\s/g, "").toLowerCase(), 5, signUp, state);
    if (stopped !== undefined) return stopped;
  }
  if (isIn) {
    const effectInside = () => state.invitations.set(key, { ...invitation, state: "admitted", usedBy });
    const findings = { invited: needsNoCode && !showsCode ? "address" : "code", ...(otherwise !== "block" && { allowed: true }) };
    return { kind: "continue", findings, effectInside, into: "approvals", invited: true };
  }
  if (typed !== "" && person.address === undefined) return block("request.email");
  if (typed !== "" && !showsCode) return handedOut(signUp, state, isProven, otherwise === "block" ? {} : { allowed: true });
  const why = isShown && isOver && invitation.usedBy === undefined ? "expired" : "none";
  if (otherwise === "block") return block(`invitation.${why}`);
  if (otherwise === "continue") return { kind: "continue", findings: { invited: why } };
  return { kind: "continue", referred: true, findings: { invited: why, ...(otherwise === "waitlist" && { waitlist: true }) } };
}

const plain = (code: string) => code.toUpperCase().replace(/[\s-]/g, "");

/** Codes that name nobody are codes of `permittedValue`. */
function handedOut(signUp: SignUp, state: State, isProven: boolean, isAllowing: Values): Answer {
  const answer = permittedValue({ rule: "permittedValue", attribute: CODE, options: { maxUses: 1 } }, signUp, state);
  if (answer.kind === "continue")
    return isProven ? { ...answer, attributes: {}, findings: isAllowing } : block("invitation.address-unproven");
  const isUnknown = answer.kind === "invalid" && answer.problems[0]?.reason === "value.not-permitted";
  return isUnknown ? { kind: "invalid", problems: [{ attribute: CODE, reason: "invitation.unknown-code" }] } : answer;
}
