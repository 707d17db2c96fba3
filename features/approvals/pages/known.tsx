import type { Concern, Reviewed } from "../../../adapters/operator/act";
import { readFirstPage } from "../../../adapters/tables/search";
import type { Visit } from "../../../console/app/visit";
import { Badge } from "../../../console/parts/badge";
import { Alert, SubmitButton } from "../../../console/parts/forms";
import { Icon } from "../../../console/parts/icon";
import { DOMAIN_DAYS, UnlikeDomain } from "../../../console/parts/links";
import { momentText } from "../../../console/parts/time";
import { ValueLink, visible } from "../../../console/parts/value";
import { capitaliseTitle, pageTexts } from "../../../console/texts/languages";
import type { Actor } from "../../../engine/audited-change";
import { groupBy } from "../../../engine/collections";
import type { MailLine } from "../../../engine/mail/mail-line";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { requestSubject, type Task } from "../../../engine/tasks/task";
import { entryPath } from "../../access-list/pages/access-list-parts";
import { referringEntry } from "../../decisions/remedies";
import { decisionActs } from "../acts";
import { type DeniedFacts, findLastBefore, type RequestState } from "../acts/decision";
import { getRequestDomain } from "../filters";
import { type ApprovalRequest, DENIED_BY_LIST } from "../request";
import { decisionsBehind } from "../request-facts";
import { omitUntrue } from "../returned-mails";
import { buildActor, requestPath } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";

/** What speaks against the approval of a request, and what was read to know it. */
export type Known = Reviewed<RequestState>;

/** By request id. */
export type KnownOf = ReadonlyMap<string, Known>;

/** @param scope what the page shows the visitor @default everything */
export async function readKnown(visit: Visit, requests: readonly ApprovalRequest[], scope?: Actor["scope"]): Promise<KnownOf> {
  const targets = requests.map((request) => ({ id: request.id, request }));
  const reviewed = await visit.review(decisionActs.approve, targets, {}, buildActor(visit, scope));
  return new Map(reviewed.map((known) => [known.state.target.id, known]));
}

export interface RequestAbout {
  readonly request: ApprovalRequest;
  readonly known: Known;
  readonly decisions: readonly string[];
  /** The entry that sent the person to an approver. Only readers see it. */
  readonly referredBy?: string | undefined;
  /** Refusals among the newest decisions. Undefined if there are none. */
  readonly refused: { readonly count: number; readonly last: Pick<DecisionRecord, "at" | "reference"> } | undefined;
  readonly task: Task | undefined;
  /** Approximate number of people of the domain who tried to sign up recently. */
  readonly domainPeople: number;
  readonly isIn: boolean;
  /** What became of mails about the request. */
  readonly mails: readonly MailLine[];
}

export async function aboutRequest(visit: Visit, request: ApprovalRequest, known?: Known): Promise<RequestAbout> {
  const { decisions, tasks, domainCounts } = visit.world;
  const domain = getRequestDomain(request);
  const subject = requestSubject(request.id);
  const [behind, refused, task, counts, isIn, besides, mails] = await Promise.all([
    decisionsBehind(request, decisions.byEmail(request.email)),
    refusedBefore(visit, request),
    tasks.get(subject),
    domainCounts.domainDays([domain], DOMAIN_DAYS),
    // If the account's row is unreadable, the access counts as ended. The person's page reports the row.
    request.account === undefined ? undefined : visit.world.isAccountIn?.(request.account.id).catch(() => undefined),
    known ?? readKnown(visit, [request]).then((knownById) => knownById.get(request.id) as Known),
    visit.world.mailLines([subject]),
  ]);
  const domainPeople = counts.get(domain)?.all.people ?? 0;
  const referredBy = visit.may("Reader") ? behind.map(referringEntry).find((entry) => entry !== undefined) : undefined;
  const codes = behind.map(({ reference }) => reference);
  return {
    request,
    known: besides,
    decisions: codes,
    referredBy,
    refused,
    task,
    domainPeople,
    isIn: isIn ?? false,
    mails: omitUntrue(mails, [request], visit.now).get(subject) ?? [],
  };
}

/** The person's refusals among the newest decisions. A request for approval is not a refusal. */
async function refusedBefore({ world }: Visit, { email }: ApprovalRequest): Promise<RequestAbout["refused"]> {
  const newest = await readFirstPage(world.decisions.byEmail(email));
  const refusals = newest.filter(
    ({ verdict, reasons }) => verdict === "block" && !reasons.some((reason) => reason.startsWith("approval.")),
  );
  const [last] = refusals;
  return last && { count: refusals.length, last };
}

