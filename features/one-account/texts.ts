import type { RuleTexts } from "../../engine/messages/rule-texts";

/** The text for people who sign up in two ways at the same moment. It does not reveal how they signed up. */
export const texts = {
  "account.exists": {
    en: "You already have an account. Sign in the way you signed up.",
    ko: "이미 계정이 있습니다. 가입할 때 사용한 방법으로 로그인하세요.",
    ja: "すでにアカウントをお持ちです。サインアップしたときと同じ方法でサインインしてください。",
    "zh-Hans": "你已有帐户。请使用注册时的方式登录。",
    de: "Sie haben bereits ein Konto. Melden Sie sich so an, wie Sie sich registriert haben.",
    fr: "Vous avez déjà un compte. Connectez-vous comme lors de votre inscription.",
    es: "Ya tiene una cuenta. Inicie sesión como lo hizo al registrarse.",
    "pt-BR": "Você já tem uma conta. Entre da mesma forma que se inscreveu.",
  },
} as const satisfies RuleTexts;

/** Texts that name the way in which somebody signed up. */
export const signedUpTexts = {
  provider: {
    en: "You signed up with {provider}. Sign in with {provider} again.",
    ko: "{provider} 계정으로 가입하셨습니다. {provider} 계정으로 다시 로그인하세요.",
    ja: "{provider} でサインアップ済みです。もう一度 {provider} でサインインしてください。",
    "zh-Hans": "你是使用 {provider} 注册的。请再次使用 {provider} 登录。",
    de: "Sie haben sich mit {provider} registriert. Melden Sie sich wieder mit {provider} an.",
    fr: "Vous vous êtes inscrit avec {provider}. Connectez-vous de nouveau avec {provider}.",
    es: "Se registró con {provider}. Vuelva a iniciar sesión con {provider}.",
    "pt-BR": "Você se inscreveu com {provider}. Entre novamente com {provider}.",
  },
  code: {
    en: "You signed up with a code sent by e-mail. Sign in with a code sent by e-mail again.",
    ko: "이메일로 받은 코드로 가입하셨습니다. 이메일로 코드를 받아 다시 로그인하세요.",
    ja: "メールで届いたコードでサインアップ済みです。もう一度、メールで届くコードでサインインしてください。",
    "zh-Hans": "你是使用电子邮件验证码注册的。请再次使用电子邮件验证码登录。",
    de: "Sie haben sich mit einem Code registriert, den Sie per E-Mail erhalten haben. Melden Sie sich wieder mit einem Code per E-Mail an.",
    fr: "Vous vous êtes inscrit avec un code reçu par e-mail. Connectez-vous de nouveau avec un code reçu par e-mail.",
    es: "Se registró con un código enviado por correo electrónico. Vuelva a iniciar sesión con un código enviado por correo electrónico.",
    "pt-BR": "Você se inscreveu com um código enviado por email. Entre novamente com um código enviado por email.",
  },
  address: {
    en: "You signed up with your e-mail address. Sign in with your e-mail address again.",
    ko: "이메일 주소로 가입하셨습니다. 이메일 주소로 다시 로그인하세요.",
    ja: "メール アドレスでサインアップ済みです。もう一度、メール アドレスでサインインしてください。",
    "zh-Hans": "你是使用电子邮件地址注册的。请再次使用电子邮件地址登录。",
    de: "Sie haben sich mit Ihrer E-Mail-Adresse registriert. Melden Sie sich wieder mit Ihrer E-Mail-Adresse an.",
    fr: "Vous vous êtes inscrit avec votre adresse e-mail. Connectez-vous de nouveau avec votre adresse e-mail.",
    es: "Se registró con su dirección de correo electrónico. Vuelva a iniciar sesión con ella.",
    "pt-BR": "Você se inscreveu com seu endereço de email. Entre novamente com ele.",
  },
  organisation: {
    en: "You signed up with your organisation's account or a Microsoft account. Sign in with that account again.",
    ko: "조직 계정 또는 Microsoft 계정으로 가입하셨습니다. 같은 계정으로 다시 로그인하세요.",
    ja: "組織のアカウントまたは Microsoft アカウントでサインアップ済みです。もう一度、同じアカウントでサインインしてください。",
    "zh-Hans": "你是使用组织帐户或 Microsoft 帐户注册的。请再次使用该帐户登录。",
    de: "Sie haben sich mit dem Konto Ihrer Organisation oder einem Microsoft-Konto registriert. Melden Sie sich wieder mit diesem Konto an.",
    fr: "Vous vous êtes inscrit avec le compte de votre organisation ou un compte Microsoft. Connectez-vous de nouveau avec ce compte.",
    es: "Se registró con la cuenta de su organización o con una cuenta Microsoft. Vuelva a iniciar sesión con esa cuenta.",
    "pt-BR": "Você se inscreveu com a conta da sua organização ou com uma conta da Microsoft. Entre novamente com essa conta.",
  },
  spelling: {
    en: "You signed up with another spelling of this e-mail address. Sign in with that one again.",
    ko: "이 이메일 주소를 다르게 적은 주소로 이미 가입하셨습니다. 그 주소로 다시 로그인하세요.",
    ja: "このメール アドレスの別の表記でサインアップ済みです。もう一度、その表記のアドレスでサインインしてください。",
    "zh-Hans": "你曾使用此电子邮件地址的另一种写法注册。请再次使用那种写法登录。",
    de: "Sie haben sich mit einer anderen Schreibweise dieser E-Mail-Adresse registriert. Melden Sie sich wieder mit dieser Schreibweise an.",
    fr: "Vous vous êtes inscrit avec une autre forme de cette adresse e-mail. Connectez-vous de nouveau avec cette forme.",
    es: "Se registró con otra forma de esta dirección de correo electrónico. Vuelva a iniciar sesión con esa forma.",
    "pt-BR": "Você se inscreveu com outra forma deste endereço de email. Entre novamente com essa forma.",
  },
} as const satisfies RuleTexts;

export const variants = [{ rule: "one-account", reason: "account.exists", texts: signedUpTexts }] as const;
