import { pageTexts } from "../../engine/operator/page-texts";

/** Texts of obstacles to an erasure, and of reasons why one stopped. Each gets what the obstacle names. */
export const erasureWords = pageTexts({
  busy: [(name: string) => `${name} is erasing this person now.`, (name) => `${name} 님이 지금 이 사람을 삭제하고 있습니다.`],
  "request-open": [
    (reference: string, isCommand: boolean) =>
      `The request ${reference} is still waiting. Decide on it first, or ${isCommand ? "add --approvals" : "tick the box below"} to delete it too.`,
    (reference, isCommand) =>
      `${reference} 요청이 아직 대기 중입니다. 먼저 결정하거나 ${isCommand ? "--approvals를 추가하세요." : "아래에서 함께 삭제하도록 선택하세요."}`,
  ],
  "account-being-made": [
    (reference: string) => `The account of ${reference} is being created: wait a minute.`,
    (reference) => `${reference}의 계정 생성 중, 1분 후 다시`,
  ],
  "request-changed": [
    (reference: string) => `The request ${reference} has changed since.`,
    (reference) => `그사이 요청 ${reference} 변경됨`,
  ],
  "changed-meanwhile": [
    (what: string) => `Somebody changed ${what || "a row"} in the meantime.`,
    (what) => `그사이 다른 사람이 ${what || "행"}을(를) 변경했습니다.`,
  ],
  "request-unreadable": [
    () => "A request cannot be read: correct or remove its row first.",
    () => "요청을 읽을 수 없습니다. 먼저 행을 고치거나 제거하세요.",
  ],
  failed: [() => "A table or service did not answer: see the function's log.", () => "응답이 없습니다. 삭제 함수의 로그를 확인하세요."],
  otherAddress: [
    (other: string) => `${other} may be the same person or somebody else, so its decisions are left out: name it to see.`,
    (other) => `${other}은(는) 같은 사람일 수도, 다른 사람일 수도 있어 그 결정은 제외합니다. 확인하려면 그 주소를 지정하세요.`,
  ],
  unproven: [
    (issuers: string) =>
      `Accounts of ${issuers || "another provider"} showed the address without proving it, so their decisions under other addresses are left out: name one to see (issuer:facebook.com/1184).`,
    (issuers) =>
      `${issuers || "다른 제공자"} 계정은 이 주소를 증명하지 않고 사용했으므로 다른 주소로 남긴 결정은 제외합니다. 확인하려면 계정을 지정하세요(issuer:facebook.com/1184).`,
  ],
  forget: ["Forget it, so that this person may sign up in another way?", "이 사람이 다른 방법으로 가입할 수 있게 지울까요?"],
  notKnown: ["Nothing is remembered of how this person signed up.", "이 사람의 가입 방법은 저장되어 있지 않습니다."],
  forGood: ["Delete them for good?", "완전히 삭제할까요?"],
});

export type ErasureCode = Exclude<keyof typeof erasureWords, "forGood" | "forget" | "notKnown" | "otherAddress" | "unproven">;

/** Names in an obstacle's text: a request, a row, or whoever erases the person now. */
export interface ErasureFacts {
  readonly reference?: string | undefined;
  readonly what?: string;
  readonly by?: string | undefined;
}

export function writeObstacle(code: ErasureCode, { reference, what, by }: ErasureFacts = {}, isCommand = false): string {
  return erasureWords[code](reference ?? what ?? by ?? "", isCommand);
}
