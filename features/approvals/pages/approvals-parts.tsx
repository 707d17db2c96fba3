import type { Child } from "hono/jsx";
import type { Concern } from "../../../adapters/operator/act";
import type { Visit } from "../../../console/app/visit";
import { Badge, type Tone } from "../../../console/parts/badge";
import { TextField } from "../../../console/parts/forms";
import type { Fact } from "../../../console/parts/table";
import { momentText, weekdayName } from "../../../console/parts/time";
import { providerNames, ShownValue, shortenText, visible } from "../../../console/parts/value";
import { hasRole, operatorRoles } from "../../../console/session/roles";
import { frameTexts } from "../../../console/texts/frame-texts";
import { findText } from "../../../console/texts/languages";
import type { Actor, Decider } from "../../../engine/audited-change";
import { GUID } from "../../../engine/directory-account";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { listIssuers } from "../../../engine/sign-up/issuers";
import { MAX_TEXT_LENGTH } from "../../../engine/sign-up/text";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { decisionActs } from "../acts";
import type { RefusalFacts } from "../acts/decision";
import type { DecisionAction } from "../change";
import { isRequestId, type Seen } from "../deciding";
import { decidingWords, describeFollowed } from "../deciding-words";
import { type ApprovalRequest, type ApprovalState, type ApproverDecision, isSameActor, type UnreadableRequestError } from "../request";
import { approvalWords, providerText, renewalSentence } from "../request-words";
import { findLongestDays, stateAt } from "../state-at";
import { approvalsTexts as t } from "./approvals-texts";
import { stagesTexts } from "./stages-texts";

const SOON_MS = 2 * MS_PER_DAY;

const tones: Readonly<Partial<Record<ApprovalState, Tone>>> = {
  ...{ pending: "asked", failed: "bad", denied: "bad" },
  ...{ approved: "good", provisioned: "good", admitted: "good" },
};

export function requestPath(id: string): string {
  return `/approvals/requests/${encodeURIComponent(id)}`;
}

/**
 * The value that identifies the shown request in a form. If the person asks again, the reference changes. With the time of the decision,
 * nobody can revoke an approval that they have not seen.
 */
export function requestField({ id, reference, decision, stages }: Pick<ApprovalRequest, "id" | "reference"> & Seen): string {
  return [id, reference, decision?.at ?? "", ...(stages === undefined ? [] : [stages.running])].join("/");
}

export interface NamedRequest {
  readonly id: string;
  readonly reference: string;
  readonly seen: Seen;
}

export function readRequestField(text: string): NamedRequest {
  const [id = "", reference = "", decidedAt = "", stage] = text.split("/");
  const seenState = {
    ...(decidedAt !== "" && { decision: { at: decidedAt } }),
    ...(stage !== undefined && { stages: { running: Number(stage) } }),
  };
  return { id, reference, seen: seenState };
}

/** The members are only compared with undefined. */
type Kind = { readonly [Member in "invitation" | "ask"]?: unknown };

/** An invitation, and what a colleague asked for, go through the states of requests with other meanings. */
export function describeState({ invitation, ask }: Kind, state: ApprovalState): string {
  if (invitation !== undefined) return findText<string>(t.invitations, state) ?? t.states[state];
  return ask !== undefined && state === "admitted" ? t.invitations.approved : t.states[state];
}

export function StateTag({ visit, request }: RequestProps) {
  const state = stateAt(request, visit.now);
  return <Badge tone={tones[state]}>{describeState(request, state)}</Badge>;
}

/** The request. Undefined if there is none or its row is unreadable. */
export async function readApprovalRequest(
  { world }: Visit,
  id: string,
  onUnreadable?: (error: UnreadableRequestError) => void,
): Promise<ApprovalRequest | undefined> {
  return isRequestId(id) ? (await world.readableApprovals(onUnreadable).getAll([id]))[0] : undefined;
}

