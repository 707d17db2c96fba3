import { sharedMailTexts, signUpLink } from "../../engine/mail/texts";
import type { RuleTexts } from "../../engine/messages/rule-texts";

export const mailTexts = {
  ...sharedMailTexts,
  "invitation.subject": {
    en: "You are invited to sign up",
    ko: "가입 초대를 받았습니다",
    ja: "サインアップへの招待",
    "zh-Hans": "邀请你注册",
    de: "Sie sind zur Registrierung eingeladen",
    fr: "Vous êtes invité à vous inscrire",
    es: "Le invitamos a registrarse",
    "pt-BR": "Você foi convidado a se inscrever",
  },
  "invitation.text": {
    en: "You are invited to sign up with this e-mail address, until {until}. If the form asks for a code, enter the one below.",
    ko: "{until}까지 이 이메일 주소로 가입할 수 있습니다. 양식에 코드 입력란이 있으면 아래 코드를 입력하세요.",
    ja: "{until} まで、このメールアドレスでサインアップできます。フォームでコードを求められたら、下のコードを入力してください。",
    "zh-Hans": "你可以在 {until} 之前使用此电子邮件地址注册。如果表单要求输入代码，请输入下面的代码。",
    de: "Sie können sich mit dieser E-Mail-Adresse registrieren, und zwar bis: {until}. Wenn das Formular nach einem Code fragt, geben Sie den untenstehenden ein.",
    fr: "Vous pouvez vous inscrire avec cette adresse e-mail jusqu’à cette échéance\u00a0: {until}. Si le formulaire demande un code, saisissez celui qui figure ci-dessous.",
    es: "Puede registrarse con esta dirección de correo hasta: {until}. Si el formulario pide un código, escriba el que aparece abajo.",
    "pt-BR":
      "Você pode se inscrever com este endereço de email até: {until}. Se o formulário pedir um código, digite o que aparece abaixo.",
  },
  "invitation.link": signUpLink,
  "unused.subject": {
    en: "An invitation has ended unused",
    ko: "초대가 사용되지 않고 만료되었습니다",
    ja: "招待が使われないまま期限切れになりました",
    "zh-Hans": "有邀请未使用即已过期",
    de: "Eine Einladung ist ungenutzt abgelaufen",
    fr: "Une invitation a expiré sans être utilisée",
    es: "Una invitación ha caducado sin usarse",
    "pt-BR": "Um convite expirou sem ser usado",
  },
  "unused.text": {
    en: "You answer for the people below. They did not use their invitation in time. If they should still come, send it again with the command, or ask a colleague who runs sign-ups to do so. Otherwise you do not need to do anything.",
    ko: "담당하시는 아래 사람이 기한 안에 초대를 사용하지 않았습니다. 아직 필요하면 아래 명령으로 초대를 다시 보내거나 가입을 관리하는 동료에게 요청하세요. 필요하지 않으면 무시하셔도 됩니다.",
    ja: "あなたが担当する以下の方は、期限までに招待を使いませんでした。引き続き必要な場合は、コマンドで再送するか、サインアップを管理する同僚に依頼してください。不要な場合は、何もする必要はありません。",
    "zh-Hans": "由你负责的以下人员未在期限内使用邀请。如果仍需邀请，请用命令重新发送，或请管理注册的同事代发。否则无需任何操作。",
    de: "Sie sind Ansprechperson für die folgenden Personen. Sie haben ihre Einladung nicht rechtzeitig genutzt. Sollen sie noch kommen, senden Sie die Einladung mit dem Befehl erneut, oder bitten Sie jemanden darum, der Registrierungen verwaltet. Andernfalls brauchen Sie nichts zu tun.",
    fr: "Vous êtes responsable des personnes ci-dessous. Elles n’ont pas utilisé leur invitation à temps. Si elles doivent encore venir, renvoyez-la avec la commande, ou demandez-le à une personne qui gère les inscriptions. Sinon, vous n’avez rien à faire.",
    es: "Usted responde por las personas siguientes. No usaron su invitación a tiempo. Si aún deben venir, envíela de nuevo con el comando o pídalo a alguien que gestione los registros. Si no, no tiene que hacer nada.",
    "pt-BR":
      "Você responde pelas pessoas abaixo. Elas não usaram o convite a tempo. Se ainda devem vir, envie-o novamente com o comando ou peça a alguém que gerencia as inscrições. Caso contrário, não precisa fazer nada.",
  },
  "label.code": {
    en: "Code",
    ko: "코드",
    ja: "コード",
    "zh-Hans": "代码",
    de: "Code",
    fr: "Code",
    es: "Código",
    "pt-BR": "Código",
  },
  "label.sponsor": {
    en: "Invited by",
    ko: "초대한 사람",
    ja: "招待者",
    "zh-Hans": "邀请人",
    de: "Eingeladen von",
    fr: "Invité par",
    es: "Le invita",
    "pt-BR": "Convite de",
  },
  "label.ended": {
    en: "Ended",
    ko: "만료 시각",
    ja: "期限",
    "zh-Hans": "过期时间",
    de: "Abgelaufen",
    fr: "Expirée",
    es: "Caducada",
    "pt-BR": "Expirou",
  },
} satisfies RuleTexts;

export const mailNames = {
  invited: ["invitation.subject", "invitation.text", "invitation.link", "label.email", "label.code", "label.sponsor", "label.reference"],
};
