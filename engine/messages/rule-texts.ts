import type { Text } from "../sign-up/text";
import type { Wording } from "../sign-up/verdict";
import { fill } from "./catalogue";
import type { Language } from "./index";

/**
 * A rule's texts, by reason. They are not in the catalogues, because every step's bundle contains all catalogues. Of the rules' texts, a
 * bundle contains only those of its own rules (docs/decisions/0008).
 */
export type RuleTexts = Readonly<Record<string, Readonly<Record<Language, string>>>>;

/**
 * Returns a rule's text for a reason. Empty if `texts` has none.
 * @param values numbers and the policy's own names, never text that somebody typed
 */
export function ruleText(
  texts: RuleTexts,
  reason: string,
  values: Readonly<Record<string, string | number>> = {},
): { readonly message?: Text; readonly wording?: Wording } {
  const message = Object.hasOwn(texts, reason) ? texts[reason] : undefined;
  if (message === undefined) return {};
  return {
    message: Object.fromEntries(Object.entries(message).map(([language, text]) => [language, fill(text, values)])),
    ...(Object.keys(values).length > 0 && { wording: { values } }),
  };
}

/** Text for people whose address no trusted provider confirms. Lookups, approvals and invitations share the text. */
export const addressUnproven = {
  en: "The account you signed in with does not prove your e-mail address. Sign up in another way, or contact the organisation you want to join.",
  ko: "로그인한 계정으로는 이메일 주소를 확인할 수 없습니다. 다른 방법으로 가입하거나 가입하려는 조직에 문의하세요.",
  ja: "サインインしたアカウントでは、メールアドレスがご本人のものか確認できません。別の方法でサインアップするか、参加したい組織にお問い合わせください。",
  "zh-Hans": "你登录所用的帐户无法证明电子邮件地址属于你。请换一种方式注册，或联系你想加入的组织。",
  de: "Das Konto, mit dem Sie sich angemeldet haben, belegt Ihre E-Mail-Adresse nicht. Registrieren Sie sich auf einem anderen Weg, oder wenden Sie sich an die Organisation, der Sie beitreten möchten.",
  fr: "Le compte avec lequel vous vous êtes connecté ne prouve pas votre adresse e-mail. Inscrivez-vous d’une autre façon ou contactez l’organisation que vous voulez rejoindre.",
  es: "La cuenta con la que ha iniciado sesión no demuestra que su dirección de correo sea suya. Regístrese de otra forma o póngase en contacto con la organización a la que quiere unirse.",
  "pt-BR":
    "A conta com que você entrou não comprova seu endereço de email. Inscreva-se de outra forma ou fale com a organização à qual quer se juntar.",
} as const;
