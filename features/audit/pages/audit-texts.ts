import { pageTexts, persons } from "../../../console/texts/languages";

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
  takeBack: ["Undo", "실행 취소"],
  endSession: ["End session", "세션 종료"],
  endSessionOf: [(name: string) => `End session: ${name}`, (name) => `세션 종료: ${name}`],
  noSession: ["This session has ended already.", "이미 끝난 세션입니다."],
  signInsHint: [
    "A session ends after 30 minutes without use, and after eight hours in any case. To lock somebody out, first remove their role in Entra: that counts within five minutes.",
    "세션은 30분 동안 사용하지 않으면, 그리고 8시간이 지나면 끝납니다. 접근을 막으려면 먼저 Entra에서 역할을 회수하세요. 5분 안에 반영됩니다.",
  ],
  oneChange: ["One change", "변경 하나"],
  none: ["Nothing is on record.", "기록이 없습니다."],
  noExports: ["Nothing was exported yet.", "아직 내보낸 것이 없습니다."],
  onlyOthers: [
    "Only imports and bulk edits are on record for this search: see below.",
    "이 검색에는 아래의 가져오기와 일괄 편집만 기록되어 있습니다.",
  ],
  notes: ["About these records", "기록 안내"],
  hint: [
    "Every change is recorded, whether made here, by a command or in AWS. Each record holds the hash of the one before it, so nobody can edit one unnoticed. To check them all, run npm run gate -- audit verify.",
    "콘솔, 명령, AWS 등 어디에서 이루어졌든 모든 변경이 기록됩니다. 각 기록에 바로 앞 기록의 해시가 들어 있어 몰래 고칠 수 없습니다. 전체를 확인하려면 npm run gate -- audit verify를 실행하세요.",
  ],
  outsideHint: [
    "“Someone outside Gatehouse” edited a table in AWS. To find out who, search AWS CloudTrail around that time. It needs data events switched on for the table.",
    "‘Gatehouse 외부’는 AWS에서 테이블을 직접 수정했다는 뜻입니다. 누구인지 알려면 AWS CloudTrail에서 그 시각 전후를 찾아보세요. 테이블의 데이터 이벤트가 켜져 있어야 합니다.",
  ],
  flaws: {
    altered: [(number: string) => `Entry ${number} is not what was written.`, (number) => `${number}번 기록이 처음 내용과 다릅니다.`],
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
    missing: [(number: string) => `Entry ${number} is missing.`, (number) => `${number}번 기록이 없습니다.`],
    unlinked: [
      (number: string) => `Entry ${number} does not follow the one before it.`,
      (number) => `${number}번 기록이 바로 앞 기록과 이어지지 않습니다.`,
    ],
  },
  broken: ["The trail has been tampered with, or rows of it were lost.", "기록이 조작되었거나 일부가 사라졌습니다."],
  rows: [(count: string) => `${count} rows`, (count) => `${count}개 행`],
  people: [persons, (count) => `${count}명`],
  steps: [(count: number) => `${count} steps`, (count) => `${count}단계`],
  noPerson: [
    "This is neither an address nor an account: write kim@contoso.com or issuer:google.com/1184.",
    "주소나 계정이 아닙니다. kim@contoso.com 또는 issuer:google.com/1184와 같이 입력하세요.",
  ],
  time: ["Time", "시각"],
  outcomes: {
    begun: ["Unknown whether it was made: check the row", "반영 여부를 알 수 없음: 해당 행을 확인하세요"],
    conflict: ["Not made: somebody else changed it first", "반영되지 않음: 다른 사람이 먼저 변경했습니다"],
    failed: ["Failed: check the row", "실패: 해당 행을 확인하세요"],
  },
  badDay: ["This is not a date: write it like 2026-11-20.", "날짜가 아닙니다. 2026-11-20처럼 입력하세요."],
});
