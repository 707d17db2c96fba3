import { pageTexts } from "../../texts/languages";

export const partnerListTexts = pageTexts({
  title: [(domain: string) => `Your list for ${domain}`, (domain) => `${domain} 목록`],
  only: [
    (domain: string) =>
      `Here you allow or deny single addresses at ${domain}, from the next sign-up on. The organization that you sign in to has rules of its own: they can refuse somebody that you allow.`,
    (domain) =>
      `${domain}의 개별 주소를 허용하거나 거부합니다. 다음 가입부터 적용됩니다. 로그인한 조직에는 자체 규칙이 있어 여기서 허용한 사람도 거부될 수 있습니다.`,
  ],
  caption: ["Your entries", "등록한 항목"],
  none: ["You keep no entry yet.", "아직 등록한 항목이 없습니다."],
  add: ["Add an address", "주소 추가"],
  address: ["Address", "주소"],
  effect: ["What happens", "처리"],
  effects: {
    allow: ["Allow", "허용"],
    deny: ["Deny", "거부"],
  },
  expires: ["Last day", "마지막 날"],
  expiresHint: [
    (days: number) => `An allow ends after ${days} days at the latest: add it again to go on. Empty: as long as possible.`,
    (days) => `허용은 최대 ${days}일 동안 유지됩니다. 계속하려면 다시 추가하세요. 비워 두면 가능한 한 오래 유지됩니다.`,
  ],
  note: ["Note", "메모"],
  never: ["no end", "만료 없음"],
  ended: [(day: string) => `ended ${day}`, (day) => `${day} 만료됨`],
  addButton: ["Add", "추가"],
  remove: ["Remove", "삭제"],
  removeNamed: [(entry: string) => `Remove ${entry}`, (entry) => `${entry} 삭제`],
  notDone: ["Nothing was written.", "저장된 내용은 없습니다."],
  did: {
    added: ["The address is on your list.", "주소를 목록에 추가했습니다."],
    removed: ["The address is off your list.", "주소를 목록에서 삭제했습니다."],
  },
  flaws: {
    address: ["Write one whole e-mail address.", "이메일 주소 하나를 전체로 입력하세요."],
    domain: [
      "Only addresses at your own domain can be on your list. Subdomains are not included.",
      "본인 도메인의 주소만 목록에 넣을 수 있습니다. 하위 도메인은 포함되지 않습니다.",
    ],
    spelling: ["Write the address without a +tag.", "+태그 없이 주소를 입력하세요."],
    effect: ["Choose whether to allow or to deny.", "허용 또는 거부를 선택하세요."],
    end: [
      "Choose a day from today on; for an allow, within the days said below.",
      "오늘 이후의 날짜를 선택하세요. 허용은 아래에 적힌 기간 안이어야 합니다.",
    ],
  },
  taken: [
    "This address cannot be on your list. Ask the organization that you sign in to.",
    "이 주소는 목록에 넣을 수 없습니다. 로그인한 조직에 문의하세요.",
  ],
  changed: [
    "Somebody else has just changed this entry. Look at it, then repeat.",
    "다른 사람이 방금 이 항목을 변경했습니다. 확인한 뒤 다시 시도하세요.",
  ],
  full: [
    (count: number) => `Your list is full: it takes ${count} entries. Remove some first.`,
    (count) => `목록이 가득 찼습니다. 최대 ${count}개까지 넣을 수 있습니다. 먼저 일부를 삭제하세요.`,
  ],
  back: ["Requests", "요청"],
});
