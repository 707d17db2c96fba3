import type { RuleTexts } from "../../engine/messages/rule-texts";

export const texts = {
  "partner.not-proven": {
    en: "Sign-up is open only to our partner organisations. Sign in with your work or school account from one of them.",
    ko: "파트너 조직의 사용자만 가입할 수 있습니다. 해당 조직의 회사 또는 학교 계정으로 로그인하세요.",
    ja: "サインアップできるのはパートナー組織の方のみです。その組織の職場または学校アカウントでサインインしてください。",
    "zh-Hans": "仅限合作伙伴组织的用户注册。请使用你在该组织的工作或学校帐户登录。",
    de: "Die Registrierung ist nur für unsere Partnerorganisationen möglich. Melden Sie sich mit Ihrem dortigen Geschäfts-, Schul- oder Unikonto an.",
    fr: "L’inscription est réservée à nos organisations partenaires. Connectez-vous avec le compte professionnel ou scolaire que vous avez dans l’une d’elles.",
    es: "El registro solo está disponible para nuestras organizaciones asociadas. Inicie sesión con su cuenta profesional o educativa de una de ellas.",
    "pt-BR":
      "A inscrição está disponível apenas para nossas organizações parceiras. Entre com sua conta corporativa ou de estudante de uma delas.",
  },
} as const satisfies RuleTexts;
