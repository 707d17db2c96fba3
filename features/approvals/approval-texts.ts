import type { Language } from "../../engine/messages/index";
import { addressUnproven, type RuleTexts } from "../../engine/messages/rule-texts";

const signUpAgain: Readonly<Record<Language, string>> = {
  en: " Sign up again later to see the decision.",
  ko: " 결정은 나중에 다시 가입을 시도하면 확인할 수 있습니다.",
  ja: "結果は、後でもう一度サインアップすると確認できます。",
  "zh-Hans": "请稍后重新注册以查看结果。",
  de: " Registrieren Sie sich später erneut, um die Entscheidung zu sehen.",
  fr: " Inscrivez-vous à nouveau plus tard pour connaître la décision.",
  es: " Vuelva a registrarse más tarde para conocer la decisión.",
  "pt-BR": " Inscreva-se novamente mais tarde para saber a decisão.",
};

/** The texts promise no mail, because a deployment may send none. */
export const approvalTexts = {
  "approval.requested": thenSignUpAgain({
    en: "We received your request, and it is waiting for approval.",
    ko: "가입 요청이 접수되어 승인을 기다리고 있습니다.",
    ja: "申請を受け付けました。現在、承認待ちです。",
    "zh-Hans": "已收到你的申请，正在等待审批。",
    de: "Ihre Anfrage ist eingegangen und wartet auf Genehmigung.",
    fr: "Votre demande a été reçue et attend une approbation.",
    es: "Hemos recibido su solicitud y está pendiente de aprobación.",
    "pt-BR": "Sua solicitação foi recebida e aguarda aprovação.",
  }),
  "approval.pending": thenSignUpAgain({
    en: "Your request is still waiting for approval.",
    ko: "가입 요청이 아직 승인을 기다리고 있습니다.",
    ja: "申請はまだ承認待ちです。",
    "zh-Hans": "你的申请仍在等待审批。",
    de: "Ihre Anfrage wartet noch auf Genehmigung.",
    fr: "Votre demande attend toujours une approbation.",
    es: "Su solicitud sigue pendiente de aprobación.",
    "pt-BR": "Sua solicitação ainda aguarda aprovação.",
  }),
  "approval.waitlisted": {
    en: "You are on the waiting list. Sign up again later to see whether it is your turn.",
    ko: "대기자 명단에 등록되었습니다. 차례가 되었는지는 나중에 다시 가입을 시도하면 확인할 수 있습니다.",
    ja: "順番待ちリストに登録されました。順番が来たかどうかは、後でもう一度サインアップすると確認できます。",
    "zh-Hans": "你已加入等候名单。请稍后重新注册，查看是否轮到你。",
    de: "Sie stehen auf der Warteliste. Registrieren Sie sich später erneut, um zu sehen, ob Sie an der Reihe sind.",
    fr: "Vous êtes sur la liste d’attente. Inscrivez-vous à nouveau plus tard pour savoir si votre tour est venu.",
    es: "Está en la lista de espera. Vuelva a registrarse más tarde para saber si ha llegado su turno.",
    "pt-BR": "Você está na lista de espera. Inscreva-se novamente mais tarde para saber se chegou a sua vez.",
  },
  "approval.changed": {
    en: "Your request has just changed. Please sign up again.",
    ko: "가입 요청이 방금 변경되었습니다. 다시 한 번 가입해 주세요.",
    ja: "申請の状態がたった今変わりました。もう一度サインアップしてください。",
    "zh-Hans": "你的申请刚刚发生了变化。请重新注册一次。",
    de: "Ihre Anfrage hat sich gerade eben geändert. Bitte registrieren Sie sich noch einmal.",
    fr: "Votre demande vient de changer. Veuillez vous inscrire une nouvelle fois.",
    es: "Su solicitud acaba de cambiar. Vuelva a registrarse, por favor.",
    "pt-BR": "Sua solicitação acabou de mudar. Inscreva-se mais uma vez.",
  },
  "approval.address-unproven": addressUnproven,
  "approval.denied": {
    en: "Your request was declined. If you think this is a mistake, contact the organisation you wanted to join.",
    ko: "가입 요청이 거부되었습니다. 잘못된 결정이라고 생각되면 가입하려던 조직에 문의하세요.",
    ja: "申請は承認されませんでした。誤りと思われる場合は、参加しようとした組織にお問い合わせください。",
    "zh-Hans": "你的申请未获批准。如果你认为有误，请联系你想加入的组织。",
    de: "Ihre Anfrage wurde abgelehnt. Wenn Sie das für einen Irrtum halten, wenden Sie sich an die Organisation, der Sie beitreten wollten.",
    fr: "Votre demande a été refusée. Si vous pensez qu’il s’agit d’une erreur, contactez l’organisation que vous vouliez rejoindre.",
    es: "Su solicitud ha sido rechazada. Si cree que es un error, póngase en contacto con la organización a la que quería unirse.",
    "pt-BR": "Sua solicitação foi recusada. Se acha que foi um engano, fale com a organização à qual queria se juntar.",
  },
  "approval.approved": {
    en: "Your request was approved and your account is being set up. Please sign in again in a few minutes.",
    ko: "가입 요청이 승인되어 계정을 만들고 있습니다. 몇 분 후 다시 로그인하세요.",
    ja: "申請は承認され、アカウントを準備しています。数分後にもう一度サインインしてください。",
    "zh-Hans": "你的申请已获批准，正在设置你的帐户。请几分钟后重新登录。",
    de: "Ihre Anfrage wurde genehmigt, Ihr Konto wird eingerichtet. Bitte melden Sie sich in einigen Minuten erneut an.",
    fr: "Votre demande a été approuvée et votre compte est en cours de création. Reconnectez-vous dans quelques minutes.",
    es: "Su solicitud ha sido aprobada y su cuenta se está creando. Vuelva a iniciar sesión dentro de unos minutos.",
    "pt-BR": "Sua solicitação foi aprovada e sua conta está sendo criada. Entre novamente em alguns minutos.",
  },
  "approval.provisioned": {
    en: "Your account is ready. Please go back and sign in instead of signing up.",
    ko: "계정이 준비되었습니다. 가입하지 말고 돌아가서 로그인하세요.",
    ja: "アカウントの準備ができました。サインアップではなく、戻ってサインインしてください。",
    "zh-Hans": "你的帐户已准备就绪。请返回并直接登录，无需注册。",
    de: "Ihr Konto ist bereit. Bitte gehen Sie zurück und melden Sie sich an, statt sich zu registrieren.",
    fr: "Votre compte est prêt. Revenez en arrière et connectez-vous au lieu de vous inscrire.",
    es: "Su cuenta está lista. Vuelva atrás e inicie sesión en lugar de registrarse.",
    "pt-BR": "Sua conta está pronta. Volte e entre em vez de se inscrever.",
  },
  "approval.failed": {
    en: "Your request was approved, but your account could not be set up yet. We know about it and are looking into it.",
    ko: "가입 요청은 승인되었지만 아직 계정을 만들지 못했습니다. 담당자가 확인하고 있습니다.",
    ja: "申請は承認されましたが、アカウントをまだ準備できていません。担当者が確認しています。",
    "zh-Hans": "你的申请已获批准，但尚未能设置你的帐户。我们已收到通知，正在处理。",
    de: "Ihre Anfrage wurde genehmigt, aber Ihr Konto konnte noch nicht eingerichtet werden. Wir wissen davon und kümmern uns darum.",
    fr: "Votre demande a été approuvée, mais votre compte n’a pas encore pu être créé. Nous en sommes informés et nous nous en occupons.",
    es: "Su solicitud ha sido aprobada, pero todavía no se ha podido crear su cuenta. Estamos al tanto y lo estamos revisando.",
    "pt-BR": "Sua solicitação foi aprovada, mas sua conta ainda não pôde ser criada. Já fomos avisados e estamos verificando.",
  },
} as const satisfies RuleTexts;

function thenSignUpAgain(first: Readonly<Record<Language, string>>): Readonly<Record<Language, string>> {
  return Object.fromEntries(
    Object.entries(first).map(([language, text]) => [language, `${text}${signUpAgain[language as Language]}`]),
  ) as Record<Language, string>;
}
