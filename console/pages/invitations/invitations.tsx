import { invitationPlace, oldestWaiting, transferred } from "../../../adapters/invitations";
import { invitationCode } from "../../../adapters/random-code";
import { decideRequest, isRequestId } from "../../../engine/approvals/deciding";
import { extend, LONGEST_INVITATION_DAYS, resend, revokeInvitation } from "../../../engine/approvals/invitation";
import type { ApprovalRequest } from "../../../engine/approvals/request";
import type { Say } from "../../../engine/approvals/transitions";
import { decidingWords } from "../../../engine/messages/operator/deciding";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { BackLink } from "../../parts/back-link";
import { Alert } from "../../parts/forms";
import { hasGates } from "../../parts/gates";
import { Table } from "../../parts/table";
import { momentText } from "../../parts/time";
import { PersonLink } from "../people/person-links";
import { invitationVerbs, showInvitations, shownStates } from "./invitations-list";
import { invitationsTexts } from "./invitations-texts";
import { daysTyped, INVITATIONS_PATH, MOST_AT_ONCE, readInvite } from "./invite-form";

// What the forms do: each invitation's change has its entry in the trail.

async function show(visit: Visit): Promise<Response> {
  return await showInvitations(visit, stateNamed(visit.query("state")));
}

function stateNamed(text: string) {
  return shownStates.find((each) => each === text) ?? "open";
}

async function send(visit: Visit): Promise<Response> {
  const { world, now } = visit;
  const invite = readInvite(visit);
  if (!("emails" in invite)) return await showInvitations(visit, "open", invite);
  const { emails, days, note, ...shared } = invite;
  const gate = world.gates.find((each) => each === visit.field("gate"));
  const sending = { ...sayOf(visit), days, ...(note !== "" && { note }) };
  const hashes = await world.hashes();
  const results: Result[] = [];
  for (const email of emails) {
    const invitee = { ...shared, email, ...(gate !== undefined && gate !== DEFAULT_GATE && { gate }) };
    const place = await invitationPlace(world.approvals, invitee, hashes, now);
    let request: ApprovalRequest | undefined;
    // What changes nothing leaves no entry in the trail.
    if (!place.isValid) {
      await world.audit.audited(entryOf(visit, "approvals.invite", place.reference, email), now, async () => {
        request = await place.send(sending);
        return request !== undefined;
      });
    }
    results.push({ email, request });
  }
  return await showResults(visit, results);
}

interface Result {
  readonly email: string;
  /** As it was written; absent where nothing was. */
  readonly request?: ApprovalRequest | undefined;
  /** Why not. */
  readonly why?: string;
}

/** Codes are shown here alone. */
async function showResults(visit: Visit, results: readonly Result[]): Promise<Response> {
  const t = visit.say(invitationsTexts);
  const isCoded = results.some(({ request }) => request !== undefined);
  return await visit.page(
    t.sent,
    <>
      {isCoded ? <Alert kind="warn">{t.keepCodes}</Alert> : null}
      <Table
        caption={t.sent}
        columns={[t.columns.email, t.invitedUntil, t.columns.code]}
        rows={results.map(({ email, request, why = t.already }) => [
          <PersonLink email={email} />,
          request === undefined ? why : momentText(request.passUntil ?? ""),
          request === undefined ? "" : <code>{request.invitation?.code}</code>,
        ])}
        empty=""
      />
      <BackLink path={INVITATIONS_PATH} text={t.back} />
    </>,
  );
}

