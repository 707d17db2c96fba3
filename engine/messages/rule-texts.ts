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

export const valueTexts = {
  "value.not-permitted": {
    en: "We do not recognise this value. Please check it.",
    ko: "등록되지 않은 값입니다. 다시 확인하세요.",
    ja: "登録されていない値です。ご確認ください。",
    "zh-Hans": "此值未登记。请检查。",
    de: "Dieser Wert ist uns nicht bekannt. Bitte prüfen Sie ihn.",
    fr: "Cette valeur ne nous est pas connue. Veuillez la vérifier.",
    es: "No conocemos este valor. Compruébelo.",
    "pt-BR": "Não conhecemos este valor. Verifique-o.",
  },
  "code.used-up": {
    en: "This has already been used as often as it can be.",
    ko: "사용 가능 횟수가 모두 소진되었습니다.",
    ja: "使用回数の上限に達しています。",
    "zh-Hans": "已达到使用次数上限。",
    de: "Dies wurde bereits so oft verwendet wie möglich.",
    fr: "Le nombre maximal d’utilisations est déjà atteint.",
    es: "Ya se ha usado tantas veces como está permitido.",
    "pt-BR": "Já foi usado tantas vezes quanto é permitido.",
  },
  "code.too-many-guesses": {
    en: "You have tried too many different codes. Please try again tomorrow.",
    ko: "서로 다른 코드를 너무 많이 입력했습니다. 내일 다시 시도하세요.",
    ja: "異なるコードの入力回数が多すぎます。明日もう一度お試しください。",
    "zh-Hans": "尝试的代码过多。请明天再试。",
    de: "Es wurden zu viele verschiedene Codes versucht. Bitte versuchen Sie es morgen erneut.",
    fr: "Trop de codes différents ont été essayés. Veuillez réessayer demain.",
    es: "Se han probado demasiados códigos distintos. Inténtelo de nuevo mañana.",
    "pt-BR": "Foram tentados códigos diferentes demais. Tente novamente amanhã.",
  },
  "lookup.address-unproven": addressUnproven,
  "lookup.not-found": {
    en: "We could not find you in our records. Please ask the person who invited you.",
    ko: "등록된 정보를 찾을 수 없습니다. 초대한 담당자에게 문의하세요.",
    ja: "登録情報が見つかりませんでした。招待元の担当者にお問い合わせください。",
    "zh-Hans": "未找到你的登记信息。请联系邀请你的人。",
    de: "Sie sind bei uns nicht verzeichnet. Bitte wenden Sie sich an die Person, die Sie eingeladen hat.",
    fr: "Vous ne figurez pas dans nos dossiers. Contactez la personne qui vous a envoyé l’invitation.",
    es: "No le encontramos en nuestros registros. Póngase en contacto con la persona que le envió la invitación.",
    "pt-BR": "Não encontramos você em nossos registros. Fale com a pessoa que enviou o convite.",
  },
} as const satisfies RuleTexts;

export const domainTexts = {
  "domain.not-allowed": {
    en: "Sign-up is open only to certain organisations. Sign in with your work or school account from one of them.",
    ko: "지정된 조직의 사용자만 가입할 수 있습니다. 해당 조직의 회사 또는 학교 계정으로 로그인하세요.",
    ja: "サインアップできるのは指定された組織の方のみです。その組織の職場または学校アカウントでサインインしてください。",
    "zh-Hans": "仅限特定组织的用户注册。请使用你在该组织的工作或学校帐户登录。",
    de: "Die Registrierung ist nur für bestimmte Organisationen möglich. Melden Sie sich mit Ihrem dortigen Geschäfts-, Schul- oder Unikonto an.",
    fr: "L’inscription est réservée à certaines organisations. Connectez-vous avec le compte professionnel ou scolaire que vous avez dans l’une d’elles.",
    es: "El registro solo está disponible para determinadas organizaciones. Inicie sesión con su cuenta profesional o educativa de una de ellas.",
    "pt-BR":
      "A inscrição está disponível apenas para determinadas organizações. Entre com sua conta corporativa ou de estudante de uma delas.",
  },
} as const satisfies RuleTexts;

export const refusedDomainTexts = {
  "domain.refused": {
    en: "You cannot sign up with this e-mail address. Please use an address of another domain.",
    ko: "이 이메일 주소로는 가입할 수 없습니다. 다른 도메인의 주소를 사용하세요.",
    ja: "このメールアドレスではサインアップできません。別のドメインのアドレスをご利用ください。",
    "zh-Hans": "无法使用此电子邮件地址注册。请使用其他域的地址。",
    de: "Mit dieser E-Mail-Adresse ist keine Registrierung möglich. Bitte verwenden Sie eine Adresse einer anderen Domäne.",
    fr: "Vous ne pouvez pas vous inscrire avec cette adresse e-mail. Veuillez utiliser une adresse d’un autre domaine.",
    es: "No puede registrarse con esta dirección de correo. Utilice una dirección de otro dominio.",
    "pt-BR": "Não é possível se inscrever com este endereço de email. Use um endereço de outro domínio.",
  },
  "domain.consumer": {
    en: "Please sign up with your work or school e-mail address. Personal addresses from free mail providers are not accepted.",
    ko: "회사 또는 학교 이메일 주소로 가입하세요. 무료 메일 서비스의 개인 주소는 사용할 수 없습니다.",
    ja: "職場または学校のメールアドレスでサインアップしてください。フリーメールなどの個人用アドレスはご利用いただけません。",
    "zh-Hans": "请使用工作或学校电子邮件地址注册。不接受免费邮箱的个人地址。",
    de: "Bitte registrieren Sie sich mit Ihrer Geschäfts-, Schul- oder Uniadresse. Private Adressen von Freemail-Anbietern werden nicht angenommen.",
    fr: "Veuillez vous inscrire avec votre adresse e-mail professionnelle ou scolaire. Les adresses personnelles de messageries gratuites ne sont pas acceptées.",
    es: "Regístrese con su dirección de correo profesional o educativa. No se aceptan direcciones personales de proveedores gratuitos.",
    "pt-BR":
      "Inscreva-se com seu endereço de email corporativo ou de estudante. Endereços pessoais de provedores gratuitos não são aceitos.",
  },
} as const satisfies RuleTexts;

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
