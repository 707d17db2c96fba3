import type { Concern } from "../../../adapters/operator/act";
import type { Visit } from "../../../console/app/visit";
import { Badge } from "../../../console/parts/badge";
import { Alert, SubmitButton } from "../../../console/parts/forms";
import { Icon } from "../../../console/parts/icon";
import { UnlikeDomain } from "../../../console/parts/links";
import { momentText } from "../../../console/parts/time";
import { ValueLink, visible } from "../../../console/parts/value";
import { capitaliseTitle, pageTexts } from "../../../console/texts/languages";
import { groupBy } from "../../../engine/collections";
import { entryPath } from "../../access-list/pages/access-list-parts";
import { type DeniedFacts, findLastBefore } from "../acts/decision";
import { type ApprovalRequest, DENIED_BY_LIST } from "../request";
import { requestPath } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import type { Known, KnownOf, RequestAbout } from "./known";

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
