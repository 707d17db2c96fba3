import type { Language } from "../../engine/messages/index";

/** What all pages say that the links of mail open. */
const en = {
  noteHint: "Kept with the decision; the person does not see it. Up to 1,000 characters.",
  noteTooLong: "The note is longer than 1,000 characters.",
  console: "Open the console",
  failedTitle: "Something went wrong",
  failed: (reference: string) =>
    `Nothing was decided twice. Open the link in the mail again to see whether it still waits. Reference: ${reference}`,
};

export const mailAnswerTexts: Readonly<Record<Language, typeof en>> = {
  en,
  ko: {
    noteHint: "결정과 함께 보관되며 신청자에게는 보이지 않습니다. 최대 1,000자.",
    noteTooLong: "메모가 1,000자를 넘습니다.",
    console: "콘솔 열기",
    failedTitle: "문제가 발생했습니다",
    failed: (reference) =>
      `같은 결정이 두 번 처리되지는 않습니다. 메일의 링크를 다시 열어 아직 대기 중인지 확인하세요. 참조 번호: ${reference}`,
  },
  ja: {
    noteHint: "決定と一緒に保存され、申請者には表示されません。1,000文字以内。",
    noteTooLong: "メモが1,000文字を超えています。",
    console: "コンソールを開く",
    failedTitle: "問題が発生しました",
    failed: (reference) =>
      `同じ決定が二重に処理されることはありません。メールのリンクをもう一度開き、まだ待機中か確認してください。参照番号: ${reference}`,
  },
  "zh-Hans": {
    noteHint: "与决定一起保存，申请人看不到。最多 1,000 个字符。",
    noteTooLong: "备注超过 1,000 个字符。",
    console: "打开控制台",
    failedTitle: "出现问题",
    failed: (reference) => `同一决定不会被处理两次。请再次打开邮件中的链接，查看申请是否仍在等待。参考编号：${reference}`,
  },
  de: {
    noteHint: "Wird mit der Entscheidung gespeichert; die Person sieht sie nicht. Höchstens 1.000 Zeichen.",
    noteTooLong: "Die Notiz ist länger als 1.000 Zeichen.",
    console: "Konsole öffnen",
    failedTitle: "Etwas ist schiefgegangen",
    failed: (reference) =>
      `Nichts wird zweimal entschieden. Öffnen Sie den Link in der Mail noch einmal, um zu sehen, ob die Anfrage noch wartet. Referenz: ${reference}`,
  },
  fr: {
    noteHint: "Conservée avec la décision ; la personne ne la voit pas. 1 000 caractères au plus.",
    noteTooLong: "La note dépasse 1 000 caractères.",
    console: "Ouvrir la console",
    failedTitle: "Un problème est survenu",
    failed: (reference) =>
      `Rien n’est décidé deux fois. Rouvrez le lien du message pour voir si la demande attend encore. Référence : ${reference}`,
  },
  es: {
    noteHint: "Se guarda con la decisión; la persona no la ve. Hasta 1.000 caracteres.",
    noteTooLong: "La nota supera los 1.000 caracteres.",
    console: "Abrir la consola",
    failedTitle: "Algo ha fallado",
    failed: (reference) =>
      `Nada se decide dos veces. Abra de nuevo el enlace del mensaje para ver si la solicitud sigue pendiente. Referencia: ${reference}`,
  },
  "pt-BR": {
    noteHint: "Fica com a decisão; a pessoa não a vê. Até 1.000 caracteres.",
    noteTooLong: "A observação tem mais de 1.000 caracteres.",
    console: "Abrir o console",
    failedTitle: "Algo deu errado",
    failed: (reference) =>
      `Nada é decidido duas vezes. Abra de novo o link da mensagem para ver se a solicitação ainda aguarda. Referência: ${reference}`,
  },
};
