import { groupBy } from "../../engine/collections";
import { currentLines, isReturned, type MailLine, mailSubjects, SUPPRESSED } from "../../engine/mail/mail-line";
import { requestSubject } from "../../engine/tasks/task";

/** The words are in English on the command line, in English and Korean in the console. */
const en = {
  mails: "Mails",
  /** By kind of mail or, before it is made, by its event. */
  kinds: {
    invited: "Invitation",
    "invitation.sent.v1": "Invitation",
    applicant: "Mail to the person",
    "access to the person": "Mail to the person",
    "works-again": "Mail to the person",
    sponsor: "Mail to the sponsor",
    "access to who renews": "Mail to who renews",
    approvers: "Mail to an approver",
    escalation: "Mail to an approver",
    "approval.requested.v1": "Mail to approvers",
    "approval.stage.v1": "Mail about the stage",
    "approval.decided.v1": "Mail about the decision",
    "approval.expired.v1": "Mail about the end",
    "account.created.v1": "Mail to the person",
    "access.changed.v1": "Mail about access",
    "sponsor.changed.v1": "Mail about the sponsor",
    "task.assigned.v1": "Mail to a colleague",
    "partner.changed.v1": "Mail to approvers",
    "sign-up.works-again.v1": "Mail to the person",
    "sponsor offered": "Mail to a colleague about the offer",
    "sponsor accepted": "Mail to the sponsor about the offer",
    "sponsor refused": "Mail to the sponsor about the offer",
    "sponsor lapsed": "Mail to the sponsor about the offer",
    "sponsor given": "Mail to the new sponsor",
    "sponsor taken": "Mail to the sponsor before",
    asker: "Mail to who asked for the guest",
    assignee: "Mail to a colleague",
    partners: "Mail to an approver",
  } as Readonly<Record<string, string>>,
  other: "Mail",
  states: {
    waiting: "waits",
    sent: "sent, nothing heard since",
    "handed-over": "handed over to the reader's mail server",
    delayed: "delayed",
    bounced: "came back",
    complained: "marked as spam",
    rejected: "rejected by SES",
    "not-sent": "not sent",
  } as Readonly<Record<string, string>>,
  forGood: "came back for good",
  forNow: "came back for now",
  suppressed: "SES did not send it: the address is on the suppression list since an earlier bounce or complaint",
  /** The reasons for which SES takes no mail of the sender, or none to the reader. */
  senderFaults: {
    Address: "the address cannot be used",
    BadRequestException: "SES does not take the address",
    MessageRejected: "SES refuses the mail",
    "sender-unverified": "the sender's address or domain is not verified in this region",
    "mail-from-unverified": "the sender's MAIL FROM domain is not verified",
    sandbox: "SES is in its sandbox, and the readers' addresses are not verified",
    quota: "the daily quota is spent",
    paused: "sending is paused",
    suspended: "AWS has suspended the account's mail",
    "configuration-set": "the configuration set does not exist",
    limit: "a limit of SES is reached",
    "access-denied": "the mail function may not send",
  } as Readonly<Record<string, string>>,
  line: (kind: string, state: string, time: string) => `${kind}: ${state}, ${time}`,
  /** For a row of a list. */
  short: {
    bounced: "Mail came back",
    complained: "Mail marked as spam",
    rejected: "Mail not sent",
    "not-sent": "Mail not sent",
    waiting: "Mail waits",
    delayed: "Mail is late",
  } as Readonly<Record<string, string>>,
};

export type MailWords = typeof en;

const ko: MailWords = {
  mails: "메일",
  kinds: {
    invited: "초대장",
    "invitation.sent.v1": "초대장",
    applicant: "본인에게 보내는 메일",
    "access to the person": "본인에게 보내는 메일",
    "works-again": "본인에게 보내는 메일",
    sponsor: "담당자에게 보내는 메일",
    "access to who renews": "연장 담당자에게 보내는 메일",
    approvers: "승인자에게 보내는 메일",
    escalation: "승인자에게 보내는 메일",
    "approval.requested.v1": "승인자에게 보내는 메일",
    "approval.stage.v1": "단계 안내 메일",
    "approval.decided.v1": "결정 안내 메일",
    "approval.expired.v1": "만료 안내 메일",
    "account.created.v1": "본인에게 보내는 메일",
    "access.changed.v1": "이용 안내 메일",
    "sponsor.changed.v1": "담당자 안내 메일",
    "task.assigned.v1": "동료에게 보내는 메일",
    "partner.changed.v1": "승인자에게 보내는 메일",
    "sign-up.works-again.v1": "본인에게 보내는 메일",
    "sponsor offered": "제안을 받은 동료에게 보내는 메일",
    "sponsor accepted": "제안에 관해 담당자에게 보내는 메일",
    "sponsor refused": "제안에 관해 담당자에게 보내는 메일",
    "sponsor lapsed": "제안에 관해 담당자에게 보내는 메일",
    "sponsor given": "새 담당자에게 보내는 메일",
    "sponsor taken": "이전 담당자에게 보내는 메일",
    asker: "게스트를 요청한 사람에게 보내는 메일",
    assignee: "동료에게 보내는 메일",
    partners: "승인자에게 보내는 메일",
  },
  other: "메일",
  states: {
    waiting: "대기 중",
    sent: "발송됨, 이후 소식 없음",
    "handed-over": "수신 메일 서버에 전달됨",
    delayed: "지연됨",
    bounced: "반송됨",
    complained: "스팸으로 신고됨",
    rejected: "SES에서 거부됨",
    "not-sent": "보내지 않음",
  },
  forGood: "영구 반송됨",
  forNow: "일시 반송됨",
  suppressed: "이전 반송 또는 신고로 주소가 금지 목록에 있어 SES에서 보내지 않음",
  senderFaults: {
    Address: "사용할 수 없는 주소",
    BadRequestException: "SES에서 받지 않는 주소",
    MessageRejected: "SES에서 메일을 거부함",
    "sender-unverified": "이 리전에서 발신자 주소 또는 도메인이 확인되지 않음",
    "mail-from-unverified": "발신자의 MAIL FROM 도메인이 확인되지 않음",
    sandbox: "SES가 샌드박스 상태이고 수신자 주소가 확인되지 않음",
    quota: "일일 할당량 소진",
    paused: "발송 일시 중지됨",
    suspended: "AWS에서 계정의 메일 발송을 정지함",
    "configuration-set": "구성 세트가 없음",
    limit: "SES 한도 도달",
    "access-denied": "메일 함수에 발송 권한이 없음",
  },
  line: (kind, state, time) => `${kind}: ${state}, ${time}`,
  short: {
    bounced: "메일 반송됨",
    complained: "스팸으로 신고됨",
    rejected: "메일 보내지 않음",
    "not-sent": "메일 보내지 않음",
    waiting: "메일 대기 중",
    delayed: "메일 지연됨",
  },
};

