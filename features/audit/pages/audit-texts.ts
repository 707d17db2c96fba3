import { pageTexts } from "../../../console/texts/languages";

export const auditTexts = pageTexts({
  views: ["What is shown", "표시할 내역"],
  viewNames: {
    changes: ["Changes", "변경"],
    "sign-ins": ["Sign-ins", "로그인"],
    exports: ["Exports", "내보내기"],
  },
  when: ["When", "기간"],
  from: ["From", "시작 날짜"],
  to: ["To", "끝 날짜"],
  entry: ["Entry", "항목"],
  entryHint: [
    "A key as it is in the table: contoso.com, kim@contoso.com, a list and value, a request's code.",
    "테이블에 있는 키 그대로 입력하세요: contoso.com, kim@contoso.com, 목록과 값, 요청 코드.",
  ],
  person: ["Person", "사람"],
  personHint: ["An address in any spelling, or an account: issuer:google.com/1184.", "어떤 표기의 주소든, 또는 issuer:google.com/1184."],
  operator: ["Who", "변경한 사람"],
  operatorHint: ["A name, an account's object id, an AWS identity, or the word outside.", "이름, 계정의 개체 ID, AWS 자격 증명, outside."],
  action: ["What", "작업"],
  groups: {
    list: ["Access list", "접근 목록"],
    requests: ["Requests and invitations", "요청과 초대"],
    people: ["People's access and data", "이용과 개인 정보"],
    partners: ["Partners", "파트너"],
    gates: ["Gates", "게이트"],
    incidents: ["Incidents", "사고"],
    data: ["Profiles and reference data", "프로필과 기준 데이터"],
    tasks: ["Owners and notes", "담당자와 메모"],
  },
  captions: {
    changes: ["Changes, newest first", "변경(최신순)"],
    "sign-ins": ["Sign-ins, newest first", "로그인(최신순)"],
    exports: ["Exports, newest first", "내보내기(최신순)"],
  },
  difference: ["Difference", "차이"],
  takeBack: ["Undo", "실행 취소"],
  endSession: ["End session", "세션 종료"],
  endSessionOf: [(name: string) => `End session: ${name}`, (name) => `세션 종료: ${name}`],
  noSession: ["This session has ended already.", "이미 끝난 세션입니다."],
  signInsHint: [
    "A session ends after 30 minutes without use, and after eight hours in any case. To lock somebody out, first remove their role in Entra: that counts within five minutes.",
    "세션은 30분 동안 사용하지 않으면, 그리고 8시간이 지나면 끝납니다. 접근을 막으려면 먼저 Entra에서 역할을 회수하세요. 5분 안에 반영됩니다.",
  ],
  oneChange: ["One change", "변경 하나"],
  none: ["Nothing is on record for this search.", "이 검색에 해당하는 기록이 없습니다."],
  hint: [
    "Every change of the list, profiles and reference data is here, however it was made. Nobody can edit this trail unnoticed: each entry holds the hash of the one before it. To check all of it, run npm run gate -- audit verify.",
    "목록, 프로필, 기준 데이터의 모든 변경이 어떤 방법으로 이루어졌든 여기에 기록됩니다. 각 기록에 바로 앞 기록의 해시가 들어 있어 몰래 고칠 수 없습니다. npm run gate -- audit verify로 전체를 확인할 수 있습니다.",
  ],
  outsideHint: [
    "Outside means the AWS console or the AWS API. If data events are switched on for that DynamoDB table, AWS CloudTrail shows who it was: search a few minutes around the time shown.",
    "외부는 AWS 콘솔 또는 AWS API를 뜻합니다. 해당 DynamoDB 테이블의 데이터 이벤트가 켜져 있으면 AWS CloudTrail에서 누구인지 알 수 있습니다. 표시된 시각 전후 몇 분만 찾아보면 됩니다.",
  ],
  flaws: {
    altered: [(number: string) => `Entry ${number} is not what was written.`, (number) => `기록 ${number}이(가) 처음 내용과 다릅니다.`],
    "details-altered": [
      (number: string) => `The details of entry ${number} are not what was written.`,
      (number) => `기록 ${number}의 세부 내용이 처음 쓰인 내용과 다릅니다.`,
    ],
    "details-gone": [
      (number: string) => `The details of entry ${number} are gone, and were not erased by Gatehouse.`,
      (number) => `기록 ${number}의 세부 내용이 없으며 Gatehouse가 삭제한 것이 아닙니다.`,
    ],
    "erasure-without-entry": [
      (number: string) => `The details of entry ${number} were erased, and no entry says who erased them.`,
      (number) => `기록 ${number}의 세부 내용이 삭제되었지만 누가 삭제했는지 기록이 없습니다.`,
    ],
    missing: [(number: string) => `Entry ${number} is missing.`, (number) => `기록 ${number}이(가) 없습니다.`],
    unlinked: [
      (number: string) => `Entry ${number} does not follow the one before it.`,
      (number) => `기록 ${number}이(가) 바로 앞 기록과 이어지지 않습니다.`,
    ],
  },
  broken: ["The trail has been tampered with, or rows of it were lost.", "기록이 조작되었거나 일부가 사라졌습니다."],
  rows: [(count: string) => `${count} rows`, (count) => `${count}개 행`],
  changes: [(count: string) => `${count} changes`, (count) => `${count}건`],
  noPerson: [
    "This is neither an address nor an account: write kim@contoso.com or issuer:google.com/1184.",
    "주소나 계정이 아닙니다. kim@contoso.com 또는 issuer:google.com/1184와 같이 입력하세요.",
  ],
  time: ["Time", "시각"],
  subject: ["Of", "대상"],
  before: ["Before", "이전"],
  after: ["After", "이후"],
  outcomes: {
    begun: ["Unknown whether it was made: check the row", "반영 여부를 알 수 없음: 해당 행을 확인하세요"],
    conflict: ["Not made: somebody else changed it first", "반영되지 않음: 다른 사람이 먼저 변경했습니다"],
    failed: ["Failed: check the row", "실패: 해당 행을 확인하세요"],
  },
  badDay: ["This is not a date: write it like 2026-11-20.", "날짜가 아닙니다. 2026-11-20처럼 입력하세요."],
});
