import { pageTexts } from "../../console/texts/languages";

export const whoTexts = pageTexts({
  heading: ["Who may sign up?", "누가 가입할 수 있나요?"],
  lead: [
    "Your answer writes the policy and its cases. Edit them as you like, or answer again.",
    "답하면 정책과 케이스가 만들어집니다. 자유롭게 고치거나 다시 답할 수 있습니다.",
  ],
  answers: {
    list: {
      name: ["People on a list", "목록에 있는 사람"],
      says: [
        "People whose address or domain is on the access list, and nobody else.",
        "주소나 도메인이 접근 목록에 있는 사람만 가입합니다.",
      ],
    },
    domains: {
      name: ["Our domains, others approved", "우리 도메인, 그 외는 승인"],
      says: [
        "Your colleagues get in at once. An approver decides on everybody else.",
        "동료는 바로 가입합니다. 다른 사람은 승인자가 결정합니다.",
      ],
    },
    invited: {
      name: ["By invitation", "초대받은 사람"],
      says: [
        "People whom you invite by e-mail. An invitation lasts 14 days.",
        "이메일로 초대한 사람이 가입합니다. 초대는 14일 동안 유효합니다.",
      ],
    },
    open: {
      name: ["Everybody, with limits", "누구나, 한도 내에서"],
      says: [
        "Up to 300 people an hour. After 20 of one domain, an approver decides.",
        "한 시간에 300명까지 가입합니다. 한 도메인에서 20명이 넘으면 승인자가 결정합니다.",
      ],
    },
  },
  always: [
    "Whoever the access list denies stays out, and whoever it allows gets in, whatever you choose. An approver decides on people that it has wait for approval; with “People on a list” and “By invitation” nobody is asked, and they stay out.",
    "어떤 답을 골라도 접근 목록에서 거부한 사람은 가입할 수 없고, 허용한 사람은 가입합니다. 목록이 승인을 기다리게 한 사람은 승인자가 결정합니다. “목록에 있는 사람”과 “초대받은 사람”에서는 승인자에게 요청하지 않아 가입할 수 없습니다.",
  ],
  domains: ["Your domains", "우리 도메인"],
  noDomain: ["Type at least one domain: contoso.com", "도메인을 하나 이상 입력하세요: contoso.com"],
  wrongDomain: [
    (words: string, meant: string) => `This is no domain: ${words}. Type ${meant === "" ? "domains like contoso.com" : meant}`,
    (words, meant) => `도메인이 아닙니다: ${words}. ${meant === "" ? "contoso.com처럼" : `${meant}과 같이`} 입력하세요.`,
  ],
  anyonesDomain: [
    (names: string) => `Anybody gets an address at ${names}. Type your own domains; allow or invite others one by one.`,
    (names) => `누구나 주소를 만들 수 있는 도메인입니다: ${names}. 조직의 도메인을 입력하고, 다른 사람은 한 명씩 허용하거나 초대하세요.`,
  ],
  again: ["Who may sign up? Answer again…", "누가 가입할 수 있나요? 다시 답하기…"],
  written: ["The policy is written", "정책을 저장했습니다"],
  starts: ["Gatehouse starts again with it, which takes some seconds.", "Gatehouse가 새 정책으로 다시 시작합니다. 몇 초 걸립니다."],
  goesOn: ["This page goes on by itself.", "이 페이지는 저절로 넘어갑니다."],
  kept: [
    "Your own files are still there. Cases among them may expect the policy before: npm run gate -- test shows it.",
    "직접 만든 파일은 그대로 있습니다. 그중 케이스는 이전 정책을 기대할 수 있습니다. npm run gate -- test로 확인하세요.",
  ],
  before: ["A copy of the policy before is in", "이전 정책의 사본:"],
  asks: ["Replace what you have edited?", "직접 고친 파일을 바꿀까요?"],
  asksLead: ["These files were edited by hand. Nothing is written yet.", "직접 고친 파일이 있습니다. 아직 아무것도 저장하지 않았습니다."],
  replace: ["Replace", "바꾸기"],
  keep: ["Keep mine", "내 파일 유지"],
  removed: ["only in yours:", "내 파일에만 있음:"],
  added: ["only in the answer's:", "새 파일에만 있음:"],
  why: ["Why:", "이유:"],
  failed: ["Nothing was written", "아무것도 저장하지 않았습니다"],
});
