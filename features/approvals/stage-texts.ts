import type { RuleTexts } from "../../engine/messages/rule-texts";

export const stageTexts = {
  "approval.no-approver": {
    en: "We could not find anybody to approve your request. Please ask your contact at the organisation you want to join to help you.",
    ko: "가입 요청을 승인할 담당자를 찾지 못했습니다. 가입하려는 조직의 담당자에게 도움을 요청하세요.",
    ja: "申請を承認できる担当者が見つかりませんでした。参加を希望する組織の担当者にご相談ください。",
    "zh-Hans": "未找到可以审批你的申请的人员。请联系你想加入的组织中的联系人寻求帮助。",
    de: "Wir haben niemanden gefunden, der Ihre Anfrage genehmigen kann. Bitte wenden Sie sich an Ihre Kontaktperson in der Organisation, der Sie beitreten möchten.",
    fr: "Nous n’avons trouvé personne pour approuver votre demande. Adressez-vous à votre contact dans l’organisation que vous souhaitez rejoindre.",
    es: "No hemos encontrado a nadie que pueda aprobar su solicitud. Pida ayuda a su contacto en la organización a la que quiere unirse.",
    "pt-BR": "Não encontramos ninguém para aprovar sua solicitação. Peça ajuda ao seu contato na organização à qual deseja se juntar.",
  },
} as const satisfies RuleTexts;

/** Texts of the reason `attribute.invalid` at the field for the sponsor's address. */
export const noSponsor = {
  en: "Enter the work e-mail address of your contact at the organisation you want to join.",
  ko: "가입하려는 조직에 있는 담당자의 업무용 이메일 주소를 입력하세요.",
  ja: "参加を希望する組織の担当者の勤務先メール アドレスを入力してください。",
  "zh-Hans": "请输入你想加入的组织中联系人的工作电子邮件地址。",
  de: "Geben Sie die geschäftliche E-Mail-Adresse Ihrer Kontaktperson in der Organisation ein, der Sie beitreten möchten.",
  fr: "Indiquez l’adresse e-mail professionnelle de votre contact dans l’organisation que vous souhaitez rejoindre.",
  es: "Escriba la dirección de correo profesional de su contacto en la organización a la que quiere unirse.",
  "pt-BR": "Informe o e-mail profissional do seu contato na organização à qual deseja se juntar.",
} as const satisfies RuleTexts[string];

export const sponsorLabel = {
  en: "Your contact’s e-mail address",
  ko: "담당자 이메일 주소",
  ja: "担当者のメール アドレス",
  "zh-Hans": "联系人的电子邮件地址",
  de: "E-Mail-Adresse Ihrer Kontaktperson",
  fr: "Adresse e-mail de votre contact",
  es: "Correo electrónico de su contacto",
  "pt-BR": "E-mail do seu contato",
} as const satisfies RuleTexts[string];
