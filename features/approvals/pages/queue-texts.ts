import { pageTexts } from "../../../console/texts/languages";

export const queueTexts = pageTexts({
  views: {
    mine: ["Mine", "내 담당"],
    all: ["All waiting", "전체 대기"],
    others: ["Waiting on others", "다른 담당자"],
    failed: ["Account failed", "계정 생성 실패"],
    decided: ["Decided", "처리됨"],
  },
  none: {
    mine: ["Nothing asks you or is assigned to you: see All waiting.", "내가 결정하거나 담당할 요청이 없습니다. 전체 대기를 보세요."],
    all: ["Nobody waits. New requests appear by themselves.", "답변을 기다리는 요청이 없습니다. 새 요청은 자동으로 표시됩니다."],
    others: ["No request waits only on other people.", "다른 사람만 기다리는 요청이 없습니다."],
    failed: ["No account has failed.", "계정 생성에 실패한 요청이 없습니다."],
    decided: ["Nobody has decided on a request yet.", "아직 처리된 요청이 없습니다."],
  },
  wholeView: ["Show the whole list", "전체 목록 보기"],
  shown: [
    (count: number, more: boolean) => `${count} ${count === 1 ? "request" : "requests"}${more ? " on this page" : ""}.`,
    (count, more) => `${more ? "이 페이지의 " : ""}요청 ${count}건.`,
  ],
  selectAll: [(count: number) => `Select all ${count}`, (count) => `${count}건 모두 선택`],
  selectFirst: [(count: number) => `Select the first ${count}`, (count) => `처음 ${count}건 선택`],
  snoozed: ["Snoozed", "미룸"],
  domain: ["Domain of the address", "주소의 도메인"],
  sort: ["Order", "순서"],
  sorts: {
    oldest: ["Oldest first", "오래된 순"],
    newest: ["Newest first", "최신 순"],
    due: ["Due first", "기한 임박 순"],
    domain: ["By domain", "도메인 순"],
  },
  flaws: {
    domain: ["This is not a domain. Write it like contoso.com.", "도메인이 아닙니다. contoso.com과 같이 입력하세요."],
    provider: ["This is no identity provider. Write it like google.com.", "ID 제공자가 아닙니다. google.com과 같이 입력하세요."],
  },
  handedOver: ["The selected requests are assigned.", "선택한 요청의 담당자를 지정했습니다."],
  chosenElsewhere: ["{count} selected, and on other pages: {others}", "{count}건 선택됨, 다른 페이지에서 선택: {others}건"],
  gone: ["no longer here", "목록에서 사라짐"],
  sessionOver: ["Your session has ended. This page keeps your selection and text.", "세션이 끝났습니다. 선택과 입력은 그대로 있습니다."],
  signIn: ["Sign in in a new tab", "새 탭에서 로그인"],
  others: ["Other requests of this person", "이 사람의 다른 요청"],
  notAs: [(reference: string) => `Not as in request ${reference}`, (reference) => `${reference} 요청과 다른 점`],
  changes: {
    name: ["other name", "다른 이름"],
    provider: ["other provider", "다른 제공자"],
    attributes: ["other attributes", "다른 특성"],
    denied: ["denied before", "이전에 거부됨"],
  },
  notWhole: ["Only the oldest are sorted here: filter to see the others.", "가장 오래된 요청만 정렬했습니다. 나머지는 필터로 보세요."],
});
