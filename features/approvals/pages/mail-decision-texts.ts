import type { Language } from "../../../engine/messages/index";

/** The labels of facts are those of the mail. */
const en = {
  title: "Decide on a sign-up request",
  decideFor: (approver: string) => `You decide for ${approver}: your decision counts as theirs too.`,
  earlier: "Approved before",
  vote: "Approval",
  stage: (number: number, count: number) => `Stage ${number} of ${count}`,
  approvals: (givenCount: number, need: number) => `${givenCount} of ${need} approvals given`,
  approve: "Approve",
  deny: "Deny",
  approved: "Approved",
  denied: "Denied",
  looksLike: (domain: string, like: string) =>
    `${domain} only looks like ${like}: somebody may be posing as it. Approve only if you know who owns ${domain}.`,
  deniedByList:
    "The access list denies this person, and a deny always wins: nobody can approve them. Deny the request, or ask an operator.",
  noAccount:
    "No account can be created: this sign-up lacks what an account needs. If you approve, it fails, unless the settings invite everybody.",
  ifMade: "If you approve, an account is created. You can't undo that.",
  ifLetIn: (days: number) => `If you approve, they may sign up once, within ${days} ${days === 1 ? "day" : "days"}.`,
  othersToo: "The request waits for others.",
};

export const decideTexts: Readonly<Record<Language, typeof en>> = {
  en,
  ko: {
    title: "가입 요청 결정",
    decideFor: (approver) => `${approver} 님을 대신하며, 이 결정은 그 사람의 결정으로도 기록됩니다.`,
    earlier: "이전 승인",
    vote: "승인 의견",
    stage: (number, count) => `${count}단계 중 ${number}단계`,
    approvals: (givenCount, need) => `승인 ${need}건 중 ${givenCount}건 완료`,
    approve: "승인",
    deny: "거부",
    approved: "승인했습니다",
    denied: "거부했습니다",
    looksLike: (domain, like) =>
      `${domain} 도메인은 ${like} 도메인과 비슷하지만 다릅니다. 사칭일 수 있으니, ${domain} 소유자를 아는 경우에만 승인하세요.`,
    deniedByList: "접근 목록이 이 사람을 거부하며, 거부가 항상 우선하므로 승인할 수 없습니다. 요청을 거부하거나 운영자에게 문의하세요.",
    noAccount: "계정을 만들 수 없음: 계정에 필요한 정보가 이 가입에 없습니다. 모두 초대하도록 설정하지 않았다면 승인해도 실패합니다.",
    ifMade: "승인하면 계정이 생성되며, 되돌릴 수 없습니다.",
    ifLetIn: (days) => `승인하면 ${days}일 안에 한 번 가입할 수 있습니다.`,
    othersToo: "다른 승인자의 결정을 기다립니다.",
  },
  ja: {
    title: "サインアップ申請の決定",
    decideFor: (approver) => `${approver} の代理です。この決定は本人の決定としても記録されます。`,
    earlier: "以前の承認",
    vote: "承認の票",
    stage: (number, count) => `全${count}段階のうち第${number}段階`,
    approvals: (givenCount, need) => `必要な承認 ${need} 件のうち ${givenCount} 件`,
    approve: "承認",
    deny: "却下",
    approved: "承認しました",
    denied: "却下しました",
    looksLike: (domain, like) =>
      `${domain} は ${like} に似ていますが、別のドメインです。なりすましの可能性があります。${domain} の所有者を知っている場合だけ承認してください。`,
    deniedByList:
      "この申請者はアクセスリストで拒否されています。拒否は常に優先されるため、承認できません。申請を却下するか、運用担当者に連絡してください。",
    noAccount:
      "アカウントを作成できません。アカウントに必要な情報がこの申請にありません。全員を招待する設定でない限り、承認しても失敗します。",
    ifMade: "承認するとアカウントが作成され、取り消せません。",
    ifLetIn: (days) => `承認すると、${days}日以内に1回サインアップできます。`,
    othersToo: "ほかの承認者の決定を待っています。",
  },
  "zh-Hans": {
    title: "对注册申请做出决定",
    decideFor: (approver) => `你代 ${approver} 决定，该决定也记在对方名下。`,
    earlier: "此前已批准",
    vote: "同意",
    stage: (number, count) => `第 ${number} 阶段，共 ${count} 阶段`,
    approvals: (givenCount, need) => `需要 ${need} 个批准，已有 ${givenCount} 个`,
    approve: "批准",
    deny: "拒绝",
    approved: "已批准",
    denied: "已拒绝",
    looksLike: (domain, like) => `${domain} 只是看起来像 ${like}，可能有人在冒充。只有在知道 ${domain} 属于谁时才批准。`,
    deniedByList: "访问列表拒绝此人，而拒绝始终优先，因此无法批准。请拒绝该申请，或联系管理员。",
    noAccount: "无法创建帐户：此注册缺少帐户所需的信息。除非设置为邀请所有人，否则批准后会失败。",
    ifMade: "批准后将创建帐户，且无法撤消。",
    ifLetIn: (days) => `批准后，对方可在 ${days} 天内注册一次。`,
    othersToo: "申请还在等待其他人。",
  },
  de: {
    title: "Über eine Registrierungsanfrage entscheiden",
    decideFor: (approver) => `Sie entscheiden für ${approver}: Ihre Entscheidung zählt auch als deren Entscheidung.`,
    earlier: "Früher genehmigt",
    vote: "Zustimmung",
    stage: (number, count) => `Stufe ${number} von ${count}`,
    approvals: (givenCount, need) => `${givenCount} von ${need} Zustimmungen`,
    approve: "Genehmigen",
    deny: "Ablehnen",
    approved: "Genehmigt",
    denied: "Abgelehnt",
    looksLike: (domain, like) =>
      `${domain} sieht nur aus wie ${like}: Jemand könnte sich dafür ausgeben. Genehmigen Sie nur, wenn Sie wissen, wem ${domain} gehört.`,
    deniedByList:
      "Die Zugriffsliste lehnt diese Person ab, und eine Ablehnung gilt immer: Niemand kann genehmigen. Lehnen Sie die Anfrage ab, oder fragen Sie einen Administrator.",
    noAccount:
      "Kein Konto möglich: Dieser Registrierung fehlt, was ein Konto braucht. Eine Genehmigung schlägt fehl, außer wenn die Einstellungen alle einladen.",
    ifMade: "Wenn Sie genehmigen, wird ein Konto angelegt. Das lässt sich nicht zurücknehmen.",
    ifLetIn: (days) => `Wenn Sie genehmigen, ist eine Registrierung möglich, innerhalb von ${days} ${days === 1 ? "Tag" : "Tagen"}.`,
    othersToo: "Die Anfrage wartet auf andere.",
  },
  fr: {
    title: "Décider d’une demande d’inscription",
    decideFor: (approver) => `Vous décidez pour ${approver} : votre décision vaut aussi pour cette personne.`,
    earlier: "Déjà approuvé",
    vote: "Accord",
    stage: (number, count) => `Étape ${number} sur ${count}`,
    approvals: (givenCount, need) => `${givenCount} accord(s) sur ${need}`,
    approve: "Approuver",
    deny: "Refuser",
    approved: "Approuvé",
    denied: "Refusé",
    looksLike: (domain, like) =>
      `${domain} ressemble seulement à ${like} : quelqu’un se fait peut-être passer pour ce domaine. N’approuvez que si vous savez à qui appartient ${domain}.`,
    deniedByList:
      "La liste d’accès refuse cette personne, et un refus l’emporte toujours : personne ne peut l’approuver. Refusez la demande, ou demandez à un administrateur.",
    noAccount:
      "Aucun compte possible : il manque à cette inscription ce qu’un compte exige. Une approbation échouera, sauf si les réglages invitent tout le monde.",
    ifMade: "Si vous approuvez, un compte est créé. Cela ne peut pas être annulé.",
    ifLetIn: (days) => `Si vous approuvez, une seule inscription est possible, sous ${days} ${days === 1 ? "jour" : "jours"}.`,
    othersToo: "La demande attend d’autres personnes.",
  },
  es: {
    title: "Decidir sobre una solicitud de registro",
    decideFor: (approver) => `Decide en lugar de ${approver}: su decisión cuenta también como la de esa persona.`,
    earlier: "Aprobada antes",
    vote: "Aprobación",
    stage: (number, count) => `Fase ${number} de ${count}`,
    approvals: (givenCount, need) => `${givenCount} de ${need} aprobaciones`,
    approve: "Aprobar",
    deny: "Rechazar",
    approved: "Aprobada",
    denied: "Rechazada",
    looksLike: (domain, like) =>
      `${domain} solo se parece a ${like}: alguien podría hacerse pasar por ese dominio. Apruebe solo si sabe de quién es ${domain}.`,
    deniedByList:
      "La lista de acceso rechaza a esta persona, y un rechazo siempre prevalece: nadie puede aprobarla. Rechace la solicitud o consulte a un administrador.",
    noAccount:
      "No es posible crear una cuenta: a este registro le falta lo que una cuenta necesita. Si aprueba, fallará, salvo que la configuración invite a todos.",
    ifMade: "Si aprueba, se crea una cuenta. No se puede deshacer.",
    ifLetIn: (days) => `Si aprueba, podrá registrarse una vez, en un plazo de ${days} ${days === 1 ? "día" : "días"}.`,
    othersToo: "La solicitud espera a otras personas.",
  },
  "pt-BR": {
    title: "Decidir sobre uma solicitação de inscrição",
    decideFor: (approver) => `Você decide por ${approver}: sua decisão vale também como a dessa pessoa.`,
    earlier: "Aprovada antes",
    vote: "Aprovação",
    stage: (number, count) => `Etapa ${number} de ${count}`,
    approvals: (givenCount, need) => `${givenCount} de ${need} aprovações`,
    approve: "Aprovar",
    deny: "Recusar",
    approved: "Aprovada",
    denied: "Recusada",
    looksLike: (domain, like) =>
      `${domain} apenas se parece com ${like}: alguém pode estar se passando por esse domínio. Aprove só se souber de quem é ${domain}.`,
    deniedByList:
      "A lista de acesso recusa esta pessoa, e uma recusa sempre prevalece: ninguém pode aprová-la. Recuse a solicitação ou fale com um administrador.",
    noAccount:
      "Não é possível criar uma conta: falta a esta inscrição o que uma conta exige. Se você aprovar, falhará, a menos que as configurações convidem todos.",
    ifMade: "Se você aprovar, uma conta é criada. Isso não pode ser desfeito.",
    ifLetIn: (days) => `Se você aprovar, a pessoa poderá se inscrever uma vez, em até ${days} ${days === 1 ? "dia" : "dias"}.`,
    othersToo: "A solicitação aguarda outras pessoas.",
  },
};
