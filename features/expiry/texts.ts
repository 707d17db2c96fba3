import type { RuleTexts } from "../../engine/messages/rule-texts";

/** Texts for people who sign up again after their access ended, and for strangers who show such a person's address without proof. */
export const texts = {
  "access.ended": {
    en: "Your access has ended. To have it renewed, write to the person who invited you, or to the organisation you want to join, and quote the code on this page.",
    ko: "액세스 기간이 끝났습니다. 갱신하려면 초대한 사람이나 가입하려는 조직에 연락하여 이 페이지의 코드를 알려 주세요.",
    ja: "アクセスの有効期間が終了しました。更新するには、あなたを招待した方、または参加したい組織に連絡し、このページのコードを伝えてください。",
    "zh-Hans": "你的访问权限已到期。要续期，请联系邀请你的人或你想加入的组织，并提供此页面上的代码。",
    de: "Ihr Zugang ist beendet. Um ihn zu verlängern, schreiben Sie der Person, die Sie eingeladen hat, oder der Organisation, der Sie beitreten möchten, und nennen Sie den Code auf dieser Seite.",
    fr: "Votre accès a pris fin. Pour le renouveler, écrivez à la personne qui vous a invité ou à l’organisation que vous voulez rejoindre, en indiquant le code affiché sur cette page.",
    es: "Su acceso ha terminado. Para renovarlo, escriba a la persona que lo invitó o a la organización a la que quiere unirse e indique el código de esta página.",
    "pt-BR":
      "Seu acesso terminou. Para renová-lo, escreva à pessoa que convidou você ou à organização à qual quer se juntar e informe o código desta página.",
  },
  // The common text of a refusal, because strangers must not learn whose access ended.
  "access.unproven": {
    en: "You cannot sign up with this account. If you think you should have access, ask the person who invited you.",
    ko: "이 계정으로는 가입할 수 없습니다. 액세스 권한이 필요하다면 초대한 담당자에게 문의하세요.",
    ja: "このアカウントではサインアップできません。アクセスが必要な場合は、招待元の担当者にお問い合わせください。",
    "zh-Hans": "无法使用此帐户注册。如果你认为自己应有访问权限，请联系邀请你的人。",
    de: "Mit diesem Konto können Sie sich nicht registrieren. Wenn Sie glauben, dass Sie Zugriff haben sollten, wenden Sie sich an die Person, die Sie eingeladen hat.",
    fr: "Vous ne pouvez pas vous inscrire avec ce compte. Si vous pensez que vous devriez avoir accès, contactez la personne qui vous a envoyé l’invitation.",
    es: "No puede registrarse con esta cuenta. Si cree que debería tener acceso, póngase en contacto con la persona que le envió la invitación.",
    "pt-BR": "Você não pode se inscrever com esta conta. Se acha que deveria ter acesso, fale com a pessoa que enviou o convite.",
  },
} as const satisfies RuleTexts;
