import { pageTexts } from "../../console/texts/languages";

export const benchTexts = pageTexts({
  behind: {
    rules: ["What each rule said", "각 규칙의 판단"],
    noRules: ["No rule judged this call.", "어떤 규칙도 이 호출을 보지 못했습니다."],
    entry: ["Entry in the console", "콘솔에서 항목 보기"],
    shadow: ["In shadow: it changed nothing.", "섀도: 결과에 영향을 주지 않았습니다."],
    set: ["set", "설정:"],
    outside: ["Called outside", "외부 호출"],
    noAnswer: ["not waited for", "기다리지 않음"],
    forgotten: [
      "The details of this answer are gone: the instance keeps those of its latest calls until it stops.",
      "이 응답 뒤에서 일어난 일은 더 이상 알 수 없습니다. 인스턴스는 최근 호출만 종료될 때까지 기억합니다.",
    ],
  },
  people: {
    heading: ["Saved people", "저장된 사람"],
    lead: [
      "Each is a file in the policy's folder people, which your team shares.",
      "각각은 정책의 people 폴더에 있는 파일이며 팀이 함께 씁니다.",
    ],
    flaws: ["Files that cannot be used:", "사용할 수 없는 파일:"],
  },
  tools: {
    savePerson: ["Save this person", "이 사람 저장"],
    personTitle: ["What this person shows", "이 사람이 보여 주는 것"],
    name: ["File name", "파일 이름"],
    nameHint: ["Letters, digits and hyphens, without ending.", "영문자, 숫자, 하이픈만 쓰고 확장자는 뺍니다."],
    save: ["Save", "저장"],
    saveCase: ["Save as case", "케이스로 저장"],
    caseLead: [
      "The case holds this request, the rows that mattered and what systems outside answered, and expects this answer.",
      "케이스에는 이 요청, 관련된 행, 외부 시스템의 응답이 담기며 이 답을 기대합니다.",
    ],
    caseTitle: ["What the case claims", "케이스가 주장하는 것"],
    step: ["Which call", "어느 호출"],
    compare: ["Compare", "비교"],
    compareLead: [
      "Both policies get the requests of this sign-up and the rows it found. Nothing is written, and no system outside is called.",
      "두 정책에 이 가입의 질문을 그때의 데이터로 묻습니다. 아무것도 기록하지 않고 외부를 호출하지 않습니다.",
    ],
    other: ["The other policy", "다른 정책"],
    otherHint: ["A folder of the project, or git: and a branch, tag or commit", "프로젝트의 폴더, 또는 git: 뒤에 브랜치, 태그, 커밋"],
  },
  saved: {
    person: ["The person is saved", "사람을 저장했습니다"],
    case: ["The case is saved", "케이스를 저장했습니다"],
    in: ["Saved as", "저장 위치"],
    run: ["Run it:", "실행:"],
    notSaved: ["Nothing was saved", "저장하지 않았습니다"],
    why: {
      name: [
        "This cannot be a file's name. Use letters, digits and single hyphens, 60 characters at most:",
        "파일 이름으로 쓸 수 없습니다. 영문자, 숫자, 하나씩의 하이픈만 60자까지 쓰세요:",
      ],
      exists: ["A file has that name already. Choose another:", "같은 이름의 파일이 있습니다. 다른 이름을 고르세요:"],
      file: ["The file cannot be written:", "파일을 쓸 수 없습니다:"],
      forgotten: [
        "The details of this answer are gone. Sign up once more, then save.",
        "이 응답 뒤에서 일어난 일은 더 이상 알 수 없습니다. 다시 가입한 뒤 저장하세요.",
      ],
      differs: [
        "As a case, the request gets another answer (answered / as a case). A case cannot hold rows of the ledger, such as codes that are used up: write earlier sign-ups into it by hand. Or the policy has been saved since.",
        "케이스로는 다른 답이 나옵니다(실제 답 / 케이스의 답). 케이스는 이미 사용된 코드 같은 원장의 행을 담을 수 없으니 이전 가입을 직접 적어 주세요. 그 사이 정책이 저장되었을 수도 있습니다.",
      ],
      cannot: ["This cannot be a case:", "케이스가 될 수 없습니다:"],
    },
    noTitle: ["Say what it shows or claims.", "무엇을 보여 주거나 주장하는지 적으세요."],
    back: ["The form is still there: change it and save again.", "양식이 그대로 있습니다. 고친 뒤 다시 저장하세요."],
  },
  token: {
    heading: ["This form belongs to another start", "이 인스턴스의 양식이 아닙니다"],
    text: [
      "It was made before a restart, or by another page. Start again: nothing was done.",
      "다시 시작하기 전이나 다른 페이지에서 만든 양식입니다. 처음부터 시작하세요. 아무 일도 하지 않았습니다.",
    ],
  },
  compared: {
    both: {
      "let-in": [(who: string) => `Both let ${who} in`, (who) => `두 정책 모두 허용: ${who}`],
      approval: [(who: string) => `Both ask an approver about ${who}`, (who) => `두 정책 모두 승인 요청: ${who}`],
      "has-account": [(who: string) => `Both say that ${who} has an account`, (who) => `두 정책 모두 계정 있음: ${who}`],
      refused: [(who: string) => `Both refuse ${who}`, (who) => `두 정책 모두 거부: ${who}`],
      correction: [(who: string) => `Both ask ${who} to correct the form`, (who) => `두 정책 모두 수정 요청: ${who}`],
    },
    otherwise: [(who: string) => `They treat ${who} differently`, (who) => `두 정책의 결과가 다름: ${who}`],
    cannot: ["Nothing was compared", "비교하지 못했습니다"],
    notBoth: [(who: string) => `One of them does not answer about ${who}`, (who) => `한 정책에 답이 없음: ${who}`],
    alike: ["Both answer the same.", "두 답이 같습니다."],
    differs: ["What differs:", "다른 점:"],
    differ: ["differs", "다름"],
    noAnswer: ["No answer:", "답 없음:"],
    part: ["What", "항목"],
    parts: {
      outcome: ["Outcome", "결과"],
      rule: ["Rule", "규칙"],
      reasons: ["Reasons", "이유"],
      asked: ["To correct", "고칠 항목"],
      attributes: ["Attributes", "특성"],
      text: ["The person reads", "사람이 읽는 글"],
      events: ["Events", "이벤트"],
      outside: ["Called outside", "외부 호출"],
      failure: ["Failed", "실패"],
      trace: ["What each rule said", "각 규칙의 판단"],
    },
  },
});
