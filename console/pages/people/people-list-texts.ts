import { pageTexts } from "../../texts/languages";

export const peopleListTexts = pageTexts(
  {
    title: "People",
    search: "Name, address or account",
    email: "Email address",
    show: "Show",
    person: "Person",
    state: "State",
    how: "Why, or signed in with",
    at: "Last",
    none: "Nobody is here yet. People appear once they try to sign up.",
    hint: "The people of the newest decisions or, by the state of their request, those who asked for approval. A name or a whole address finds others.",
    notFound: "This is neither a single e-mail address nor an account.",
  },
  {
    title: "사람",
    search: "이름, 주소 또는 계정",
    email: "이메일 주소",
    show: "보기",
    person: "사람",
    state: "상태",
    how: "이유 또는 로그인 제공자",
    at: "마지막",
    none: "아직 아무도 없습니다. 가입을 시도하면 여기에 표시됩니다.",
    hint: "최근 결정에 나온 사람입니다. 요청 상태를 고르면 승인을 요청한 사람입니다. 다른 사람은 이름이나 전체 주소로 찾으세요.",
    notFound: "이메일 주소나 계정이 아닙니다.",
  },
);
