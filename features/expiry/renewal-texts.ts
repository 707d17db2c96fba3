import type { Language } from "../../engine/messages/index";

const en = {
  title: "Renew somebody's access",
  ends: "Access ends",
  disabled: "The account is disabled. A renewal enables it within the hour.",
  lets: "If you let it end, access ends on its day, and you get no more mail about it.",
  deniedByList: "The access list denies this person, so their access cannot be renewed here. If they should keep it, ask an operator.",
  renew: (day: string) => `Renew until ${day}`,
  letEnd: "Let it end",
  renewedUntil: (day: string) => `Access lasts until ${day}`,
  endsOn: (day: string) => `Access ends on ${day}`,
};

export const renewTexts: Readonly<Record<Language, typeof en>> = {
  en,
  ko: {
    title: "액세스 갱신",
    ends: "액세스 종료일",
    disabled: "계정이 비활성화되어 있습니다. 갱신하면 한 시간 안에 다시 활성화됩니다.",
    lets: "종료되도록 두면 종료일에 액세스가 끝나며 관련 메일을 더 이상 받지 않습니다.",
    deniedByList: "접근 목록이 이 사람을 거부하므로 이 페이지에서 액세스를 갱신할 수 없습니다. 계속 필요하면 운영자에게 문의하세요.",
    renew: (day) => `${day}까지 갱신`,
    letEnd: "종료되도록 두기",
    renewedUntil: (day) => `${day}까지 액세스할 수 있습니다`,
    endsOn: (day) => `${day}에 액세스가 끝납니다`,
  },
  ja: {
    title: "アクセスの更新",
    ends: "アクセスの終了日",
    disabled: "アカウントは無効になっています。更新すると、1時間以内に有効になります。",
    lets: "終了を選ぶと、終了日にアクセスが終わり、これに関するメールは届かなくなります。",
    deniedByList:
      "この人はアクセスリストで拒否されているため、このページではアクセスを更新できません。引き続き必要な場合は、運用担当者に連絡してください。",
    renew: (day) => `${day}まで更新`,
    letEnd: "終了させる",
    renewedUntil: (day) => `アクセスは${day}まで有効です`,
    endsOn: (day) => `アクセスは${day}に終了します`,
  },
  "zh-Hans": {
    title: "续期访问权限",
    ends: "访问到期日",
    disabled: "该帐户已被禁用。续期后，帐户将在一小时内启用。",
    lets: "如让其到期，访问权限将在到期日终止，你不会再收到相关邮件。",
    deniedByList: "访问列表拒绝此人，因此无法在此页面续期。如需保留访问权限，请联系管理员。",
    renew: (day) => `续期至${day}`,
    letEnd: "让其到期",
    renewedUntil: (day) => `访问权限有效期至${day}`,
    endsOn: (day) => `访问权限将于${day}到期`,
  },
  de: {
    title: "Zugang einer Person verlängern",
    ends: "Zugang endet",
    disabled: "Das Konto ist deaktiviert. Eine Verlängerung aktiviert es innerhalb einer Stunde.",
    lets: "Wenn Sie ihn enden lassen, endet der Zugang an seinem Tag, und Sie bekommen keine Mail mehr dazu.",
    deniedByList:
      "Die Zugriffsliste lehnt diese Person ab, deshalb kann hier niemand den Zugang verlängern. Soll er bestehen bleiben, fragen Sie einen Administrator.",
    renew: (day) => `Verlängern bis ${day}`,
    letEnd: "Enden lassen",
    renewedUntil: (day) => `Der Zugang gilt bis ${day}`,
    endsOn: (day) => `Der Zugang endet am ${day}`,
  },
  fr: {
    title: "Renouveler l’accès d’une personne",
    ends: "Fin de l’accès",
    disabled: "Le compte est désactivé. Un renouvellement le réactive dans l’heure.",
    lets: "Si vous laissez l’accès prendre fin, il se termine au jour prévu et vous ne recevez plus de message à ce sujet.",
    deniedByList:
      "La liste d’accès refuse cette personne : son accès ne peut pas être renouvelé ici. S’il doit être conservé, demandez à un administrateur.",
    renew: (day) => `Renouveler jusqu’au ${day}`,
    letEnd: "Laisser prendre fin",
    renewedUntil: (day) => `L’accès est valable jusqu’au ${day}`,
    endsOn: (day) => `L’accès prend fin le ${day}`,
  },
  es: {
    title: "Renovar el acceso de una persona",
    ends: "Fin del acceso",
    disabled: "La cuenta está deshabilitada. Una renovación la habilita en el plazo de una hora.",
    lets: "Si deja que termine, el acceso acaba en su fecha y no recibirá más mensajes al respecto.",
    deniedByList:
      "La lista de acceso rechaza a esta persona, así que aquí no se puede renovar su acceso. Si debe conservarlo, consulte a un administrador.",
    renew: (day) => `Renovar hasta el ${day}`,
    letEnd: "Dejar que termine",
    renewedUntil: (day) => `El acceso es válido hasta el ${day}`,
    endsOn: (day) => `El acceso termina el ${day}`,
  },
  "pt-BR": {
    title: "Renovar o acesso de uma pessoa",
    ends: "Fim do acesso",
    disabled: "A conta está desabilitada. Uma renovação a habilita em até uma hora.",
    lets: "Se você deixar terminar, o acesso acaba na data prevista e você não recebe mais mensagens sobre isso.",
    deniedByList:
      "A lista de acesso recusa esta pessoa, por isso o acesso não pode ser renovado aqui. Se ele deve continuar, fale com um administrador.",
    renew: (day) => `Renovar até ${day}`,
    letEnd: "Deixar terminar",
    renewedUntil: (day) => `O acesso vale até ${day}`,
    endsOn: (day) => `O acesso termina em ${day}`,
  },
};
