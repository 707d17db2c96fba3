import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "posture.closed": {
    meaning: {
      en: "the gate was closed for everyone; the record says who closed it and until when",
      ko: "게이트가 모두에게 닫혀 있었습니다. 기록에 누가 언제까지 닫았는지 나옵니다",
    },
    remedy: {
      en: "Open the gate: npm run gate -- gate open, or wait until it opens by itself.",
      ko: "게이트를 여세요: npm run gate -- gate open. 정해진 시간이 지나면 저절로 열립니다.",
    },
  },
  "posture.listed": {
    meaning: {
      en: "the gate let in only people that an entry of the list allows; the record says who set it and until when",
      ko: "접근 목록이 허용한 사람만 들어올 수 있었습니다. 기록에 누가 언제까지 그렇게 했는지 나옵니다",
    },
    remedy: {
      en: "Allow the address or its domain in the list, which counts at the next sign-up; or open the gate: npm run gate -- gate open.",
      ko: "목록에서 주소나 도메인을 허용하세요. 다음 가입부터 적용됩니다. 또는 게이트를 여세요: npm run gate -- gate open",
    },
  },
};
