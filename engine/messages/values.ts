import { addressUnproven, type RuleTexts } from "./rule-texts";

/** Messages about values that are not permitted or not known. */
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
