import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "limit.reached": {
    meaning: {
      en: "as many people as the limit allows were let in; the record names the limit",
      ko: "제한된 인원이 모두 허용되었습니다. 기록에 어느 제한인지 나옵니다",
    },
    remedy: {
      en: "If these are real people, allow their domain or address in the list, or raise the limit in the policy. The limit ends with its window.",
      ko: "실제 사용자라면 목록에서 도메인이나 주소를 허용하거나 정책의 제한을 올리세요. 제한은 해당 시간이 지나면 풀립니다.",
    },
  },
};
