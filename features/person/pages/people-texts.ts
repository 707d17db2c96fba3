import { pageTexts } from "../../../console/texts/languages";

export const peopleTexts = pageTexts({
  notFound: ["This is neither a single e-mail address nor an account.", "이메일 주소나 계정이 아닙니다."],
  addresses: ["Addresses used", "사용한 주소"],
  unproven: [
    "This provider does not verify addresses, so what the account did under other addresses is not shown here. The link shows it.",
    "주소를 증명하지 않는 제공자입니다. 이 계정이 다른 주소로 남긴 내용은 여기에 없습니다. 링크에서 확인하세요.",
  ],
  path: ["Where this is", "현재 위치"],
  who: ["Who", "인적 사항"],
  language: ["Languages", "언어"],
  allowLink: ["Let in until…", "기한을 정해 허용…"],
  denyLink: ["Deny…", "거부…"],
  waits: ["Waiting for approval", "승인 대기 중"],
  byAddress: [
    (issuers: string) => `Nobody has signed up with this address yet. With ${issuers}:`,
    (issuers) => `이 주소로 가입한 사람이 아직 없습니다. ${issuers} 계정으로 로그인하면:`,
  ],
  allDecisions: ["All decisions", "모든 결정"],
  allRequests: ["All requests", "모든 요청"],
  open: ["Open person", "사람 열기"],
  done: {
    same: ["The entry said that already. Nothing was written.", "이미 같은 항목이 있습니다. 아무것도 쓰지 않았습니다."],
  },
  personalData: ["What is stored about this person", "이 사람에 관해 저장된 내용"],
  exportLink: ["Export", "내보내기"],
  exportWords: {
    title: ["Export a person's data", "개인 데이터 내보내기"],
    intro: [
      "Everything that is kept about them, for them or for a program to read.",
      "이 사람에 관해 보관된 모든 내용이며, 본인에게 전달하거나 프로그램으로 읽을 수 있습니다.",
    ],
    none: ["Nothing is kept about this person.", "이 사람에 관해 보관된 내용이 없습니다."],
  },
  eraseLink: ["Erase…", "삭제…"],
});