/** Sends again, extends, transfers or revokes what is selected. */
async function change(visit: Visit): Promise<Response> {
  const t = visit.say(invitationsTexts);
  const { world, now } = visit;
  const verb = invitationVerbs.find((each) => each === visit.field("verb"));
  const ids = [...new Set(visit.fields("invitation"))].filter(isRequestId).slice(0, MOST_AT_ONCE);
  const state = stateNamed(visit.field("state"));
  if (ids.length === 0 || verb === undefined) return await showInvitations(visit, state, [{ field: "invitation", text: t.nothingChosen }]);
  if (verb === "transfer") return await transfer(visit, ids);
  const days = daysTyped(visit);
  if (days === undefined) return await showInvitations(visit, state, [{ field: "days", text: t.badDays(LONGEST_INVITATION_DAYS) }]);
  const say = sayOf(visit);
  const changed = {
    resend: (request: ApprovalRequest | undefined) => resend(request, { ...say, code: invitationCode(), days }, now),
    extend: (request: ApprovalRequest | undefined) => extend(request, say, new Date(now.getTime() + days * MS_PER_DAY), now),
    revoke: (request: ApprovalRequest | undefined) => revokeInvitation(request, say, now),
  }[verb];
  const { why } = visit.say(decidingWords);
  const results: Result[] = [];
  for (const request of await world.approvals.getAll(ids)) {
    let result: Result = { email: request.email, why: why["not-invited"] };
    const action = verb === "revoke" ? "approvals.deny" : "approvals.invite";
    await world.audit.audited(entryOf(visit, action, request.reference, request.email), now, async () => {
      const outcome = await world.approvals.change(request.id, changed);
      result = { email: request.email, ...(outcome.ok ? { request: outcome.request } : { why: why[outcome.why] }) };
      return outcome.ok;
    });
    results.push(result);
  }
  if (verb === "resend" || results.some(({ request }) => request === undefined)) return await showResults(visit, results);
  return visit.goTo(`${INVITATIONS_PATH}?state=${state}&done=${verb === "extend" ? "extended" : "revoked"}`);
}

/** Of one invitation alone: two people cannot have the same one. */
async function transfer(visit: Visit, ids: readonly string[]): Promise<Response> {
  const t = visit.say(invitationsTexts);
  const { world, now } = visit;
  const refuse = (field: string, text: string) => showInvitations(visit, "open", [{ field, text }]);
  const to = normaliseEmail(visit.field("to"));
  const [invitation, ...others] = await world.approvals.getAll(ids);
  if (invitation?.invitation === undefined || others.length > 0) return await refuse("invitation", t.chooseOne);
  if (to === undefined) return await refuse("to", t.badAddress);
  const outcome = await transferred(
    world.approvals,
    invitation,
    {
      to,
      ...sayOf(visit),
      audited: ({ action, reference, email }, write) => world.audit.audited(entryOf(visit, action, reference, email), now, write),
    },
    await world.hashes(),
    now,
  );
  return outcome.ok
    ? await showResults(visit, [{ email: to, request: outcome.request }])
    : await refuse("to", t.notTransferred[outcome.why]);
}

async function letInOldest(visit: Visit): Promise<Response> {
  const t = visit.say(invitationsTexts);
  const { world, now } = visit;
  const count = /^[1-9]\d{0,2}$/.test(visit.field("count").trim()) ? Number(visit.field("count")) : 0;
  if (count === 0 || count > MOST_AT_ONCE) {
    return await showInvitations(visit, "waiting", [{ field: "count", text: t.badCount(MOST_AT_ONCE) }]);
  }
  const gate = world.gates.find((each) => each === visit.field("gate")) ?? DEFAULT_GATE;
  const store = world.legibleApprovals(() => {});
  const isMeant = (request: ApprovalRequest) => !hasGates(visit) || (request.gate ?? DEFAULT_GATE) === gate;
  for (const { id, reference, email } of await oldestWaiting(store, count, now, isMeant)) {
    await world.audit.audited(entryOf(visit, "approvals.approve", reference, email), now, async () => {
      return (await decideRequest(world.approvals, "approve", { id, reference, ...sayOf(visit) }, now)).ok;
    });
  }
  return visit.goTo(`${INVITATIONS_PATH}?state=waiting&done=oldest`);
}

function sayOf({ session }: Visit): Say {
  return { by: { kind: "console", name: session.name } };
}

function entryOf({ session }: Visit, action: string, reference: string, email: string) {
  return { by: session.subject, name: session.name, action, subject: reference, after: { email } };
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: INVITATIONS_PATH, access: "Reader", asks: { state: shownStates }, handler: show },
  { method: "POST", path: INVITATIONS_PATH, access: "Approver", handler: send },
  { method: "POST", path: `${INVITATIONS_PATH}/change`, access: "Approver", hidden: ["invitation", "state"], handler: change },
  { method: "POST", path: `${INVITATIONS_PATH}/oldest`, access: "Approver", handler: letInOldest },
];
