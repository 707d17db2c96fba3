import { invitationPlace } from "../../../adapters/invitations";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { BackLink } from "../../parts/back-link";
import { ErrorSummary, type FieldProblem } from "../../parts/forms";
import { reportLife } from "../people/bulk";
import type { LifeResult } from "../people/life-verbs";
import { invitationsTexts as t } from "./invitations-texts";
import { INVITE_PATH, InviteForm, readInvite } from "./invite-form";

/** Where people who are invited are listed. */
const INVITED_PATH = "/people?life=invited";

/** @param problems why nobody was invited */
async function show(visit: Visit, problems: readonly FieldProblem[] = []): Promise<Response> {
  return await visit.page(
    t.invite,
    <>
      <ErrorSummary title={t.notDone} problems={problems} />
      <InviteForm visit={visit} problems={problems} />
      <BackLink path={INVITED_PATH} text={t.back} />
    </>,
    { status: problems.length > 0 ? 400 : 200 },
  );
}

/** Invites everybody of the form: each invitation has its entry in the trail. */
async function send(visit: Visit): Promise<Response> {
  const { world, session, now } = visit;
  const invite = readInvite(visit);
  if (!("emails" in invite)) return await show(visit, invite);
  const { emails, days, note, ...shared } = invite;
  const gate = world.gates.find((each) => each === visit.field("gate"));
  const sending = { by: { kind: "console" as const, name: session.name }, days, ...(note !== "" && { note }) };
  const hashes = await world.hashes();
  const results: LifeResult[] = [];
  for (const email of emails) {
    const invitee = { ...shared, email, ...(gate !== undefined && gate !== DEFAULT_GATE && { gate }) };
    const place = await invitationPlace(world.approvals, invitee, hashes, now);
    let result: LifeResult = { email, why: t.already };
    // What changes nothing leaves no entry in the trail.
    if (!place.isValid) {
      const entry = { action: "approvals.invite", subject: place.reference, after: { email } };
      await visit.audited(entry, async () => {
        const request = await place.send(sending);
        if (request !== undefined) result = { email, until: request.passUntil, code: request.invitation?.code };
        return request !== undefined;
      });
    }
    results.push(result);
  }
  return await reportLife(visit, results, INVITED_PATH);
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: INVITE_PATH, access: "Approver", handler: (visit) => show(visit) },
  { method: "POST", path: INVITE_PATH, access: "Approver", handler: send },
  // Where invitations had a page of their own.
  { method: "GET", path: "/invitations", access: "Reader", asks: { state: "any" }, handler: (visit) => visit.goTo(INVITED_PATH) },
];
