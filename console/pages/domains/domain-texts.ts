import { pageTexts } from "../../texts/languages";

export const domainPageTexts = pageTexts(
  {
    noDomain: "That's no domain.",
    asDecisions: "As decisions",
    similar: "Similar domains",
    noSimilar: "It looks like no domain that you know.",
    looksLike: "Looks like",
  },
  {
    noDomain: "도메인이 아닙니다.",
    asDecisions: "결정으로 보기",
    similar: "비슷한 도메인",
    noSimilar: "알려진 도메인과 비슷하지 않습니다.",
    looksLike: "비슷한 도메인",
  },
);
