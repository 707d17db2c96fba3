import type { Visit } from "../../../console/app/visit";
import { Badge } from "../../../console/parts/badge";
import { UnlikeDomain } from "../../../console/parts/domain-link";
import { Alert, SubmitButton } from "../../../console/parts/forms";
import { Icon } from "../../../console/parts/icon";
import { ValueLink, visible } from "../../../console/parts/value";
import { capitaliseTitle, pageTexts, textNamed } from "../../../console/texts/languages";
import { listIssuers } from "../../../engine/sign-up/issuers";
import type { ApprovalRequest } from "../request";
import { requestPath } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { type KnownBesides, type KnownOf, kindsOfBlocker, lastBefore, type RequestAbout } from "./known";

interface BlockersProps {
  readonly visit: Visit;
  readonly requests: readonly ApprovalRequest[];
  readonly known: KnownOf;
}

/** If several people are affected, one button removes all of them from the selection. */
export function Blockers({ visit, requests, known }: BlockersProps) {
  const getBlockers = ({ id }: ApprovalRequest) => known.get(id)?.blockers ?? [];
  const blockedRequests = requests.filter((request) => getBlockers(request).length > 0);
  if (blockedRequests.length === 0) return null;
  const present = kindsOfBlocker.map((kind) => ({ kind, of: blockedRequests.filter((request) => getBlockers(request).includes(kind)) }));
  const likes = new Map(blockedRequests.flatMap(({ id }) => known.get(id)?.like ?? []).map((like) => [like.shown, like]));
  return (
    <Alert kind="warn">
      {present.map(({ kind, of }) =>
        of.length === 0 ? null : (
          <p>
            <strong>{blockerTexts.short[kind]}.</strong>{" "}
            {kind === "denied-by-list" ? (
              <Denies visit={visit} entries={of.flatMap(({ id }) => known.get(id)?.deny ?? [])} />
            ) : (
              blockerTexts.why[kind](visible([...new Set(of.flatMap(listIssuers))].join(", ")))
            )}
            {[...new Set(of.map(({ onApproval }) => onApproval))].map((way) => ` ${textNamed<string>(blockerTexts.then[way], kind) ?? ""}`)}
            {kind === "denied-by-list" ? ` ${visit.may("Reader") ? blockerTexts.change : blockerTexts.askOperator}` : null}
          </p>
        ),
      )}
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
function Denies({ visit, entries }: Pick<BlockersProps, "visit"> & { readonly entries: readonly NonNullable<KnownBesides["deny"]>[] }) {
  if (!visit.may("Reader")) return null;
  const each = new Map(entries.map(({ entry, path }) => [entry, path]));
  return (
    <>
      {blockerTexts.entry} {[...each].map(([entry, path], index) => [index === 0 ? "" : ", ", <ValueLink path={path} text={entry} />])}.
    </>
  );
}

export function Changes({ request, known: { changes, others } }: Pick<RequestAbout, "request" | "known">) {
  const last = lastBefore(request, others);
  if (changes.length === 0) return null;
  const words = changes.map((each) => t.changes[each]).join(", ");
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
  readonly known: Pick<KnownBesides, "blockers" | "changes"> | undefined;
}

function listWarnings({ blockers = [], changes = [] }: Partial<NonNullable<RemarksProps["known"]>> = {}): readonly string[] {
  return [...blockers.map((kind) => blockerTexts.short[kind]), ...changes.map((change) => t.changes[change])];
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
  short: {
    "issuer-not-supported": ["No account possible", "계정 생성 불가"],
    "identity-incomplete": ["Identity incomplete", "ID 정보 부족"],
    "failed-before": ["Account failed before", "이전에 계정 생성 실패"],
    "account-exists": ["Account exists", "기존 계정 있음"],
    "denied-by-list": ["Denied by the access list", "접근 목록에서 거부됨"],
    "look-alike": ["Look-alike domain", "유사 도메인"],
    "not-proven": ["Address not verified", "주소 미확인"],
  },
  why: {
    "issuer-not-supported": [
      (provider: string) =>
        `Gatehouse can't create guest accounts for ${provider}: if you approve, the account fails, unless your settings invite everybody. Create the account in Entra instead, or deny.`,
      (provider) =>
        `Gatehouse는 ${provider}의 게스트 계정을 만들 수 없습니다. 모두 초대하도록 설정하지 않았다면 승인해도 계정 생성이 실패합니다. Entra에서 직접 계정을 만들거나 거부하세요.`,
    ],
    "identity-incomplete": [
      (provider: string) =>
        `Entra didn't send the person's id at ${provider}: if you approve, the account fails. Create the account in Entra instead, or deny.`,
      (provider) =>
        `Entra가 ${provider}의 사용자 ID를 보내지 않았습니다. 승인해도 계정 생성이 실패합니다. Entra에서 직접 계정을 만들거나 거부하세요.`,
    ],
    "failed-before": [
      () => "Gatehouse could not create an account for this request before. Find out what was fixed since.",
      () => "이 요청의 계정 생성이 이전에 실패했습니다. 그 뒤 무엇이 해결되었는지 확인하세요.",
    ],
    "account-exists": [
      () => "The person already has an account. If you approve, it is kept as it is, or the new one fails.",
      () => "이 사람의 계정이 이미 있습니다. 승인하면 기존 계정이 그대로 유지되거나 새 계정 생성이 실패합니다.",
    ],
    "look-alike": [
      () => "Ask somebody you know at the real domain before you approve.",
      () => "승인하기 전에 실제 도메인의 아는 사람에게 확인하세요.",
    ],
    "not-proven": [
      (provider: string) => `${provider} lets people claim any address. Contact the person in another way before you approve.`,
      (provider) => `${provider}에서는 누구나 임의의 주소를 쓸 수 있습니다. 승인하기 전에 다른 방법으로 본인에게 확인하세요.`,
    ],
  },
  then: {
    provision: {
      "denied-by-list": [
        "A deny always wins: while it stands, no account is created.",
        "거부가 항상 우선하므로, 거부되는 동안에는 계정이 생성되지 않습니다.",
      ],
    },
    continue: {
      "denied-by-list": [
        "A deny always wins: while it stands, the list refuses the sign-up.",
        "거부가 항상 우선하므로, 거부되는 동안에는 목록이 가입을 거부합니다.",
      ],
      "not-proven": [
        "If you approve, anyone who signs in there and claims the address is let in once.",
        "승인하면 이 제공자로 로그인하여 이 주소를 쓰는 사람이 한 번 가입할 수 있습니다.",
      ],
    },
  },
  change: ["Remove or narrow the entry first.", "먼저 항목을 삭제하거나 범위를 좁히세요."],
  askOperator: ["Deny the request, or ask an operator.", "요청을 거부하거나 운영자에게 문의하세요."],
  entry: ["Entry:", "항목:"],
  unlike: ["Compared with request", "비교한 요청:"],
});
