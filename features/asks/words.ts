import { pageTexts } from "../../engine/operator/page-texts";
import { MOST_A_MONTH, MOST_OPEN } from "./ask";

/** Words for what refuses an ask. None of them depends on the guest, beside the asker's own addresses, domains and requests. */
export const askWords = pageTexts({
  "no-address": [
    "Your account has no e-mail address here, so you cannot answer for a guest: ask your Entra administrator to add the optional claim email.",
    "이 계정에는 이메일 주소가 없어 게스트를 담당할 수 없습니다. Entra 관리자에게 선택적 클레임 email을 추가해 달라고 요청하세요.",
  ],
  "no-gate": ["Nobody is invited there: no rule of its policy reads invitations.", "이 게이트의 정책에는 초대를 확인하는 규칙이 없습니다."],
  own: ["This is your own mailbox: you have an account already.", "본인의 주소입니다. 이미 계정이 있습니다."],
  "own-domain": [
    (domain: string) => `${domain} is your organisation's own domain: its people have accounts and are no guests.`,
    (domain) => `${domain} 도메인은 조직의 도메인입니다. 조직 구성원은 계정이 있으므로 게스트가 아닙니다.`,
  ],
  waiting: [
    "You asked for this guest already, and the approvers have not answered yet. Nothing was sent: they do not see what you wrote now.",
    "이미 요청한 게스트이며 승인자가 아직 답변하지 않았습니다. 이번 요청은 보내지 않았고, 지금 쓴 내용은 승인자에게 표시되지 않습니다.",
  ],
  "most-open": [
    `You have ${MOST_OPEN} open requests: wait until one of them is answered.`,
    `대기 중인 요청이 ${MOST_OPEN}건입니다. 하나가 처리될 때까지 기다리세요.`,
  ],
  "most-a-month": [
    `You have asked for ${MOST_A_MONTH} guests in the last 30 days: ask an approver.`,
    `최근 30일 동안 게스트 ${MOST_A_MONTH}명을 요청했습니다. 승인자에게 문의하세요.`,
  ],
  "most-of-all": [
    "Too many requests of colleagues wait for the approvers: try again in a few days.",
    "승인자를 기다리는 동료의 요청이 너무 많습니다. 며칠 뒤 다시 시도하세요.",
  ],
});
