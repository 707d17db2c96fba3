import type { RuleTexts } from "./rule-texts";

/** What people read whose request nobody could decide on. */
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
