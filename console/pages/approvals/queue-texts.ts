import type { EarlierChange } from "../../../engine/approvals/differences";
import type { NoteTemplate } from "../../../engine/approvals/note-rules";
import { pageTexts } from "../../texts/languages";
import type { QueueFlaw, RequestView, Sort } from "./queue-asked";

/** Of the queue, beside what is said of single requests. */
export const queueTexts = pageTexts(
  {
    views: { mine: "Mine", all: "All waiting", others: "Waiting on others", failed: "Account failed", decided: "Decided" } as Record<
      RequestView,
      string
    >,
    none: {
      mine: "Nothing asks you or is assigned to you. Open a request and choose Assign to me, or take one from All waiting.",
      all: "Nobody is waiting for an answer. New requests appear here by themselves.",
      others: "Nobody else has taken a request.",
      failed: "No account has failed.",
      decided: "Nobody has decided on a request yet.",
    } as Record<RequestView, string>,
    shown: (count: number, more: boolean) => `${count} ${count === 1 ? "request" : "requests"}${more ? " on this page" : ""}.`,
    selectAll: (count: number) => `Select all ${count}`,
    selectFirst: (count: number) => `Select the first ${count}`,
    assign: "Assign…",
    clear: "Clear",
    snoozed: "Snoozed",
    withNote: "Reason and note",
    domainShort: "Domain",
    domain: "Domain of the address",
    provider: "Signed in with",
    sort: "Order",
    sorts: { oldest: "Oldest first", newest: "Newest first", due: "Due first", domain: "By domain" } as Record<Sort, string>,
    flaws: {
      domain: "This is not a domain. Write it like contoso.com.",
      provider: "This is not an identity provider. Write it as in the table, such as google.com.",
    } as Record<QueueFlaw, string>,
    reason: "Reason",
    noReason: "None of these",
    /** Reasons for deployments that configure none. */
    reasons: [
      { verb: "approve", text: "Known partner" },
      { verb: "approve", text: "Confirmed with the person by phone" },
      { verb: "approve", text: "Requested by a colleague" },
      { verb: "deny", text: "Not a partner of ours" },
      { verb: "deny", text: "Private address: sign up with the work address" },
      { verb: "deny", text: "Could not confirm the person's identity" },
    ] as readonly NoteTemplate[],
    noteNeeded: "Say why: this decision needs a note or a reason.",
    chosen: "{count} selected",
    chosenElsewhere: "{count} selected. Selected earlier, not on this page: {others}",
    gone: "no longer here",
    sessionOver: "Your session has ended. Your selection and text on this page are kept.",
    signIn: "Sign in in a new tab",
    keys: "Keyboard shortcuts",
    others: "Other requests of this person",
    notAs: (reference: string) => `Not as in request ${reference}`,
    changes: { name: "other name", provider: "other provider", attributes: "other attributes", denied: "denied before" } as Record<
      EarlierChange,
      string
    >,
    notWhole:
      "So many requests are waiting that only the oldest are sorted and grouped here. Filter by domain or provider to see the others.",
  },
  {
    views: { mine: "내 담당", all: "전체 대기", others: "다른 담당자", failed: "계정 생성 실패", decided: "처리됨" },
    none: {
      mine: "내가 결정하거나 담당할 요청이 없습니다. 요청을 열고 내가 담당을 선택하거나 전체 대기에서 고르세요.",
      all: "답변을 기다리는 요청이 없습니다. 새 요청은 자동으로 표시됩니다.",
      others: "다른 사람이 담당하는 요청이 없습니다.",
      failed: "계정 생성에 실패한 요청이 없습니다.",
      decided: "아직 처리된 요청이 없습니다.",
    },
    shown: (count, more) => `${more ? "이 페이지의 " : ""}요청 ${count}건.`,
    selectAll: (count) => `${count}건 모두 선택`,
    selectFirst: (count) => `처음 ${count}건 선택`,
    assign: "담당자 지정…",
    clear: "선택 해제",
    snoozed: "미룸",
    withNote: "사유와 메모",
    domainShort: "도메인",
    domain: "주소의 도메인",
    provider: "로그인 제공자",
    sort: "순서",
    sorts: { oldest: "오래된 순", newest: "최신 순", due: "기한 임박 순", domain: "도메인 순" },
    flaws: {
      domain: "도메인이 아닙니다. contoso.com과 같이 입력하세요.",
      provider: "ID 제공자가 아닙니다. google.com과 같이 표에 표시된 대로 입력하세요.",
    },
    reason: "사유",
    noReason: "해당 없음",
    reasons: [
      { verb: "approve", text: "알려진 파트너" },
      { verb: "approve", text: "본인과 전화로 확인함" },
      { verb: "approve", text: "동료의 요청" },
      { verb: "deny", text: "당사의 파트너가 아님" },
      { verb: "deny", text: "개인 주소: 회사 주소로 가입해야 함" },
      { verb: "deny", text: "신청자를 확인할 수 없음" },
    ],
    noteNeeded: "이유를 적으세요. 이 결정에는 메모나 사유가 필요합니다.",
    chosen: "{count}건 선택됨",
    chosenElsewhere: "{count}건 선택됨. 앞서 선택했고 이 페이지에 없는 요청: {others}건",
    gone: "목록에서 사라짐",
    sessionOver: "세션이 끝났습니다. 선택하고 입력한 내용은 이 페이지에 그대로 있습니다.",
    signIn: "새 탭에서 로그인",
    keys: "키보드 단축키",
    others: "이 사람의 다른 요청",
    notAs: (reference) => `요청 ${reference}과(와) 다른 점`,
    changes: { name: "다른 이름", provider: "다른 제공자", attributes: "다른 특성", denied: "이전에 거부됨" },
    notWhole: "대기 중인 요청이 너무 많아 가장 오래된 요청만 정렬하고 묶었습니다. 나머지를 보려면 도메인이나 제공자로 필터링하세요.",
  },
);
