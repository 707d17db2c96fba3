import { sharedMailTexts, signUpLink } from "../../engine/mail/texts";
import type { RuleTexts } from "../../engine/messages/rule-texts";

export const mailTexts = {
  ...sharedMailTexts,
  "works-again.subject": {
    en: "You can sign up again",
    ko: "다시 가입할 수 있습니다",
    ja: "再びサインアップできます",
    "zh-Hans": "现在可以重新注册了",
    de: "Sie können sich wieder registrieren",
    fr: "Vous pouvez de nouveau vous inscrire",
    es: "Ya puede volver a registrarse",
    "pt-BR": "Você já pode se inscrever novamente",
  },
  "works-again.text": {
    en: "You tried to sign up, and a fault on our side prevented it. Sign-up works again: please try once more where you tried before.",
    ko: "가입을 시도하셨지만 저희 쪽 장애로 완료되지 않았습니다. 이제 다시 가입할 수 있습니다. 전에 가입을 시도한 곳에서 다시 시도해 주세요.",
    ja: "サインアップが当方の障害により完了しませんでした。現在は復旧しています。前回と同じ場所から、もう一度お試しください。",
    "zh-Hans": "你曾尝试注册，但因我们的故障未能完成。现在注册已恢复，请在原处重试。",
    de: "Sie wollten sich registrieren, und eine Störung bei uns hat das verhindert. Die Registrierung funktioniert wieder: Bitte versuchen Sie es dort, wo Sie es zuvor versucht haben, noch einmal.",
    fr: "Vous avez voulu vous inscrire, et une panne de notre côté l’a empêché. L’inscription fonctionne de nouveau\u00a0: veuillez réessayer là où vous aviez essayé.",
    es: "Intentó registrarse y un fallo nuestro lo impidió. El registro vuelve a funcionar: inténtelo de nuevo donde lo intentó antes.",
    "pt-BR": "Você tentou se inscrever e uma falha nossa impediu. A inscrição voltou a funcionar: tente novamente onde tentou antes.",
  },
  "works-again.link": signUpLink,
} satisfies RuleTexts;

export const mailNames = { "*": Object.keys(mailTexts).filter((name) => name.startsWith("works-again.")) };
