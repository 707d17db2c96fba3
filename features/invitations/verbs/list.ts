import { makeWorld } from "../../../adapters/operator/world";
import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags, readNow } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { isAtGate } from "../../../cli/gates";
import { formatCount, tellBeside } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { operatorPlace, readTypedQuery } from "../../../cli/view";
import { currentLines, type MailLine } from "../../../engine/mail/mail-line";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { decidingWords, followsText, showStored } from "../../approvals/deciding-words";
import { isRequestMeant } from "../../approvals/filters";
import { readInState, readWaitingList } from "../../approvals/in-state";
import type { ApprovalRequest } from "../../approvals/request";
import { ageText, approvalWords } from "../../approvals/request-words";
import { readReturnEnd, stateAt } from "../../approvals/state-at";
import { describeConcern, doDecisions } from "../../approvals/verbs/decide";
import { describeLine, listRequestPages, listTroubles } from "../../approvals/verbs/list";
import { type ChangeOptions, createLongestDays, limitTo, openApprovals, readActor, reportEnd } from "../../approvals/verbs/requests";
import { listSponsorSpellings } from "../../expiry/views";
import { endedPeople } from "../../expiry/world";
import type { Incident } from "../../incidents/incident";
import { disabledByIncident } from "../../incidents/world";
import { invitationFilters } from "../filters";
import { type InvitationState, invitationStates, isOfState } from "../invitation";

interface InvitationsListed extends DeploymentOptions, JsonOption {
  readonly state: InvitationState;
  readonly limit: number;
}

const headings = ["REFERENCE", "AGE", "E-MAIL", "GATE", "UNTIL", "SPONSOR", "INVITED BY", "MAIL"];

export async function listInvitations(options: InvitationsListed, { output, time }: CommandContext): Promise<void> {
  const now = time?.now() ?? new Date();
  const { state } = options;
  const { mail, sponsor, ...query } = readTypedQuery(invitationFilters, options, now);
  const sponsors = sponsor && listSponsorSpellings(sponsor);
  const deployment = await deploymentFor(options);
  const store = openApprovals(deployment, output.warn);
  const limit = limitTo(createLongestDays(deployment, output));
  const endedIds = new Set<string>();
  const shutOuts = new Map<string, Incident>();
  const place = operatorPlace(deployment, output);
  const world = makeWorld({ endedPeople, disabledByIncident }, place);
  /** The account may be disabled, and used invitations may be of people whose access has ended since. */
  async function* readPagesWithEnds() {
    for await (const page of readPages(store, state, limit, now)) {
      const invitations = page.filter(({ invitation }) => invitation !== undefined);
      const used = invitations.filter((each) => readReturnEnd(each, now) !== undefined);
      const readIds = async () => await world.endedPeople.selectEnded(used);
      const ids = used.length === 0 ? undefined : await place.readPart?.("people whose access ended", new Set<string>(), readIds);
      for (const id of ids ?? []) endedIds.add(id);
      const emails = invitations.map(({ email }) => email);
      if (emails.length > 0) for (const [email, incident] of await world.disabledByIncident(emails)) shutOuts.set(email, incident);
      yield page;
    }
  }
  const isMeant = (each: ApprovalRequest) =>
    isAtGate(each, options) &&
    isOfState(each, state) &&
    isRequestMeant(query, each, now) &&
    (sponsors === undefined || sponsors.includes(each.invitation?.sponsor ?? ""));
  const none = state === "waiting" ? "Nobody is on the waiting list." : `No invitation is ${state}.`;
  const buildCells = (each: ApprovalRequest, mails: readonly MailLine[]) => [
    ...buildInvitationCells(each, { hasAccessEnded: endedIds.has(each.id), shutOut: shutOuts.get(each.email) }, now),
    listTroubles(mails).at(-1) ?? currentLines(mails).map(describeLine).at(-1) ?? "",
  ];
  const flags = placeFlags(options);
  const onReturned = `Mails came back: invite resend REFERENCE${flags} sends one again, invite transfer WRONG RIGHT${flags} corrects its address.`;
  const listing = { query: { mail }, isMeant, headings, buildCells, deployment, none, ...(state === "open" && { onReturned }) };
  await listRequestPages(readPagesWithEnds(), listing, options, output, now);
  if (endedIds.size > 0) output.warn(`Where access has ended, expiry stops the person first: why ADDRESS${flags} says what would happen.`);
}

