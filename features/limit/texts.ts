import type { RuleTexts } from "../../engine/messages/rule-texts";

/** Texts for people beyond a limit; they do not reveal what was counted. */
export const texts = {
  "limit.reached": {
    en: "Too many people are signing up at the moment. Please try again later.",
    ko: "지금 가입하는 사람이 너무 많습니다. 잠시 후 다시 시도하세요.",
    ja: "現在、サインアップが集中しています。しばらくしてからもう一度お試しください。",
    "zh-Hans": "当前注册人数过多。请稍后再试。",
    de: "Zurzeit registrieren sich zu viele Personen. Bitte versuchen Sie es später noch einmal.",
    fr: "Trop de personnes s’inscrivent en ce moment. Veuillez réessayer plus tard.",
    es: "En este momento se están registrando demasiadas personas. Inténtelo de nuevo más tarde.",
    "pt-BR": "Há muitas pessoas se inscrevendo no momento. Tente novamente mais tarde.",
  },
} as const satisfies RuleTexts;
