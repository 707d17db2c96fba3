import { keepGiven } from "../json";

export const mailStates = ["waiting", "sent", "handed-over", "delayed", "bounced", "complained", "rejected", "not-sent"] as const;
export type MailState = (typeof mailStates)[number];

/** The subject of a mail, such as `request/<id>`. */
export interface MailSubject {
  readonly subject: string;
  /** Of the person whom the subject is about: an export and an erasure find the rows by it. */
  readonly personId?: string | undefined;
  /** The code that people can quote. */
  readonly reference?: string | undefined;
}

interface MailAboutFields {
  readonly requestId?: string;
  readonly accountId?: string;
  readonly domain?: string;
  /** Of a task. */
  readonly subject?: string;
  readonly personId?: string;
  readonly reference?: string;
}

const personSubject = /^person\/(.+)$/;
/** Tasks on these are shown with them, and so are their mails. */
const shownSubject = /^(request|account|partner|decision)\//;

/** Subjects of mails. Those about a request have the subject of its task: `requestSubject`. */
export const mailSubjects = {
  account: (id: string) => `account/${id}`,
  partner: (domain: string) => `partner/${domain}`,
  decision: (reference: string | undefined) => `decision/${reference}`,
  task: (subject: string) => (shownSubject.test(subject) ? subject : `task/${subject}`),
} as const;

export function findMailSubject(fields: object): MailSubject {
  const { requestId, accountId, domain, subject = "", personId, reference } = fields as MailAboutFields;
  const about = { personId: personId ?? personSubject.exec(subject)?.[1], reference };
  if (requestId !== undefined) return { subject: `request/${requestId}`, ...about };
  if (accountId !== undefined) return { subject: mailSubjects.account(accountId), ...about };
  if (domain !== undefined) return { subject: mailSubjects.partner(domain), ...about };
  if (subject === "") return { subject: mailSubjects.decision(reference), ...about };
  return { subject: mailSubjects.task(subject), ...about };
}

/** The state of one mail to one reader. Stored as JSON. */
export interface MailLine {
  /** SES's message id. Of a mail that is not sent yet: the event's id. */
  readonly id: string;
  /** The kind of mail. */
  readonly kind: string;
  /** Keyed hash of the reader's mailbox, as people have. Absent if the mail was never made. */
  readonly reader?: string | undefined;
  readonly state: MailState;
  /** Since when. ISO 8601. */
  readonly at: string;
  /** When SES took it or, of a mail that is not sent, when it was to be sent. */
  readonly sentAt: string;
  /** SES's codes or an error's name. */
  readonly why?: string | undefined;
}

/** The reason if SES sent nothing although it took the mail: the address is on a suppression list. */
export const SUPPRESSED = "suppressed";

const returned: ReadonlySet<MailState> = new Set(["bounced", "complained", "rejected", "not-sent"]);

/** True if the mail did not reach its reader, or the reader does not want it. */
export function isReturned({ state }: Pick<MailLine, "state">): boolean {
  return returned.has(state);
}

/**
 * Returns the line after SES reported another state of the same message. Reports come out of order, late and more than once: a later moment
 * wins, but a mail that was handed over may come back, and one that came back was not delivered. Any report says more than `sent`, whose
 * moment is that of the note: SES may have delivered before.
 */
export function mergeLine(line: MailLine, report: MailReport): MailLine {
  const isLater = line.state === "sent" || report.at > line.at;
  const wins = isReturned(line) === isReturned(report) ? isLater : isReturned(report);
  return wins ? { ...line, ...report, why: report.why } : line;
}

/** A mail that was never made has its event in place of the kind. Kinds of which a subject has only one count as one. */
const sameKinds: Readonly<Record<string, string>> = {
  "invitation.sent.v1": "invited",
  ...{ "approval.requested.v1": "approvers", "approval.stage.v1": "approvers" },
  ...{ "approval.decided.v1": "applicant", "approval.expired.v1": "applicant", "account.created.v1": "applicant" },
  ...{ asker: "applicant", sponsor: "applicant" },
  ...{ "partner.changed.v1": "partners", "task.assigned.v1": "assignee", "sign-up.works-again.v1": "works-again" },
};
/** Events of which several kinds of mails are made, by the beginning of the kinds. */
const severalKinds: Readonly<Record<string, string>> = { "access.changed.v1": "access ", "sponsor.changed.v1": "sponsor " };
const findKind = ({ kind }: Pick<MailLine, "kind">) => sameKinds[kind] ?? kind;

