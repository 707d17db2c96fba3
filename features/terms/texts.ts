import type { RuleTexts } from "../../engine/messages/rule-texts";

export const texts = {
  "terms.not-accepted": {
    en: "Tick this box to accept the terms. You cannot sign up without it.",
    ko: "약관에 동의하려면 이 상자를 선택하세요. 동의하지 않으면 가입할 수 없습니다.",
    ja: "このチェックボックスをオンにして規約に同意してください。同意がないとサインアップできません。",
    "zh-Hans": "请勾选此框以接受条款。不接受则无法注册。",
    de: "Setzen Sie hier das Häkchen, um den Bedingungen zuzustimmen. Ohne Zustimmung ist keine Registrierung möglich.",
    fr: "Cochez cette case pour accepter les conditions. Sans cela, vous ne pouvez pas vous inscrire.",
    es: "Marque esta casilla para aceptar las condiciones. Sin ello no puede registrarse.",
    "pt-BR": "Marque esta caixa para aceitar os termos. Sem isso, não é possível se inscrever.",
  },
  "terms.absent": {
    en: "Tick this box to accept the terms. If the form has no such box, contact the organisation you want to join.",
    ko: "약관에 동의하려면 이 상자를 선택하세요. 양식에 상자가 없으면 가입하려는 조직에 문의하세요.",
    ja: "このチェックボックスをオンにして規約に同意してください。フォームに見当たらない場合は、参加したい組織にお問い合わせください。",
    "zh-Hans": "请勾选此框以接受条款。如果表单中没有此框，请联系你想加入的组织。",
    de: "Setzen Sie hier das Häkchen, um den Bedingungen zuzustimmen. Fehlt das Feld im Formular, wenden Sie sich an die Organisation, der Sie beitreten möchten.",
    fr: "Cochez cette case pour accepter les conditions. Si elle n’apparaît pas dans le formulaire, contactez l’organisation que vous voulez rejoindre.",
    es: "Marque esta casilla para aceptar las condiciones. Si no aparece en el formulario, póngase en contacto con la organización a la que quiere unirse.",
    "pt-BR": "Marque esta caixa para aceitar os termos. Se ela não aparecer no formulário, fale com a organização à qual quer se juntar.",
  },
} as const satisfies RuleTexts;

export const termsLabel = {
  en: "Terms of use",
  ko: "이용 약관",
  ja: "利用規約",
  "zh-Hans": "使用条款",
  de: "Nutzungsbedingungen",
  fr: "Conditions d’utilisation",
  es: "Condiciones de uso",
  "pt-BR": "Termos de uso",
} as const satisfies RuleTexts[string];
