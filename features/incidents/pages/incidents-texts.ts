import { pageTexts, persons } from "../../../console/texts/languages";
import { incidentWords } from "../words";

function describeDomain(people: string, domain: string): string {
  return domain === "" ? persons(people) : `${persons(people)} of ${domain}`;
}

export const incidentTexts = pageTexts({
  ...incidentWords,
  title: ["Incidents", "사고"],
  named: [
    (people: string, domain: string) => `Incident: ${domain === "" ? "" : `${domain}, `}${persons(people)}`,
    (people, domain) => `사고: ${domain === "" ? "" : `${domain}, `}${people}명`,
  ],
  whom: [describeDomain, (people: string, domain: string) => `${domain} ${people}명`.trim()],
  oneOf: [(people: string) => `one of ${people}`, (people) => `${people} 중 한 명`],
  oneNamed: [(person: string, people: string) => `${person}, one of ${people}`, (person, people) => `${people} 중 ${person}`],
  acted: [
    (people: string, domain: string, deniedDomain: string) =>
      deniedDomain === "" ? `shut out ${describeDomain(people, domain)}` : `denied ${deniedDomain} and shut out ${persons(people)}`,
    (people, domain, deniedDomain) => `${deniedDomain === "" ? domain : `${deniedDomain} 거부,`} ${people}명 차단`.trim(),
  ],
  beginning: [
    (people: string, domain: string) => `${domain === "" ? "Shutting" : `Denying ${domain} and shutting`} out ${persons(people)}`,
    (people, domain) => `${domain === "" ? "" : `${domain} 거부, `}${people}명 차단 중`,
  ],
  asked: ["Second person asked for", "두 번째 사람 요청"],
  until: ["to", "~"],
  only: ["Only", "조건"],
  states: {
    selecting: ["Cut off while selecting", "선택 중 중단됨"],
    open: ["Nothing done yet", "아직 조치 없음"],
    acting: ["Under way", "진행 중"],
    undoing: ["Being undone", "실행 취소 중"],
    undone: ["Undone", "실행 취소됨"],
  },
  denied: ["On the access list:", "접근 목록:"],
  takenBack: ["Taken back by:", "되돌린 변경:"],
  entries: [(count: string) => (count === "1" ? "1 entry" : `${count} entries`), (count) => `${count}개`],
  notYet: ["not yet done", "아직 처리 전"],
  when: ["Let in at", "허용 시각"],
  preview: ["People let in", "허용된 사람"],
  nobody: ["nobody was let in", "허용된 사람 없음"],
  nobodyLeft: ["nobody is left to shut out", "더 차단할 사람이 없음"],
  during: ["Searched from", "찾은 기간:"],
  seeDomain: [(domain: string) => `See ${domain}`, (domain) => `${domain} 보기`],
  letIn: [(people: string) => `${persons(people)} let in`, (people) => `${people}명 허용됨`],
  allowedBy: [(people: string) => `${people} of them allowed by`, (people) => `그중 ${people}명을 허용한 항목:`],
  otherwise: [(people: string) => `${people} of them by something else`, (people) => `그중 ${people}명은 그 밖의 이유로 허용`],
  shownAllowedBy: ["Those shown here were all allowed by the entry", "여기 표시된 모두를 허용한 항목:"],
  allAllowedBy: ["All allowed by the entry", "모두를 허용한 항목:"],
  within: [(age: string) => `all within ${age}`, (age) => `모두 ${age} 사이`],
  cameFrom: ["Let in from", "허용 시각:"],
  denyDomain: [
    (domain: string) => `Deny ${domain}: nobody else from it gets in`,
    (domain) => `${domain} 거부: 이곳에서는 아무도 더 못 들어옴`,
  ],
  spared: ["People you leave out keep their accounts. The list refuses them.", "제외한 사람의 계정은 그대로 두고, 목록에서는 거부합니다."],
  word: ["shut out", "차단"],
  shutOut: ["Shut out", "차단"],
  denyAndShutOut: ["Deny and shut out", "거부하고 차단"],
  noneTicked: ["Select somebody. To deny only a domain, use its page.", "한 명 이상 선택하세요. 도메인만 거부는 도메인 페이지에서 합니다."],
  wrongTime: [
    "The address of this page does not name a time. Open an hour of the decisions chart.",
    "주소에 시간이 없습니다. 결정 차트에서 시간대를 여세요.",
  ],
  wrongMark: ["The domain or entry in the address cannot be read.", "주소의 도메인이나 항목을 읽을 수 없습니다."],
  tooMany: [
    (count: string) => `A page selects up to ${count} decisions of a month. Select these with this command:`,
    (count) => `이 페이지에서는 한 달 이내, 결정 ${count}건까지 선택할 수 있습니다. 다음 명령으로 선택하세요.`,
  ],
  toUndo: [
    "To undo all of it, accounts and entries, within 30 days, run:",
    "30일 안에 계정과 항목을 모두 되돌리려면 다음 명령을 실행하세요.",
  ],
  by: [(name: string) => `by ${name}`, (name) => name],
  mayLeave: ["The work goes on if you leave this page.", "이 페이지를 떠나도 계속 진행됩니다."],
  shutOutOne: [(who: string) => `Shut out ${who}`, (who) => `${who} 차단`],
  shutOutAll: ["Shut out all that are shown", "표시된 모두 차단"],
  /** Titles of the cards, which are also the texts of their buttons. */
  steps: {
    act: ["Shut these people out", "이 사람들 차단"],
    goOn: ["Continue shutting them out", "차단 계속"],
    lookAgain: ["Look for their accounts again", "계정 다시 찾기"],
    ask: ["Ask for a second person", "두 번째 사람 요청"],
    confirm: ["Confirm as the second person", "두 번째 사람으로 확인"],
  },
  lookAgainHint: [
    (accounts: string) => `Accounts not disabled: ${accounts}. This looks for them again and disables those it finds.`,
    (accounts) => `사용 중지되지 않은 계정: ${accounts}. 다시 찾아 사용 중지합니다.`,
  ],
  undoAsked: [(people: string) => `Let ${persons(people)} back in?`, (people) => `${people}명을 다시 허용할까요?`],
  done: {
    opened: ["The incident was opened. Nothing was done to anybody.", "사고를 등록했습니다. 아무에게도 조치하지 않았습니다."],
    asked: ["A second person was asked for. Nothing was done to anybody.", "두 번째 사람을 요청했습니다. 아무에게도 조치하지 않았습니다."],
    confirmed: ["You confirmed it. Now either of you can shut them out.", "확인했습니다. 이제 두 사람 중 누구나 차단할 수 있습니다."],
  },
  enableOne: ["Enable again", "다시 사용"],
  enablingOne: ["an account is being enabled again", "계정을 다시 사용하도록 하는 중"],
  back: ["All incidents", "모든 사고"],
  inbox: ["Inbox", "할 일"],
  disabledBy: ["Disabled by an incident", "사고로 비활성화됨"],
});