/** Somebody has to fix these rows in the table. */
export function Unreadable({ rows }: { readonly rows: readonly UnreadableRequestError[] }) {
  return (
    <>
      {rows.map(({ id, column }) => (
        <p class="note bad">
          <code>{visible(id)}</code>: {t.unreadable(visible(column))}
        </p>
      ))}
    </>
  );
}

export interface RequestProps {
  readonly visit: Visit;
  readonly request: ApprovalRequest;
}

export function nameText({ attributes: { displayName }, email }: Pick<ApprovalRequest, "attributes" | "email">): string {
  return shortenText(typeof displayName === "string" && displayName.trim() !== "" ? displayName : email, 80);
}

export function nameShown(request: Pick<ApprovalRequest, "attributes" | "email">): Child {
  return <bdi>{nameText(request)}</bdi>;
}

const NAMED = 30;

/** @param most @default 30 */
export function Names({ requests, most = NAMED }: { readonly requests: readonly ApprovalRequest[]; readonly most?: number }) {
  const rest = requests.length - most;
  return (
    <span class="hint">
      {requests.slice(0, most).map((request, index) => [index === 0 ? "" : ", ", nameShown(request)])}
      {rest > 0 ? ` ${t.andMore(rest)}` : ""}
    </span>
  );
}

/** "Thu 26 Nov" by the viewer's clock. @param at ISO 8601 */
export function shortDay({ language, zone }: Visit, at: string): string {
  return weekdayName({ language, zone }, new Date(at));
}

export function describeProvider(visit: Visit, request: Pick<ApprovalRequest, "identities" | "strippedAt" | "invitation" | "ask">): string {
  const words = visit.say(approvalWords);
  const isSaid = request.invitation === undefined && request.ask === undefined && request.strippedAt === undefined;
  return isSaid ? providerNames(listIssuers(request)) : visible(providerText(words, request));
}

/** The decider gets all names of the visitor, so that checks recognise the visitor's own requests. */
export function buildDecider({ session, standsInFor = [] }: Pick<Visit, "session" | "standsInFor">): Decider {
  const { subject, userNames = [], role, appRoles = [], groups } = session;
  // An operator's role includes the lower roles.
  const heldRoles = operatorRoles.filter((each) => hasRole(role, each));
  return { objectId: subject, names: userNames, addresses: userNames, roles: [...appRoles, ...heldRoles], groups, standsInFor };
}

/** True if the visitor made the decision. The account, if known, tells two people of the same name apart. */
export function isByVisitor({ session }: Visit, decision: Pick<ApproverDecision, "by" | "account"> | undefined): boolean {
  if (decision === undefined) return false;
  return isSameActor({ ...decision.by, account: decision.account }, { kind: "console", name: session.name, account: session.subject });
}

/** What acts on requests ask of the visitor. @param scope what the page shows them @default everything */
export function buildActor(visit: Pick<Visit, "session" | "standsInFor">, scope?: Actor["scope"]): Partial<Actor> {
  const { subject } = visit.session;
  return { decider: buildDecider(visit), account: GUID.test(subject) ? subject : undefined, scope };
}

/** The visitor as acts on requests know them, for checks outside of an act. */
export function buildWholeActor(visit: Visit, scope?: Actor["scope"]): Actor {
  return { ...visit.author, via: "console", ...buildActor(visit, scope) };
}

/** The reason for which the visitor cannot decide in this way. */
export function visitorsObjection(visit: Visit, verb: DecisionAction, request: ApprovalRequest): Concern | undefined {
  const state = { target: { id: request.id }, request, arePoliciesKnown: true, others: [], now: visit.now };
  const concerns = decisionActs[verb].concerns(state, {}, buildWholeActor(visit));
  return concerns.find(({ weight }) => weight === "refused");
}

