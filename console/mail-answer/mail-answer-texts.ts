import type { Language } from "../../engine/messages/index";

const en = {
  answerAs: (address: string) => `You answer as ${address}.`,
  note: "Note (optional)",
  overTitle: "This link answers nothing",
  over: "It has been used or replaced, is too old, or something has changed since. If you answered a moment ago, your answer counts.",
  overElsewhere: "If an answer is still wanted, you can give it in the console or with the command in the mail.",
  noteHint: "Kept with the decision; the person does not see it.",
  console: "Open the console",
  failedTitle: "Something went wrong",
  failed: (reference: string) =>
    `Nothing was decided twice. Open the link in the mail again to see whether it still waits. Reference: ${reference}`,
};

export const mailAnswerTexts: Readonly<Record<Language, typeof en>> = {
  en,
  ko: {
    answerAs: (address) => `${address} 이름으로 답변합니다.`,
    note: "메모(선택)",
    overTitle: "이 링크로는 답변할 수 없습니다",
    over: "이미 사용했거나, 더 새로운 메일로 대체되었거나, 너무 오래되었거나, 그 사이 내용이 변경되었습니다. 방금 답변하셨다면 그 답변은 유효합니다.",
    overElsewhere: "아직 답변이 필요하면 콘솔이나 메일에 있는 명령으로 답변할 수 있습니다.",
    noteHint: "결정과 함께 보관되며 신청자에게는 보이지 않습니다.",
    console: "콘솔 열기",
    failedTitle: "문제가 발생했습니다",
    failed: (reference) =>
      `같은 결정이 두 번 처리되지는 않습니다. 메일의 링크를 다시 열어 아직 대기 중인지 확인하세요. 참조 번호: ${reference}`,
  },
  ja: {
    answerAs: (address) => `${address} として回答します。`,
    note: "メモ（任意）",
    overTitle: "このリンクでは回答できません",
    over: "すでに使われたか、新しいメールに置き換えられたか、期限が過ぎたか、その後に内容が変更されました。たった今回答した場合、その回答は有効です。",
    overElsewhere: "まだ回答が必要な場合は、コンソールまたはメールにあるコマンドで回答できます。",
    noteHint: "決定と一緒に保存され、申請者には表示されません。",
    console: "コンソールを開く",
    failedTitle: "問題が発生しました",
    failed: (reference) =>
      `同じ決定が二重に処理されることはありません。メールのリンクをもう一度開き、まだ待機中か確認してください。参照番号: ${reference}`,
  },
  "zh-Hans": {
    answerAs: (address) => `你将以 ${address} 的身份答复。`,
    note: "备注（可选）",
    overTitle: "此链接无法用于答复",
    over: "链接已使用、已被更新的邮件取代、已过期，或相关内容此后已更改。如果你刚刚答复，该答复有效。",
    overElsewhere: "如果仍需答复，你可以在控制台或使用邮件中的命令进行。",
    noteHint: "与决定一起保存，申请人看不到。",
    console: "打开控制台",
    failedTitle: "出现问题",
    failed: (reference) => `同一决定不会被处理两次。请再次打开邮件中的链接，查看申请是否仍在等待。参考编号：${reference}`,
  },
  de: {
    answerAs: (address) => `Sie antworten als ${address}.`,
    note: "Notiz (optional)",
    overTitle: "Über diesen Link kann nicht mehr geantwortet werden",
    over: "Er wurde benutzt, eine neuere Mail hat ihn ersetzt, er ist zu alt, oder es hat sich seither etwas geändert. Haben Sie gerade geantwortet, dann gilt Ihre Antwort.",
    overElsewhere: "Wird noch eine Antwort gebraucht, können Sie in der Konsole oder mit dem Befehl in der Mail antworten.",
    noteHint: "Wird mit der Entscheidung gespeichert; die Person sieht sie nicht.",
    console: "Konsole öffnen",
    failedTitle: "Etwas ist schiefgegangen",
    failed: (reference) =>
      `Nichts wird zweimal entschieden. Öffnen Sie den Link in der Mail noch einmal, um zu sehen, ob die Anfrage noch wartet. Referenz: ${reference}`,
  },
  fr: {
    answerAs: (address) => `Vous répondez en tant que ${address}.`,
    note: "Note (facultative)",
    overTitle: "Ce lien ne permet plus de répondre",
    over: "Il a été utilisé, un message plus récent l’a remplacé, il est trop ancien, ou quelque chose a changé depuis. Si vous venez de répondre, votre réponse compte.",
    overElsewhere: "Si une réponse est encore attendue, vous pouvez répondre dans la console ou avec la commande du message.",
    noteHint: "Conservée avec la décision ; la personne ne la voit pas.",
    console: "Ouvrir la console",
    failedTitle: "Un problème est survenu",
    failed: (reference) =>
      `Rien n’est décidé deux fois. Rouvrez le lien du message pour voir si la demande attend encore. Référence : ${reference}`,
  },
  es: {
    answerAs: (address) => `Responde como ${address}.`,
    note: "Nota (opcional)",
    overTitle: "Este enlace ya no permite responder",
    over: "Ya se ha usado, un mensaje más reciente lo ha sustituido, es demasiado antiguo o algo ha cambiado desde entonces. Si acaba de responder, su respuesta cuenta.",
    overElsewhere: "Si aún se espera una respuesta, puede darla en la consola o con el comando del mensaje.",
    noteHint: "Se guarda con la decisión; la persona no la ve.",
    console: "Abrir la consola",
    failedTitle: "Algo ha fallado",
    failed: (reference) =>
      `Nada se decide dos veces. Abra de nuevo el enlace del mensaje para ver si la solicitud sigue pendiente. Referencia: ${reference}`,
  },
  "pt-BR": {
    answerAs: (address) => `Você responde como ${address}.`,
    note: "Observação (opcional)",
    overTitle: "Este link não permite mais responder",
    over: "Ele já foi usado, uma mensagem mais recente o substituiu, é antigo demais ou algo mudou desde então. Se você acabou de responder, sua resposta vale.",
    overElsewhere: "Se ainda se espera uma resposta, você pode responder no console ou com o comando da mensagem.",
    noteHint: "Fica com a decisão; a pessoa não a vê.",
    console: "Abrir o console",
    failedTitle: "Algo deu errado",
    failed: (reference) =>
      `Nada é decidido duas vezes. Abra de novo o link da mensagem para ver se a solicitação ainda aguarda. Referência: ${reference}`,
  },
};
