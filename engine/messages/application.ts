import type { RuleTexts } from "./rule-texts";

/** What people read who sign up by way of an application that the policy does not name. */
export const applicationTexts = {
  "application.not-allowed": {
    en: "You cannot sign up from this application. Ask the person who invited you where to start.",
    ko: "이 애플리케이션에서는 가입할 수 없습니다. 어디에서 시작해야 하는지 초대한 담당자에게 문의하세요.",
    ja: "このアプリケーションからはサインアップできません。どこから始めればよいか、招待した担当者にお問い合わせください。",
    "zh-Hans": "无法从此应用程序注册。请向邀请你的人询问应从哪里开始。",
    de: "Über diese Anwendung ist keine Registrierung möglich. Fragen Sie die Person, die Sie eingeladen hat, wo Sie beginnen sollen.",
    fr: "Vous ne pouvez pas vous inscrire depuis cette application. Demandez à la personne qui vous a invité par où commencer.",
    es: "No puede registrarse desde esta aplicación. Pregunte a la persona que le invitó por dónde empezar.",
    "pt-BR": "Não é possível se inscrever por este aplicativo. Pergunte a quem convidou você por onde começar.",
  },
} as const satisfies RuleTexts;