interface BlockersProps {
  readonly visit: Visit;
  readonly requests: readonly ApprovalRequest[];
  readonly known: KnownOf;
}

/** Concerns that the visitor has to answer before an approval, and those about the person that refuse it. */
export function listAsked(known: Known | undefined): readonly Concern[] {
  return (known?.concerns ?? []).filter(({ weight, title }) => weight === "asked" || (weight === "refused" && title !== undefined));
}

/** If several people are affected, one button removes all of them from the selection. */
export function Blockers({ visit, requests, known }: BlockersProps) {
  const blockedRequests = requests.filter(({ id }) => listAsked(known.get(id)).length > 0);
  if (blockedRequests.length === 0) return null;
  const kinds = groupBy(
    blockedRequests.flatMap(({ id }) => listAsked(known.get(id))),
    ({ code }) => code,
  );
  const likes = new Map(blockedRequests.flatMap(({ id }) => known.get(id)?.state.like ?? []).map((like) => [like.shown, like]));
  return (
    <Alert kind="warn">
      {[...kinds].map(([code, some]) => (
        <p>
          <strong>{some[0]?.title}.</strong> {code === DENIED_BY_LIST ? <Denies visit={visit} concerns={some} /> : null}
          {visible([...new Set(some.map(({ text }) => text(momentText)))].join(" "))}
        </p>
      ))}
      {[...likes.values()].map((like) => (
        <UnlikeDomain {...like} />
      ))}
      {blockedRequests.length === 1 ? null : (
        <p class="actions">
          <LeaveButton requests={blockedRequests} text={t.leaveAll(blockedRequests.length)} autofocus />
        </p>
      )}
    </Alert>
  );
}

/** Only operators may see the list. */
function Denies({ visit, concerns }: Pick<BlockersProps, "visit"> & { readonly concerns: readonly Concern[] }) {
  if (!visit.may("Reader")) return null;
  const entries = [...new Set(concerns.map(({ facts }) => (facts as DeniedFacts).entry))];
  return (
    <>
      {blockerTexts.entry} {entries.map((entry, index) => [index === 0 ? "" : ", ", <ValueLink path={entryPath(entry)} text={entry} />])}.{" "}
    </>
  );
}

export function Changes({ request, known }: Pick<RequestAbout, "request" | "known">) {
  const last = findLastBefore(request, known.state.others);
  const changes = known.concerns.filter(({ weight }) => weight === "shown");
  if (changes.length === 0) return null;
  const words = changes.map(({ title }) => title).join(", ");
  if (last === undefined) return <Alert kind="warn">{capitaliseTitle(words)}.</Alert>;
  return (
    <Alert kind="warn">
      {blockerTexts.unlike} <a href={requestPath(last.id)}>{visible(last.reference)}</a>: {words}.
    </Alert>
  );
}

/** @param autofocus true if the question focuses this button first, not the approval */
export function LeaveButton({
  requests,
  text,
  ...props
}: Pick<BlockersProps, "requests"> & { readonly text: string; readonly autofocus?: true }) {
  return <SubmitButton text={text} name="leave" value={requests.map(({ id }) => id).join(".")} class="ghost" {...props} />;
}

interface RemarksProps {
  readonly request: ApprovalRequest;
  readonly known: Known | undefined;
}

function listWarnings(known: Known | undefined): readonly string[] {
  return (known?.concerns ?? []).flatMap(({ title }) => (title === undefined ? [] : [title]));
}

export function Remarks({ request, known }: RemarksProps) {
  return (
    <>
      {listWarnings(known).map((text) => (
        <>
          <Badge tone="warn">{text}</Badge>{" "}
        </>
      ))}
      {request.renews === undefined ? null : <Badge>{t.renewal}</Badge>}
    </>
  );
}

export function WarningIcon({ known }: Pick<RemarksProps, "known">) {
  const warnings = listWarnings(known).join(", ");
  if (warnings === "") return null;
  return (
    <span class="warns" title={warnings}>
      <Icon name="warning" />
      <span class="hidden">{warnings}</span>
    </span>
  );
}

const blockerTexts = pageTexts({
  entry: ["Entry:", "항목:"],
  unlike: ["Compared with request", "비교한 요청:"],
});
