import { addressUnproven, type RuleTexts } from "../../engine/messages/rule-texts";

/** Messages of the rule `invited` to people that it refuses. The messages do not reveal whether an address is invited. */
export const texts = {
  "invitation.none": {
    en: "You need an invitation to sign up. If you have one, sign up with the e-mail address that it was sent to, or enter its code.",
    ko: "가입하려면 초대가 필요합니다. 초대를 받았다면 초대받은 이메일 주소로 가입하거나 초대 코드를 입력하세요.",
    ja: "サインアップには招待が必要です。招待を受け取った場合は、招待が届いたメールアドレスでサインアップするか、招待コードを入力してください。",
    "zh-Hans": "注册需要邀请。如果你已收到邀请，请使用收到邀请的电子邮件地址注册，或输入邀请代码。",
    de: "Sie benötigen eine Einladung, um sich zu registrieren. Wenn Sie eine haben, verwenden Sie die E-Mail-Adresse, an die sie ging, oder geben Sie ihren Code ein.",
    fr: "Vous devez être invité pour vous inscrire. Si vous l’êtes, utilisez l’adresse e-mail qui a reçu l’invitation ou saisissez son code.",
    es: "Necesita una invitación para registrarse. Si la tiene, use la dirección de correo que la recibió o escriba su código.",
    "pt-BR":
      "Você precisa de um convite para se inscrever. Se já tem um, use o endereço de email que o recebeu ou digite o código do convite.",
  },
  "invitation.expired": {
    en: "Your invitation has ended. Ask the person who invited you to send it again.",
    ko: "초대 기간이 끝났습니다. 초대한 담당자에게 다시 보내 달라고 요청하세요.",
    ja: "招待の有効期限が切れています。招待した担当者に再送を依頼してください。",
    "zh-Hans": "你的邀请已过期。请让邀请你的人重新发送。",
    de: "Ihre Einladung ist abgelaufen. Bitten Sie die Person, die Sie eingeladen hat, sie noch einmal zu senden.",
    fr: "Votre invitation a expiré. Demandez à la personne qui vous a invité de la renvoyer.",
    es: "Su invitación ha caducado. Pida a la persona que le invitó que se la envíe de nuevo.",
    "pt-BR": "Seu convite expirou. Peça a quem convidou você que o envie novamente.",
  },
  "invitation.unknown-code": {
    en: "We do not recognise this code for your e-mail address. Check the code, or sign up with the address that the invitation was sent to.",
    ko: "이 이메일 주소로는 사용할 수 없는 코드입니다. 코드를 확인하거나 초대받은 이메일 주소로 가입하세요.",
    ja: "このコードはお使いのメールアドレスでは確認できません。コードを確認するか、招待が届いたアドレスでサインアップしてください。",
    "zh-Hans": "此代码与你的电子邮件地址不匹配。请检查代码，或使用收到邀请的地址注册。",
    de: "Dieser Code passt nicht zu Ihrer E-Mail-Adresse. Prüfen Sie den Code, oder verwenden Sie die Adresse, an die die Einladung ging.",
    fr: "Ce code ne correspond pas à votre adresse e-mail. Vérifiez-le ou utilisez l’adresse qui a reçu l’invitation.",
    es: "Este código no corresponde a su dirección de correo. Compruébelo o use la dirección que recibió la invitación.",
    "pt-BR": "Este código não corresponde ao seu endereço de email. Verifique-o ou use o endereço que recebeu o convite.",
  },
  "invitation.address-unproven": addressUnproven,
} as const satisfies RuleTexts;

export const codeLabel = {
  en: "Invitation code",
  ko: "초대 코드",
  ja: "招待コード",
  "zh-Hans": "邀请码",
  de: "Einladungscode",
  fr: "Code d’invitation",
  es: "Código de invitación",
  "pt-BR": "Código do convite",
} as const satisfies RuleTexts[string];
