import { pageTexts } from "../../../console/texts/languages";

export const searchTexts = pageTexts({
  title: ["Search", "검색"],
  nothing: ["Nothing is stored under this.", "이 값으로 저장된 내용이 없습니다."],
  groups: {
    exact: ["Found", "일치하는 항목"],
    actions: ["Do", "작업"],
    pages: ["Pages", "페이지"],
  },
  reach: [
    "People are found by the words of their name and address, among the newest decisions and requests and at their domains. A whole address finds anybody.",
    "최근 결정과 승인 요청, 그리고 그 도메인에서 이름과 주소의 단어로 사람을 찾습니다. 전체 주소로는 누구든 찾을 수 있습니다.",
  ],
  typeOne: [
    "Type a name, or one of these. Capitals and surrounding spaces do not matter:",
    "이름이나 다음 중 하나를 입력하세요. 대소문자와 앞뒤 공백은 구분하지 않습니다.",
  ],
  examples: [
    [
      ["K7QD-9MXD", "a reference code: the decision, or the request for approval"],
      ["kim@contoso.com", "a person: decisions, requests, profile and entries"],
      ["contoso.com, *.contoso.com, issuer:google.com, *", "an entry of the access list"],
      ["issuer:google.com/1184", "one account: its person, and its entry"],
      ["20261121-020305123-k7qd", "a change of the access list"],
      [">", "what you can do; # before a code, @ before a person's name"],
    ] as readonly (readonly [string, string])[],
    [
      ["K7QD-9MXD", "참조 코드: 결정 또는 승인 요청"],
      ["kim@contoso.com", "사람: 결정, 요청, 프로필, 항목"],
      ["contoso.com, *.contoso.com, issuer:google.com, *", "접근 목록 항목"],
      ["issuer:google.com/1184", "계정 하나: 그 사람과 항목"],
      ["20261121-020305123-k7qd", "접근 목록 변경"],
      [">", "할 수 있는 작업. 코드 앞에는 #, 사람 이름 앞에는 @"],
    ],
  ],
  keys: ["The key / takes you to the search field from any page.", "어느 페이지에서든 / 키를 누르면 검색란으로 이동합니다."],
});
