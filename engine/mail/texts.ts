import type { RuleTexts } from "../messages/rule-texts";

/** The text of a link in two mails: to a person who is invited, and to a person who is approved. */
export const signUpLink = {
  en: "Sign up",
  ko: "가입하기",
  ja: "サインアップ",
  "zh-Hans": "注册",
  de: "Registrieren",
  fr: "S’inscrire",
  es: "Registrarse",
  "pt-BR": "Inscrever-se",
} as const;

export const sharedMailTexts = {
  "created.link": {
    en: "Sign in",
    ko: "로그인",
    ja: "サインイン",
    "zh-Hans": "登录",
    de: "Anmelden",
    fr: "Se connecter",
    es: "Iniciar sesión",
    "pt-BR": "Entrar",
  },
  "assigned.link": {
    en: "Open in the console",
    ko: "콘솔에서 열기",
    ja: "コンソールで開く",
    "zh-Hans": "在控制台中打开",
    de: "In der Konsole öffnen",
    fr: "Ouvrir dans la console",
    es: "Abrir en la consola",
    "pt-BR": "Abrir no console",
  },
  "label.email": {
    en: "E-mail",
    ko: "이메일",
    ja: "メール",
    "zh-Hans": "电子邮件",
    de: "E-Mail",
    fr: "E-mail",
    es: "Correo electrónico",
    "pt-BR": "Email",
  },
  "label.gate": {
    en: "Gate",
    ko: "게이트",
    ja: "ゲート",
    "zh-Hans": "入口",
    de: "Zugang",
    fr: "Accès",
    es: "Acceso",
    "pt-BR": "Acesso",
  },
  "label.reference": {
    en: "Reference",
    ko: "참조 번호",
    ja: "参照番号",
    "zh-Hans": "参考编号",
    de: "Referenz",
    fr: "Référence",
    es: "Referencia",
    "pt-BR": "Referência",
  },
} satisfies RuleTexts;