function isSameKind(line: MailLine, other: MailLine): boolean {
  const several = severalKinds[line.kind];
  return findKind(other) === findKind(line) || (several !== undefined && other.kind.startsWith(several));
}

/** The kind of mails to colleagues to whom a task was assigned. A task has one owner, so the next owner's mail replaces the one before. */
const ASSIGNEE = "assignee";

/**
 * The newest line of each kind of mail and reader: a mail that was sent again replaces the one before. A mail without a reader was never made:
 * the next one of its kind replaces it, whoever reads it.
 */
export function currentLines(lines: readonly MailLine[]): readonly MailLine[] {
  const buildKey = (line: MailLine) => `${findKind(line)} ${line.kind === ASSIGNEE ? "" : (line.reader ?? "")}`;
  const newest = [...new Map(lines.map((line) => [buildKey(line), line])).values()];
  const isReplaced = (line: MailLine) =>
    line.reader === undefined && newest.some((other) => other !== line && isSameKind(line, other) && other.sentAt >= line.sentAt);
  return newest.filter((line) => !isReplaced(line));
}

/** The kind of mails that tell people of the decision on their request. The decision settles the others. */
const ANSWER = "applicant";

/** Mails that came back and were not sent again since. @param isDecided of a decided request, only those about the decision */
export function listReturned(lines: readonly MailLine[], isDecided = false): readonly MailLine[] {
  return currentLines(lines).filter((line) => isReturned(line) && (!isDecided || findKind(line) === ANSWER));
}

export type MailReport = Pick<MailLine, "state" | "at" | "why">;

/** The event that says what became of a mail. */
export const MAIL_CHANGED = "mail.changed.v1";

/** States of which other systems hear: those that SES reports, and those of mails that SES did not take. */
export const toldStates = ["handed-over", "delayed", "bounced", "complained", "rejected", "waiting", "not-sent"] as const;

/** Returns the detail of MAIL_CHANGED. A mail that waits for another reason is another event. */
export function buildMailChanged(
  { subject, reference, personId }: MailSubject,
  line: Pick<MailLine, "id" | "kind" | "state" | "at" | "why">,
) {
  const { id, kind, state, at, why } = line;
  const what = state === "waiting" && why !== undefined ? `${state}.${why}` : state;
  return { id: `${id}.${subject}.${what}`, time: at, state, mail: kind, about: subject, ...keepGiven({ why, reference, personId }) };
}

// A mail that waits holds its event, which can name others than the person whom it is about: a sponsor, an approver, a colleague.

/** In place of the name of somebody who was erased. */
const ERASED = "erased";

/** True if a text is an address of somebody. */
export type IsTheirs = (text: string) => boolean;

const isTheirText = (value: unknown, isTheirs: IsTheirs) => typeof value === "string" && isTheirs(value);

/** True for an object that says who somebody is: a colleague's name, id and address. */
function isAccount(value: object, isTheirs: IsTheirs): boolean {
  const { name, address, email } = value as Readonly<Record<string, unknown>>;
  return [name, address, email].some((each) => isTheirText(each, isTheirs));
}

/** Returns the part of a value that names somebody; undefined if nothing in it does. */
export function selectMentions(value: unknown, isTheirs: IsTheirs): unknown {
  if (typeof value !== "object" || value === null) return isTheirText(value, isTheirs) ? value : undefined;
  if (Array.isArray(value)) {
    const own = value.map((each) => selectMentions(each, isTheirs)).filter((each) => each !== undefined);
    return own.length === 0 ? undefined : own;
  }
  if (isAccount(value, isTheirs)) return value;
  const own = keepGiven(Object.fromEntries(Object.entries(value).map(([name, each]) => [name, selectMentions(each, isTheirs)])));
  return Object.keys(own).length === 0 ? undefined : own;
}

/** Returns a value without somebody. Their name is replaced, because texts of mails quote it. */
export function omitMentions(value: unknown, isTheirs: IsTheirs): unknown {
  if (typeof value !== "object" || value === null) return isTheirText(value, isTheirs) ? undefined : value;
  if (Array.isArray(value)) return value.map((each) => omitMentions(each, isTheirs)).filter((each) => each !== undefined);
  if (isAccount(value, isTheirs)) return { name: ERASED };
  return keepGiven(Object.fromEntries(Object.entries(value).map(([name, each]) => [name, omitMentions(each, isTheirs)])));
}