/** @param by text in place of the name of the person who ended the access */
export function renewalFact(visit: Visit, { renews }: Pick<ApprovalRequest, "renews">, by?: string): readonly Fact[] {
  if (renews === undefined) return [];
  const ending = { ...renews, by: by ?? visible(renews.by ?? "") };
  const sentence = renewalSentence(visit.say(approvalWords), ending, momentText);
  return [[t.renewal, <bdi>{sentence}</bdi>]];
}

export function isDueSoon(request: Pick<ApprovalRequest, "state" | "answerBy">, now: Date): boolean {
  return stateAt(request, now) === "pending" && Date.parse(request.answerBy) - now.getTime() < SOON_MS;
}

/** An invitation is revoked by a denial. */
export function verbText(verb: DecisionAction, { invitation }: Pick<ApprovalRequest, "invitation"> = {}): string {
  return verb === "deny" && invitation !== undefined ? t.revoke : t.verbs[verb];
}

/** A script adds the number of ticked requests. @param request the only one */
export function VerbButtons({ verbs, request }: { readonly verbs: readonly DecisionAction[]; readonly request?: ApprovalRequest }) {
  return (
    <>
      {verbs.map((verb, index) => (
        <button type="submit" name="verb" value={verb} class={verb === "deny" ? "danger" : index === 0 ? undefined : "quiet"}>
          {verbText(verb, request)}
          <span data-number />
        </button>
      ))}
    </>
  );
}

/** @param concern a refusal, or something that nobody was asked about */
export function resultWords(visit: Visit, { code, title, weight, text, facts }: Concern): string {
  if (code === "unknown") return t.unknown;
  if (code === "not-asked" && visit.may("Approver")) return stagesTexts.notAsked;
  if (weight !== "refused") return `${title}. ${text(momentText)}`;
  const { decision, isInvitation } = (facts ?? {}) as RefusalFacts;
  return decision === undefined
    ? text(momentText)
    : `${text(momentText)} ${decisionText(decision, { invitation: isInvitation || undefined })}`;
}

/** Describes only what follows from a decision, for a place that already names the decision. */
export function describeConsequence(visit: Visit, verb: DecisionAction, request: ApprovalRequest): string {
  return visible(describeFollowed(visit.say(decidingWords), verb, request, momentText).next);
}

/** The longest validity of invitations, in days, by the gate's policy. */
export function longestDaysAt({ world }: Visit, gate = DEFAULT_GATE): number | undefined {
  return findLongestDays(world.policiesAt(gate));
}

/** @param of what was decided on @default a request */
export function decisionText({ verdict, by, at }: ApproverDecision, of: Kind = {}): string {
  return t.decidedBy(describeState(of, verdict), visible(by.name), momentText(at));
}

export function NoteField({ note = "", problem }: { readonly note?: string | undefined; readonly problem?: string | undefined }) {
  return <SaidField id="note" label={frameTexts.note} value={note} hint={t.noteHint} problem={problem} />;
}

/** For the colleague who asked for a guest. */
export function ReplyField() {
  return <SaidField id="reply" label={t.reply} hint={t.replyHint} />;
}

function SaidField(props: Parameters<typeof TextField>[0]) {
  return (
    <div class="fields">
      <div>
        <TextField {...props} rows={2} maxlength={MAX_TEXT_LENGTH} />
      </div>
    </div>
  );
}

/** The colleague who asked for a guest, and what they wrote. Empty for a person's own request. */
export function askFacts({ ask }: Pick<ApprovalRequest, "ask">): readonly Fact[] {
  if (ask === undefined) return [];
  return [
    [t.askedBy, visible([ask.name, ask.addresses[0]].filter(Boolean).join(", "))],
    [t.why, ask.why && <ShownValue text={ask.why} />],
  ];
}

/** The key under which browser/draft.ts keeps ticks and typed text until they are sent. Each operator has separate keys. */
export function draftName({ session }: Visit, of: string): string {
  return `${session.subject}/${of}`;
}

export function formData(visit: Visit, draft: string) {
  return { "data-keys": "", "data-draft": draftName(visit, draft) };
}
