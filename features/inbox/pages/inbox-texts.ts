import { pageTexts } from "../../../console/texts/languages";

/** In English. @param count as it is written */
export const persons = (count: string) => (count === "1" ? "1 person" : `${count} people`);

export const inboxTexts = pageTexts({
  title: ["Inbox", "할 일"],
  heading: ["Needs your attention", "확인이 필요한 항목"],
  tabs: {
    open: ["Open", "전체"],
    mine: ["Mine", "내 담당"],
    snoozed: ["Snoozed", "나중에"],
    done: ["Done today", "오늘 완료"],
  },
  tabsLabel: ["What is shown", "표시할 항목"],
  groups: {
    now: ["Now", "지금"],
    today: ["Today", "오늘"],
    week: ["This week", "이번 주"],
  },
  nothing: ["Nothing needs you.", "확인할 항목이 없습니다."],
  nothingElse: ["Nothing else needs you.", "그 밖에 확인할 항목이 없습니다."],
  nothingHint: [
    "What needs somebody appears here: look-alike domains, people who wait, failed accounts, entries that expire.",
    "비슷한 도메인, 대기 중인 요청, 만들지 못한 계정, 곧 만료되는 항목처럼 확인이 필요한 일이 여기에 표시됩니다.",
  ],
  nothingHere: {
    mine: [
      "Nothing is yours. Assign an item to yourself, or wait until a note mentions you.",
      "담당하는 항목이 없습니다. 항목의 담당자가 되거나 메모에서 언급되면 여기에 표시됩니다.",
    ],
    snoozed: ["Nothing is snoozed.", "나중에 다시 알릴 항목이 없습니다."],
    done: ["Nothing was done today.", "오늘 완료한 항목이 없습니다."],
  },
  first: ["Nothing has happened yet. To get started:", "아직 아무 일도 없었습니다. 이렇게 시작하세요."],
  firstSteps: {
    run: ["Run a sign-up in the simulator and see it decided here.", "시뮬레이터에서 가입을 실행하고 여기에서 결과를 확인하세요."],
    list: ["Allow the domains of your organisation and partners.", "조직과 협력사의 도메인을 허용하세요."],
    import: ["Or import your access list from a file.", "또는 접근 목록을 파일에서 가져오세요."],
    connect: ["Connect Gatehouse to your user flow: npm run gate -- entra setup", "사용자 흐름에 연결하세요: npm run gate -- entra setup"],
  },
  health: ["Health", "상태"],
  failing: [(since: string, what: string) => `Failing since ${since}: ${what}`, (since, what) => `${since}부터 장애: ${what}`],
  hit: [
    (count: string, gates: string) => `${count} sign-ups failed${gates === "" ? "" : ` at ${gates}`} since then.`,
    (count, gates) => `그 뒤로 ${gates === "" ? "" : `${gates}에서 `}가입 ${count}건이 실패했습니다.`,
  ],
  lastFailed: ["Last failed", "마지막 실패"],
  gate: [(names: string) => `the gate ${names}`, (names) => `${names} 게이트`],
  fix: ["Fix:", "해결 방법:"],
  checkAgain: ["Check again", "다시 확인"],
  notAskedSince: ["No sign-up has asked it since.", "그 뒤로 이 시스템을 조회한 가입이 없습니다."],
  failedAgain: ["Checked just now: it failed again at", "방금 확인함. 다시 실패한 시각:"],
  answeredAgain: ["Checked just now: it answered at", "방금 확인함. 응답한 시각:"],
  burst: [(when: string) => `${when}: far more people let in than usual`, (when) => `${when}: 평소보다 훨씬 많은 사람이 허용됨`],
  burstCause: [
    (count: string, usual: string) => `${count} let in, typically ${usual} at this time`,
    (count, usual) => `${count}명 허용, 이 시간에는 보통 ${usual}명`,
  ],
  refused: [(when: string) => `${when}: far more people refused than usual`, (when) => `${when}: 평소보다 훨씬 많은 사람이 거부됨`],
  refusedCause: [
    (count: string, usual: string) => `${count} refused, typically ${usual} at this time.`,
    (count, usual) => `${count}명 거부, 이 시간에는 보통 ${usual}명.`,
  ],
  whoWasRefused: ["Who was refused…", "거부된 사람 보기…"],
  isRight: ["Rightly refused", "올바른 거부"],
  whoGotIn: ["Who was let in…", "허용된 사람 보기…"],
  turnedAway: [(service: string) => `${service} answers again: who was turned away?`, (service) => `${service} 복구됨: 거부된 사람 확인`],
  turnedAwayCause: [
    (count: string, since: string) => `${count} sign-ups failed since ${since}: the people may not know that they can come again`,
    (count, since) => `${since}부터 가입 ${count}건 실패. 다시 가입할 수 있음을 모를 수 있습니다`,
  ],
  whoWasTurnedAway: ["See who…", "대상 보기…"],
  writeOff: ["Write off", "더 진행하지 않음"],
  wroteOff: [
    (service: string) => `Written off: who was turned away while ${service} failed`,
    (service) => `${service} 장애 중 거부된 사람: 더 진행하지 않음`,
  ],
  mailed: [
    (count: string, service: string) => `Mail to ${persons(count)} turned away while ${service} failed`,
    (count, service) => `${service} 장애 중 거부된 ${count}명에게 메일`,
  ],
  noAttack: ["Not an attack", "공격이 아님"],
  openIncident: ["See decisions", "결정 보기"],
  healthy: ["Healthy:", "정상:"],
  noOutage: ["No outage:", "장애 없음:"],
  answering: [
    (answering: number, asked: number) =>
      answering < asked
        ? `${answering} of ${asked} systems outside answered in the last hour; too few calls failed to call it one.`
        : `${asked === 1 ? "1 system outside answers" : `${asked} systems outside answer`}.`,
    (answering, asked) =>
      answering < asked
        ? `최근 1시간 동안 외부 시스템 ${asked}개 중 ${answering}개가 응답했습니다. 장애로 보기에는 실패한 호출이 적습니다.`
        : `외부 시스템 ${asked}개가 모두 응답합니다.`,
  ],
  noneAsked: ["no system outside failed in the last hour.", "최근 1시간 동안 실패한 외부 시스템이 없습니다."],
  success: [(share: string) => `${share} % success`, (share) => `성공 ${share}%`],
  updated: [(time: string) => `Updated ${time}`, (time) => `${time} 기준`],
  lag: ["Sign-ups of the last five minutes may be missing.", "최근 5분간의 가입은 빠져 있을 수 있습니다."],
  kinds: {
    timeout: [(service: string) => `${service} doesn't answer in time`, (service) => `${service}이(가) 제때 응답하지 않습니다`],
    connection: [(service: string) => `${service} can't be reached`, (service) => `${service}에 연결할 수 없습니다`],
    unauthorised: [(service: string) => `${service} rejects our credentials`, (service) => `${service}이(가) 자격 증명을 거부합니다`],
    throttled: [(service: string) => `${service} takes no more calls for now`, (service) => `${service}이(가) 지금은 호출을 받지 않습니다`],
    failed: [(service: string) => `${service} answers with errors`, (service) => `${service}이(가) 오류를 응답합니다`],
    "too-large": [(service: string) => `${service}'s answers are too large`, (service) => `${service}의 응답이 너무 큽니다`],
    unreadable: [(service: string) => `${service}'s answers can't be read`, (service) => `${service}의 응답을 읽을 수 없습니다`],
    unexpected: [(service: string) => `${service} doesn't answer as agreed`, (service) => `${service}의 응답이 약속된 형식과 다릅니다`],
    secret: [
      (service: string) => `our secret for ${service} is missing or malformed`,
      (service) => `${service}용 비밀이 없거나 형식이 잘못되었습니다`,
    ],
  },
  fixes: {
    timeout: [
      "look at its status page; if you have a fixed outgoing address, check that it is allowed there.",
      "해당 시스템의 상태 페이지를 확인하세요. 고정 발신 주소를 쓴다면 그쪽에서 허용되었는지도 확인하세요.",
    ],
    connection: ["check the host name in the policy and the certificate there.", "정책의 호스트 이름과 그쪽 인증서를 확인하세요."],
    unauthorised: [
      "have its current credentials stored in the policy's secret, by whoever deploys Gatehouse. They count within a minute.",
      "Gatehouse를 배포하는 사람에게 정책의 비밀에 현재 자격 증명을 저장하도록 요청하세요. 1분 안에 반영됩니다.",
    ],
    throttled: ["ask for a higher limit, or put cheaper rules first.", "더 높은 한도를 요청하거나 비용이 적은 규칙을 앞에 두세요."],
    failed: [
      "look at its status page. For 400 and 404, check product, path and fields in the policy.",
      "해당 시스템의 상태 페이지를 확인하세요. 400과 404라면 정책의 제품, 경로, 필드를 확인하세요.",
    ],
    "too-large": ["check the address in the policy.", "정책의 주소를 확인하세요."],
    unreadable: ["look for a proxy or a maintenance page in between.", "중간에 프록시나 점검 페이지가 있는지 확인하세요."],
    unexpected: ["compare with its documents, then adapt the schema or mapping.", "해당 시스템의 문서와 비교해 스키마나 매핑을 고치세요."],
    secret: ["write its secret with the members that the secret's description names.", "비밀의 설명에 있는 항목대로 비밀을 저장하세요."],
  },
  ranges: {
    day: ["24 hours", "24시간"],
    week: ["7 days", "7일"],
    month: ["30 days", "30일"],
  },
  rangesLabel: ["Time shown", "표시 기간"],
  chart: [(when: string) => `Sign-ups, ${when}`, (when) => `가입(${when})`],
  typically: [(count: string) => `typically ${count}`, (count) => `평소 ${count}`],
  typical: ["typical for the time", "같은 시간대 평소 수준"],
  showing: ["Showing", "표시 중"],
  until: [(from: string, to: string) => `${from} to ${to}`, (from, to) => `${from} ~ ${to}`],
  clear: ["Clear filter", "필터 지우기"],
  decisionsOf: [(count: string) => `${count} decisions`, (count) => `결정 ${count}건`],
  trends: {
    hour: ["By hour, the last 24 hours", "최근 24시간, 시간별"],
    day: ["By day, the last 14 days", "최근 14일, 일별"],
  },
  seen: ["First seen", "처음 확인"],
  newest: ["Newest", "최신"],
  seeAll: [(count: string) => `See all ${count}`, (count) => `${count}건 모두 보기`],
  done: ["Done", "완료"],
  undo: ["Undo", "실행 취소"],
  doneWhat: {
    seen: ["Marked as done:", "완료로 표시:"],
  },
  subjects: {
    "turned-away": [(service: string) => `who was turned away while ${service} failed`, (service) => `${service} 장애 중 거부된 사람`],
    mailing: [(service: string) => `who was turned away while ${service} failed`, (service) => `${service} 장애 중 거부된 사람`],
    burst: [(name: string) => `many let in: ${name}`, (name) => `많이 허용됨: ${name}`],
    refused: [(hour: string) => `many refused: ${hour}`, (hour) => `많이 거부됨: ${hour}`],
    outside: [() => "an edit outside Gatehouse", () => "Gatehouse 밖의 수정"],
    incident: [() => "an incident", () => "사고"],
    proposal: [() => "a proposed edit", () => "제안된 편집"],
    group: [(domain: string) => `people of ${domain} who wait`, (domain) => `${domain}에서 기다리는 사람`],
    request: [() => "a request", () => "요청"],
    failed: [() => "accounts that failed", () => "만들지 못한 계정"],
    list: [() => "entries of the access list", () => "접근 목록의 항목"],
  },
  you: ["You", "나"],
  alarmsUnknown: ["CloudWatch did not say which alarms are ringing", "CloudWatch에서 경보 상태를 확인하지 못했습니다"],
  alarmsUnknownCause: ["Look at the stack's alarms there", "CloudWatch에서 스택의 경보를 확인하세요"],
  alarmCause: ["An alarm of this stack is ringing", "이 스택의 경보가 울리고 있습니다"],
  whatToDo: ["What to do", "대처 방법"],
  outcome: ["Outcome", "결과"],
});