export const mailWords = { en, ko } as const;

/** The number of things about which a mail came back, by what they are. */
const returnedEn = {
  invitations: (count: string) => (count === "1" ? "1 invitation came back" : `${count} invitations came back`),
  requests: (count: string) => (count === "1" ? "Mails about 1 request came back" : `Mails about ${count} requests came back`),
  decided: (count: string) => (count === "1" ? "The answer to 1 request came back" : `The answers to ${count} requests came back`),
  accounts: (count: string) =>
    count === "1" ? "Mails about the access of 1 person came back" : `Mails about the access of ${count} people came back`,
  partners: (count: string) => (count === "1" ? "Mails about 1 partner came back" : `Mails about ${count} partners came back`),
  turnedAway: (count: string) =>
    count === "1" ? "Mails to 1 person turned away came back" : `Mails to ${count} people turned away came back`,
  tasks: (count: string) => (count === "1" ? "Mails about 1 task came back" : `Mails about ${count} tasks came back`),
};

const returnedKo: typeof returnedEn = {
  invitations: (count) => `초대장 ${count}개 반송됨`,
  requests: (count) => `요청 ${count}개에 관한 메일 반송됨`,
  decided: (count) => `요청 ${count}개의 답변 메일 반송됨`,
  accounts: (count) => `${count}명의 이용에 관한 메일 반송됨`,
  partners: (count) => `파트너 ${count}개에 관한 메일 반송됨`,
  turnedAway: (count) => `장애로 거부된 ${count}명에게 보낸 메일 반송됨`,
  tasks: (count) => `작업 ${count}개에 관한 메일 반송됨`,
};

export const returnedWords = { en: returnedEn, ko: returnedKo } as const;

interface PersonRows {
  readonly requests: readonly { readonly id: string }[];
  readonly accounts: readonly { readonly id: string }[];
  readonly decisions: readonly { readonly reference: string }[];
}

/** The subjects of all mails about a person. */
export function listPersonSubjects({ requests, accounts, decisions }: PersonRows): readonly string[] {
  return [
    ...requests.map(({ id }) => requestSubject(id)),
    ...accounts.map(({ id }) => mailSubjects.account(id)),
    ...decisions.map(({ reference }) => mailSubjects.decision(reference)),
  ];
}

/** "Invitation: came back for good, 10:00 (Permanent/General)" @param time formats a time in ISO 8601 */
export function describeMail(words: MailWords, { kind, state, at, why }: MailLine, time: (at: string) => string): string {
  const sentence = words.line(words.kinds[kind] ?? words.other, describeState(words, { state, why }), time(at));
  return why === undefined || why === SUPPRESSED ? sentence : `${sentence} (${words.senderFaults[why] ?? why})`;
}

/** Of several mails, how many are in each state: "came back for good (1), came back for now (2)". @param lines the newest last */
export function describeMails(words: MailWords, lines: readonly MailLine[], time: (at: string) => string): string {
  const [last] = lines.slice(-1);
  if (last === undefined || lines.length === 1) return last === undefined ? "" : describeMail(words, last, time);
  const states = groupBy(lines, (line) => describeState(words, line));
  return [...states].map(([state, those]) => `${state} (${those.length})`).join(", ");
}

function describeState(words: MailWords, { state, why = "" }: Pick<MailLine, "state" | "why">): string {
  if (why === SUPPRESSED) return words.suppressed;
  if (state !== "bounced") return words.states[state] ?? state;
  if (why.startsWith("Permanent/")) return words.forGood;
  return why.startsWith("Transient/") ? words.forNow : (words.states.bounced as string);
}

/** The newest lines that somebody should know of: mails that came back, wait or are late. */
export function findTroubles(lines: readonly MailLine[] = []): readonly MailLine[] {
  return currentLines(lines).filter((line) => isReturned(line) || line.state === "waiting" || line.state === "delayed");
}

/** A few words on the worst of these mails. Undefined if none is in trouble. */
export function summarizeTroubles({ short }: MailWords, lines: readonly MailLine[] = []): string | undefined {
  const troubles = findTroubles(lines);
  const worst = troubles.find(isReturned) ?? troubles.find(({ state }) => state === "waiting") ?? troubles[0];
  return worst && short[worst.state];
}
