import type { RuleTexts } from "../../engine/messages/rule-texts";

/** Text for people of other identity providers; it does not name the permitted ones. */
export const texts = {
  "provider.not-allowed": {
    en: "You cannot sign up with this kind of account. Sign in in another way, or ask the person who invited you.",
    ko: "이 종류의 계정으로는 가입할 수 없습니다. 다른 방법으로 로그인하거나 초대한 담당자에게 문의하세요.",
    ja: "この種類のアカウントではサインアップできません。別の方法でサインインするか、招待した担当者にお問い合わせください。",
    "zh-Hans": "无法使用此类帐户注册。请换一种方式登录，或向邀请你的人询问。",
    de: "Mit dieser Art von Konto ist keine Registrierung möglich. Melden Sie sich auf einem anderen Weg an, oder fragen Sie die Person, die Sie eingeladen hat.",
    fr: "Vous ne pouvez pas vous inscrire avec ce type de compte. Connectez-vous d’une autre façon ou demandez à la personne qui vous a invité.",
    es: "No puede registrarse con este tipo de cuenta. Inicie sesión de otra forma o pregunte a la persona que le invitó.",
    "pt-BR": "Não é possível se inscrever com este tipo de conta. Entre de outra forma ou pergunte a quem convidou você.",
  },
} as const satisfies RuleTexts;