/**
 * The waiting list comes in the order of its turns. A used invitation comes last under `open`, as long as its account may sign up again. One
 * that the policy ends before its own end comes last under `ended`.
 */
async function* readPages(store: Parameters<typeof readInState>[0], state: InvitationState, limit: ReturnType<typeof limitTo>, now: Date) {
  if (state === "waiting") {
    yield await readWaitingList(store, now);
    return;
  }
  const isOver = (each: ApprovalRequest) => stateAt(each, now) === "expired";
  for await (const page of readInState(store, invitationStates[state], now))
    yield page.map(limit).filter((each) => state !== "open" || !isOver(each));
  const others = state === "open" ? invitationStates.used : state === "ended" ? invitationStates.open : undefined;
  if (others === undefined) return;
  for await (const page of readInState(store, others, now))
    yield page.map(limit).filter(state === "open" ? (each) => readReturnEnd(each, now) !== undefined : isOver);
}

interface Standing {
  readonly hasAccessEnded: boolean;
  /** The incident that disabled the person's account. */
  readonly shutOut: Incident | undefined;
}

function buildInvitationCells(request: ApprovalRequest, { hasAccessEnded, shutOut }: Standing, now: Date) {
  const { reference, requestedAt, email, gate = DEFAULT_GATE, passUntil, answerBy, invitation, decision } = request;
  const remarks: string[] = [];
  // A revoked one lets nobody in, until no day.
  if (invitation !== undefined && request.state !== "denied") remarks.push(localTime(passUntil ?? answerBy));
  if (remarks.length > 0 && readReturnEnd(request, now) !== undefined) remarks.push("the account that used it");
  if (hasAccessEnded) remarks.push("access has ended");
  if (shutOut !== undefined) remarks.push(`disabled by the incident ${shutOut.id}`);
  const age = ageText(approvalWords.en, requestedAt, now);
  return [reference, age, email, gate, remarks.join(", "), invitation?.sponsor ?? "", decision?.by.name ?? ""];
}

/** Sets the exit code to 1 if a person could not be approved. */
export async function inviteOldest(count: number, options: ChangeOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const deployment = await deploymentFor(options);
  const store = openApprovals(deployment, output.warn);
  const waiting = await readWaitingList(store, readNow(session));
  const next = waiting.filter((each) => isAtGate(each, options)).slice(0, count);
  if (next.length === 0) return output.warn("Nobody is on the waiting list.");
  await doDecisions(
    "approve",
    next,
    { note: options.note },
    {
      ...{ place: operatorPlace(deployment), actor: await readActor(options, deployment), session, yes: options.yes },
      ask(possible) {
        for (const { request, concerns } of possible) {
          tellBeside(options, output)(`${request.email}, waiting since ${localTime(request.requestedAt)}`);
          for (const concern of concerns) output.warn(`  ${describeConcern(request, concern)}`);
        }
        const warned = possible.filter(({ concerns }) => concerns.length > 0).length;
        const warningText = warned === 0 ? "" : `, ${warned} with a warning`;
        return `Let in ${formatCount(possible.length, "person", "people")}${warningText}?`;
      },
      report(request, end) {
        const { id, reference, email } = request;
        const ok = "outcome" in end;
        const time = options.json ? showStored : localTime;
        const message = ok ? followsText(decidingWords.en, "approve", end.outcome, time) : describeConcern(request, end.refusal, time);
        reportEnd({ ...{ id, reference, email }, ok, message }, `${email}: ${message}`, options, session);
      },
    },
  );
}
