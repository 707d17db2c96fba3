import type { RuleTexts } from "./rule-texts";

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
