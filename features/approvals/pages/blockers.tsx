import type { Child } from "hono/jsx";
import { Alert } from "../../../console/parts/forms";
import { visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { issuersOf } from "../../../engine/sign-up/issuers";
import type { ApprovalRequest } from "../request";
import { type Blocker, type KnownOf, kindsOfBlocker } from "./known";

interface BlockersProps {
  readonly requests: readonly ApprovalRequest[];
  readonly known: KnownOf;
  /** For several requests: whose they are. @param kinds "no account possible, address not verified" */
  readonly each?: (request: ApprovalRequest, kinds: string) => Child;
}

/** What prevents an approval from taking effect, by kind, with remedies. For several requests it says whose each is. */
export function Blockers({ requests, known, each }: BlockersProps) {
  const having = (...any: readonly Blocker[]) =>
    requests.filter(({ id }) => known.get(id)?.blockers.some((kind) => any.includes(kind)) ?? false);
  const present = kindsOfBlocker.map((kind) => ({ kind, of: having(kind) })).filter(({ of }) => of.length > 0);
  if (present.length === 0) return null;
  const isOne = requests.length === 1;
  const namesFor = (kind: Blocker) => (kind === "look-alike" ? ({ id }: ApprovalRequest) => known.get(id)?.likes ?? [] : issuersOf);
  return (
    <Alert kind="warn">
      {isOne ? null : (
        <ul class="blocked">
          {having(...kindsOfBlocker).map((request) => (
            <li>{each?.(request, shortList(known.get(request.id)?.blockers ?? []))}</li>
          ))}
        </ul>
      )}
      {present.map(({ kind, of }) => (
        <p>
          <strong>{blockerTexts.short[kind]}.</strong>{" "}
          {blockerTexts.why[kind](visible([...new Set(of.flatMap(namesFor(kind)))].join(", ")))}
          {kind === "not-proven" && of.some(({ onApproval }) => onApproval === "continue") ? ` ${blockerTexts.letIn}` : ""}
        </p>
      ))}
    </Alert>
  );
}

/** "no account possible, address not verified" */
function shortList(kinds: readonly Blocker[]): string {
  const all = kinds.map((kind) => blockerTexts.short[kind]);
  return all.map((text) => (/^[A-Z][a-z]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text)).join(", ");
}

export const blockerTexts = pageTexts({
  /** In a row. */
  short: {
    "issuer-not-supported": ["No account possible", "계정 생성 불가"],
    "identity-incomplete": ["Identity incomplete", "ID 정보 부족"],
    "failed-before": ["Account failed before", "이전에 계정 생성 실패"],
    "account-exists": ["Account exists", "기존 계정 있음"],
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
      () => "An account for the request failed before. Check its history for what was mended since.",
      () => "이 요청의 계정 생성이 이전에 실패했습니다. 그 뒤 무엇이 해결되었는지 이력을 확인하세요.",
    ],
    "account-exists": [
      () => "The person already has an account. If you approve, it is kept as it is, or the new one fails.",
      () => "이 사람의 계정이 이미 있습니다. 승인하면 기존 계정이 그대로 유지되거나 새 계정 생성이 실패합니다.",
    ],
    "look-alike": [
      (like: string) =>
        `The address's domain only looks like ${like}, which is known here. Ask somebody you know there before you approve.`,
      (like) =>
        `이 주소의 도메인은 알려진 ${like} 도메인과 비슷해 보일 뿐 다른 도메인입니다. 승인하기 전에 그곳의 아는 사람에게 확인하세요.`,
    ],
    "not-proven": [
      (provider: string) => `${provider} lets people claim any address. Contact the person in another way before you approve.`,
      (provider) => `${provider}에서는 누구나 임의의 주소를 쓸 수 있습니다. 승인하기 전에 다른 방법으로 본인에게 확인하세요.`,
    ],
  },
  letIn: [
    "If you approve, anyone who signs in there and claims the address is let in once.",
    "승인하면 이 제공자로 로그인하여 이 주소를 쓰는 사람이 한 번 가입할 수 있습니다.",
  ],
});
