import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "invitation.none": {
    meaning: { en: "the person is not invited, or did not prove it", ko: "초대받지 않았거나 초대받았음을 확인할 수 없습니다" },
    remedy: {
      en: "Invite the person: npm run gate -- invite ADDRESS.",
      ko: "초대하세요: npm run gate -- invite 주소",
    },
  },
  "invitation.expired": {
    meaning: { en: "the person's invitation has ended", ko: "초대 기간이 끝났습니다" },
    remedy: {
      en: "Send the invitation again: npm run gate -- invite resend ADDRESS.",
      ko: "초대를 다시 보내세요: npm run gate -- invite resend 주소",
    },
  },
  "invitation.unknown-code": {
    meaning: { en: "no invitation of this address has the code that the person typed", ko: "이 주소의 초대에 없는 코드를 입력했습니다" },
    remedy: {
      en: "Ask which mail the code is from: only the newest code of an address counts. Send it again: npm run gate -- invite resend ADDRESS.",
      ko: "어느 메일의 코드인지 확인하세요. 가장 최근에 보낸 코드만 유효합니다. 다시 보내려면: npm run gate -- invite resend 주소",
    },
  },
  "invitation.address-unproven": {
    meaning: {
      en: "nobody proved the person's address, and the code names nobody",
      ko: "확인되지 않은 주소라 배포된 코드를 사용할 수 없습니다",
    },
    remedy: {
      en: "Have the person sign up in a way that proves their address, such as a one-time passcode, or invite the address itself: npm run gate -- invite ADDRESS.",
      ko: "일회용 암호처럼 주소를 확인하는 방법으로 가입하게 하거나, 주소를 직접 초대하세요: npm run gate -- invite 주소",
    },
  },
};
